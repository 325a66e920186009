#pragma once

#include <filesystem>
#include <string>

#include "wire/result.h"

namespace favsync {

// A small file that tells other programs where a server listens. It appears whole, by a rename, so
// that whoever waits for it never reads half of it, and goes with this object if it still holds
// what was written: another server's file stays.
class PortFile {
 public:
  // Errors: kStorage with the system's reason.
  static Result<PortFile> write(const std::filesystem::path& path, std::string text);
  ~PortFile();
  PortFile(PortFile&& other) noexcept;
  PortFile& operator=(PortFile&&) = delete;

 private:
  PortFile(std::filesystem::path path, std::string text)
      : path_(std::move(path)), text_(std::move(text)) {}
  std::filesystem::path path_;  // empty when moved from
  std::string text_;
};

}  // namespace favsync
