#include "favsync/files.h"

#include <cerrno>
#include <cstring>
#include <filesystem>

#include <fcntl.h>
#include <fmt/format.h>
#include <sys/stat.h>
#include <unistd.h>

namespace favsync {
namespace {

class Descriptor {
 public:
  Descriptor(const std::string& path, int flags, int mode)
      : number_(::open(path.c_str(), flags | O_CLOEXEC, mode)) {}
  ~Descriptor() { close(); }
  Descriptor(const Descriptor&) = delete;
  Descriptor& operator=(const Descriptor&) = delete;
  int number() const { return number_; }
  bool close() {
    const bool well = number_ < 0 || ::close(number_) == 0;
    number_ = -1;
    return well;
  }

 private:
  int number_;
};

tl::unexpected<Error> cannot(std::string_view path, std::string_view what, ErrorCode code) {
  return fail(code, fmt::format("{}: cannot be {}: {}", path, what, std::strerror(errno)));
}

Status write_all(const std::string& path, std::string_view content, int flags, int mode) {
  Descriptor file(path, O_WRONLY | O_CREAT | flags, mode);
  if (file.number() < 0) return cannot(path, "written", ErrorCode::kInvalidArgument);
  while (!content.empty()) {
    const ssize_t written = ::write(file.number(), content.data(), content.size());
    if (written < 0 && errno == EINTR) continue;
    if (written < 0) return cannot(path, "written", ErrorCode::kInvalidArgument);
    content.remove_prefix(static_cast<std::size_t>(written));
  }
  if (!file.close()) return cannot(path, "written", ErrorCode::kInvalidArgument);
  return {};
}

}  // namespace

Result<std::string> read_file(const std::string& path) {
  const Descriptor file(path, O_RDONLY, 0);
  if (file.number() < 0) return cannot(path, "read", ErrorCode::kNotFound);
  std::string content;
  char part[1 << 16];
  for (;;) {
    const ssize_t got = ::read(file.number(), part, sizeof part);
    if (got < 0 && errno == EINTR) continue;
    if (got < 0) return cannot(path, "read", ErrorCode::kNotFound);
    if (got == 0) return content;
    content.append(part, static_cast<std::size_t>(got));
  }
}

Status write_file(const std::string& path, std::string_view content) {
  return write_all(path, content, O_TRUNC, 0666);
}

Status write_new_file(const std::string& path, std::string_view content, int mode) {
  return write_all(path, content, O_EXCL, mode);
}

Status expect_writable(const std::string& path) {
  struct stat found {};
  if (::stat(path.c_str(), &found) == 0) {
    if (S_ISDIR(found.st_mode)) {
      return fail(ErrorCode::kInvalidArgument, path + ": cannot be written: it is a folder");
    }
    if (::access(path.c_str(), W_OK) == 0) return {};
    return cannot(path, "written", ErrorCode::kInvalidArgument);
  }
  const std::string folder = std::filesystem::path(path).parent_path().string();
  if (::access(folder.empty() ? "." : folder.c_str(), W_OK | X_OK) == 0) return {};
  return cannot(path, "written", ErrorCode::kInvalidArgument);
}

}  // namespace favsync
