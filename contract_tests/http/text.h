#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace favsync::contract {

// Without the blanks and tabs around it.
std::string_view trim(std::string_view text);
// ASCII letters match in either case.
bool equals_ignoring_case(std::string_view a, std::string_view b);
bool contains_ignoring_case(std::string_view text, std::string_view part);
// Bytes that are no UTF-8 as \xNN; all else as it is.
std::string as_utf8(std::string_view text);
// At most `most` bytes of `text` for a message: cut at a UTF-8 boundary and marked with '…';
// control bytes and invalid UTF-8 are shown as \xNN.
std::string clip(std::string_view text, std::size_t most = 200);

}  // namespace favsync::contract
