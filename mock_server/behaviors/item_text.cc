#include "mock_server/behaviors/item_text.h"

#include <algorithm>

#include "wire/text_encoding.h"
#include "wire/utf8.h"

namespace favsync::mock {
namespace {

struct Accented {
  std::string_view composed, decomposed, plain;
};

constexpr Accented kAccented[] = {
    {"á", "a\u0301", "a"}, {"é", "e\u0301", "e"}, {"í", "i\u0301", "i"}, {"ó", "o\u0301", "o"},
    {"ú", "u\u0301", "u"}, {"à", "a\u0300", "a"}, {"è", "e\u0300", "e"}, {"ù", "u\u0300", "u"},
    {"ä", "a\u0308", "a"}, {"ë", "e\u0308", "e"}, {"ï", "i\u0308", "i"}, {"ö", "o\u0308", "o"},
    {"ü", "u\u0308", "u"}, {"â", "a\u0302", "a"}, {"ê", "e\u0302", "e"}, {"ô", "o\u0302", "o"},
    {"ñ", "n\u0303", "n"}, {"É", "E\u0301", "E"}, {"Ä", "A\u0308", "A"}, {"Ö", "O\u0308", "O"},
    {"Ü", "U\u0308", "U"}};

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

}  // namespace

std::string lower_ascii(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

std::string without_leading_zeros(std::string_view text) {
  std::size_t end = text.size();
  while (end > 0 && !is_digit(text[end - 1])) --end;
  std::size_t begin = end;
  while (begin > 0 && is_digit(text[begin - 1])) --begin;
  std::size_t first = begin;
  while (first + 1 < end && text[first] == '0') ++first;
  return std::string(text.substr(0, begin)).append(text.substr(first));
}

std::string cut_at(std::string_view text, std::size_t bytes) {
  if (text.size() <= bytes) return std::string(text);
  while (bytes > 0 && (static_cast<unsigned char>(text[bytes]) & 0xc0) == 0x80) --bytes;
  return std::string(text.substr(0, bytes));
}

std::string trimmed(std::string_view text) {
  const std::size_t begin = text.find_first_not_of(" \t");
  if (begin == std::string_view::npos) return {};
  return std::string(text.substr(begin, text.find_last_not_of(" \t") - begin + 1));
}

std::string html_escaped(std::string_view text) {
  return replaced(
      replaced(replaced(replaced(replaced(text, "&", "&amp;"), "<", "&lt;"), ">", "&gt;"), "\"",
               "&quot;"),
      "'", "&#39;");
}

std::string url_decoded(std::string_view text) {
  std::string decoded = percent_decode(text, PlusSign::kSpace).value_or(std::string(text));
  return is_utf8(decoded) ? decoded : std::string(text);
}

std::string composed(std::string_view text) {
  std::string result(text);
  for (const Accented& letter : kAccented) {
    result = replaced(result, letter.decomposed, letter.composed);
  }
  return result;
}

std::string without_accents(std::string_view text) {
  std::string result(text);
  for (const Accented& letter : kAccented) {
    result =
        replaced(replaced(result, letter.decomposed, letter.plain), letter.composed, letter.plain);
  }
  return result;
}

std::string replaced_from(std::string_view text, char32_t first_replaced) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = std::max<std::size_t>(utf8_length(text), 1);
    const auto lead = static_cast<unsigned char>(text.front());
    char32_t point = lead;
    if (length > 1) {
      point = lead & (0xffu >> (length + 1));
      for (std::size_t i = 1; i < length; ++i) {
        point = (point << 6) | (static_cast<unsigned char>(text[i]) & 0x3fu);
      }
    }
    if (point >= first_replaced) {
      result += '?';
    } else {
      result += text.substr(0, length);
    }
    text.remove_prefix(length);
  }
  return result;
}

std::string replaced(std::string_view text, std::string_view what, std::string_view by) {
  std::string result;
  for (std::size_t found; (found = text.find(what)) != std::string_view::npos;) {
    result.append(text.substr(0, found)).append(by);
    text.remove_prefix(found + what.size());
  }
  return result.append(text);
}

}  // namespace favsync::mock
