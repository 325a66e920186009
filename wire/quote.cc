#include "wire/quote.h"

#include <fmt/format.h>

#include <iterator>

#include "wire/utf8.h"

namespace favsync {
namespace {

void append_ascii(std::string& out, unsigned char byte) {
  switch (byte) {
    case '"':
      out += "\\\"";
      return;
    case '\\':
      out += "\\\\";
      return;
    case '\n':
      out += "\\n";
      return;
    case '\r':
      out += "\\r";
      return;
    case '\t':
      out += "\\t";
      return;
    default:
      break;
  }
  if (byte < 0x20 || byte >= 0x7f) {
    fmt::format_to(std::back_inserter(out), "\\x{:02x}", byte);
  } else {
    out += static_cast<char>(byte);
  }
}

// U+0080 to U+009F: control characters that some terminals obey.
bool is_c1_control(std::string_view character) {
  return character.size() == 2 && character[0] == '\xc2' &&
         static_cast<unsigned char>(character[1]) < 0xa0;
}

}  // namespace

std::string quoted(std::string_view text, std::size_t max_bytes) {
  std::string out = "\"";
  std::size_t at = 0;
  while (at < text.size()) {
    const std::size_t length = utf8_length(text.substr(at));
    const std::size_t step = length == 0 ? 1 : length;
    if (at + step > max_bytes && text.size() > max_bytes) break;
    const std::string_view character = text.substr(at, step);
    if (length > 1 && !is_c1_control(character)) {
      out += character;
    } else {
      for (const char byte : character) append_ascii(out, static_cast<unsigned char>(byte));
    }
    at += step;
  }
  if (at < text.size()) {
    fmt::format_to(std::back_inserter(out), "…\" ({} bytes)", text.size());
  } else {
    out += '"';
  }
  return out;
}

}  // namespace favsync
