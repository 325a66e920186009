#pragma once

#include <string>
#include <string_view>

namespace favsync::contract {

// SHA-256 through OpenSSL, as 64 lower-case hex digits.
std::string sha256_hex(std::string_view bytes);

}  // namespace favsync::contract
