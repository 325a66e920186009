#pragma once

#include <string>
#include <string_view>

namespace favsync::mock {

// What databases and frameworks do to a text that should be left alone. Each returns the altered
// text.
std::string lower_ascii(std::string_view text);
std::string without_leading_zeros(std::string_view text);  // of its last run of digits
// At most `bytes`, cut between characters.
std::string cut_at(std::string_view text, std::size_t bytes);
std::string trimmed(std::string_view text);
std::string html_escaped(std::string_view text);
std::string url_decoded(std::string_view text);
// Letters with a combining accent as one character, as NFC has them (vowels and n with the usual
// accents).
std::string composed(std::string_view text);
std::string without_accents(std::string_view text);
// Characters from `first_replaced` on as '?'.
std::string replaced_from(std::string_view text, char32_t first_replaced);
std::string replaced(std::string_view text, std::string_view what, std::string_view by);

}  // namespace favsync::mock
