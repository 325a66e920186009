#pragma once

#include <optional>
#include <string>
#include <string_view>

namespace favsync {

// Base64 with padding, in one line. Source: RFC 4648 §4.
std::string base64_encode(std::string_view bytes);

// Strict: only the alphabet, padded to a multiple of four, nothing else; otherwise nothing.
std::optional<std::string> base64_decode(std::string_view text);

// Every byte but letters, digits, '-', '.', '_' and '~' as %XX with upper-case digits. Source: RFC
// 3986.
std::string percent_encode(std::string_view bytes);

// The byte that `text` begins with as %XX, either case of digits; nothing when it begins otherwise.
std::optional<char> percent_decoded_byte(std::string_view text);

// What '+' stands for: itself, or a space as in forms and in most servers' reading of a query.
enum class PlusSign { kItself, kSpace };

// Nothing when a '%' is not followed by two hexadecimal digits.
std::optional<std::string> percent_decode(std::string_view text, PlusSign plus);

// "user:password" as Basic carries `token`: a token without a colon is a user without a password.
std::string basic_credentials(std::string_view token);

}  // namespace favsync
