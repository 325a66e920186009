#pragma once

#include <string>
#include <string_view>

#include "wire/result.h"

namespace favsync {

// The whole content of a file. Errors: kNotFound, with the path and the system's reason.
[[nodiscard]] Result<std::string> read_file(const std::string& path);

// Writes the whole content, in the place of what was there. Errors: kInvalidArgument, with the path
// and the system's reason.
[[nodiscard]] Status write_file(const std::string& path, std::string_view content);

// As write_file, for a file that must not exist yet; `mode` is its permissions, such as 0600.
[[nodiscard]] Status write_new_file(const std::string& path, std::string_view content, int mode);

// Whether write_file would succeed, as far as can be told without writing.
[[nodiscard]] Status expect_writable(const std::string& path);

}  // namespace favsync
