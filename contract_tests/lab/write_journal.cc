#include "contract_tests/lab/write_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace favsync::contract {
namespace {

using nlohmann::json;

json to_json(const Value& value) {
  return {{"action", to_string(value.act)}, {"actionDate", to_text(value.at, 9)}};
}

std::string line_of(const json& object) {
  return object.dump(-1, ' ', false, json::error_handler_t::replace) + "\n";
}

// Opens the file so that it and its name outlive a loss of power.
int open_durably(const std::string& path) {
  const int file = ::open(path.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  const auto slash = path.rfind('/');
  const std::string folder = slash == std::string::npos ? "." : path.substr(0, slash + 1);
  if (const int directory = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
      directory >= 0) {
    ::fsync(directory);  // best effort: some file systems cannot
    ::close(directory);
  }
  return file;
}

}  // namespace

WriteJournal::WriteJournal(std::string path, std::string url)
    : path_(std::move(path)), url_(std::move(url)) {}

WriteJournal::~WriteJournal() {
  if (file_ >= 0) ::close(file_);
}

Status WriteJournal::append(const std::string& lines) {
  std::string_view left = lines;
  while (file_ >= 0 && !left.empty()) {
    const ssize_t written = ::write(file_, left.data(), left.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) break;
    left.remove_prefix(static_cast<std::size_t>(written));
  }
  if (file_ >= 0 && left.empty() && ::fdatasync(file_) == 0) return {};
  return fail(ErrorCode::kStorage,
              fmt::format("journal {}: {}; nothing is sent without it", path_, strerror(errno)));
}

Status WriteJournal::note(const User& user, std::span<const Write> writes) {
  if (path_.empty() || writes.empty()) return {};
  std::string lines;
  if (file_ < 0) {
    file_ = open_durably(path_);
    lines = line_of({{"favsync_journal", 1}, {"url", url_}, {"made_up", made_up_}});
  }
  for (const Write& write : writes) {
    const auto original = user.snapshot.find(write.item);
    lines += line_of({{"user", user.name},
                      {"item", write.item},
                      {"write", to_json(write.value)},
                      {"original", original == user.snapshot.end() ? json(nullptr)
                                                                   : to_json(original->second)}});
  }
  return append(lines);
}

Status WriteJournal::note_restored() {
  return file_ < 0 ? Status{} : append(line_of({{"restored", true}}));
}

}  // namespace favsync::contract
