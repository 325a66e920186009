#include "favsync/atomic_file.h"

#include <cerrno>
#include <cstring>
#include <fstream>
#include <string>

#include <fmt/format.h>
#include <unistd.h>

namespace favsync {

Status write_atomically(const std::filesystem::path& path, std::string_view text,
                        std::string_view what) {
  const std::filesystem::path draft = fmt::format("{}.{}.tmp", path.string(), ::getpid());
  errno = 0;
  std::ofstream file(draft, std::ios::binary);
  file << text;
  file.close();
  std::error_code trouble;
  if (file) std::filesystem::rename(draft, path, trouble);
  if (file && !trouble) return {};
  const std::string reason = trouble ? trouble.message() : std::strerror(errno);
  std::filesystem::remove(draft, trouble);
  return fail(ErrorCode::kStorage,
              fmt::format("{} {}: expected a place that can be written, got: {}", what,
                          path.string(), reason));
}

}  // namespace favsync
