#include "contract_tests/lab/write_journal.h"

#include <fcntl.h>
#include <unistd.h>

#include <cerrno>
#include <cstring>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace favsync::contract {
namespace {

nlohmann::json to_json(const Value& value) {
  return {{"action", to_string(value.act)}, {"actionDate", to_text(value.at, 9)}};
}

}  // namespace

WriteJournal::WriteJournal(std::string path) : path_(std::move(path)) {}

WriteJournal::~WriteJournal() {
  if (file_ >= 0) ::close(file_);
}

Status WriteJournal::note(const User& user, std::span<const Write> writes) {
  if (path_.empty()) return {};
  if (file_ < 0) file_ = ::open(path_.c_str(), O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
  std::string lines;
  for (const Write& write : writes) {
    nlohmann::json line{{"user", user.name}, {"item", write.item}, {"write", to_json(write.value)}};
    const auto original = user.snapshot.find(write.item);
    line["original"] =
        original == user.snapshot.end() ? nlohmann::json(nullptr) : to_json(original->second);
    lines += line.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace) + "\n";
  }
  const bool written =
      file_ >= 0 &&
      ::write(file_, lines.data(), lines.size()) == static_cast<ssize_t>(lines.size()) &&
      ::fdatasync(file_) == 0;
  if (written) return {};
  return fail(ErrorCode::kStorage,
              fmt::format("journal {}: {}; nothing is sent without it", path_, strerror(errno)));
}

}  // namespace favsync::contract
