#pragma once

#include <filesystem>
#include <string_view>

#include "wire/result.h"

namespace favsync {

// Writes a small file that appears whole, by a rename, so that nobody ever reads half of it; a
// former file of that name is replaced. `what` begins the message, such as "port file". Errors:
// kStorage with the system's reason; a former file stays then.
[[nodiscard]] Status write_atomically(const std::filesystem::path& path, std::string_view text,
                                      std::string_view what);

}  // namespace favsync
