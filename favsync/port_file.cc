#include "favsync/port_file.h"

#include <fstream>
#include <iterator>
#include <utility>

#include "favsync/atomic_file.h"

namespace favsync {

Result<PortFile> PortFile::write(const std::filesystem::path& path, std::string text) {
  if (const auto written = write_atomically(path, text, "port file"); !written) {
    return tl::unexpected(written.error());
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
