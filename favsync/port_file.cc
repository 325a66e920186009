#include "favsync/port_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <iterator>
#include <utility>

#include <fmt/format.h>
#include <unistd.h>

namespace favsync {

Result<PortFile> PortFile::write(const std::filesystem::path& path, std::string text) {
  const std::filesystem::path draft = fmt::format("{}.{}.tmp", path.string(), ::getpid());
  errno = 0;
  std::ofstream file(draft, std::ios::binary);
  file << text;
  file.close();
  std::error_code trouble;
  if (file) std::filesystem::rename(draft, path, trouble);
  if (!file || trouble) {
    const std::string reason = trouble ? trouble.message() : std::strerror(errno);
    std::filesystem::remove(draft, trouble);
    return fail(ErrorCode::kStorage,
                fmt::format("port file {}: expected a place that can be written, got: {}",
                            path.string(), reason));
  }
  return PortFile(path, std::move(text));
}

PortFile::PortFile(PortFile&& other) noexcept
    : path_(std::exchange(other.path_, {})), text_(std::move(other.text_)) {}

PortFile::~PortFile() {
  if (path_.empty()) return;
  std::ifstream file(path_, std::ios::binary);
  const std::string found{std::istreambuf_iterator<char>(file), {}};
  std::error_code ignored;  // nobody is left to tell
  if (found == text_) std::filesystem::remove(path_, ignored);
}

}  // namespace favsync
