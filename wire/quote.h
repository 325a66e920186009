#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace favsync {

// `text` between double quotes, for a message: quotes, backslashes, control bytes and bytes that
// are not UTF-8 are escaped (\n, \x1b), so that a partner's text can neither break a line nor drive
// a terminal. Longer than `max_bytes`, it is cut at a character and ends in "…" with its length.
std::string quoted(std::string_view text, std::size_t max_bytes = 64);

}  // namespace favsync
