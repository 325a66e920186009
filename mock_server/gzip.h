#pragma once

#include <string>
#include <string_view>

namespace favsync::mock {

// Whether the bytes begin as RFC 1952 demands.
inline bool is_gzip(std::string_view bytes) {
  return bytes.starts_with("\x1f\x8b");
}

// The bytes in gzip form, at zlib's usual level. Never fails short of memory.
std::string gzip_compress(std::string_view bytes);

}  // namespace favsync::mock
