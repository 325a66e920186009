#include "contract_tests/lab/redactor.h"

#include <algorithm>
#include <utility>

#include "wire/text_encoding.h"

namespace favsync::contract {
namespace {

constexpr std::size_t kShortestInBase64 = 4;  // three letters of Base64 are in any text

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

// Bytes at the start of `text` that spell `wanted` as %XX, or as %25XX, encoded twice; else 0.
std::size_t percent_length(std::string_view text, char wanted) {
  if (const auto byte = percent_decoded_byte(text)) {
    if (*byte == wanted) return 3;
    if (*byte == '%' && percent_decoded_byte("%" + std::string(text.substr(3, 2))) == wanted) {
      return 5;
    }
  }
  return 0;
}

// The same for \X and \u00XX of JSON.
std::size_t backslash_length(std::string_view text, char wanted) {
  if (text.size() < 2 || text[0] != '\\') return 0;
  if (text[1] == wanted && (wanted == '"' || wanted == '\\' || wanted == '/')) return 2;
  if (text.size() < 6 || text[1] != 'u' || text[2] != '0' || text[3] != '0') return 0;
  const int high = hex_value(text[4]), low = hex_value(text[5]);
  return high >= 0 && low >= 0 && high * 16 + low == wanted ? 6 : 0;
}

// The same for &amp; and its like, &#47; and &#x2f; of HTML.
std::size_t entity_length(std::string_view text, char wanted) {
  constexpr std::pair<std::string_view, char> kNamed[] = {
      {"&amp;", '&'}, {"&lt;", '<'}, {"&gt;", '>'}, {"&quot;", '"'}, {"&apos;", '\''}};
  if (text.empty() || text[0] != '&') return 0;
  for (const auto& [name, stands_for] : kNamed) {
    if (stands_for == wanted && text.starts_with(name)) return name.size();
  }
  if (text.size() < 4 || text[1] != '#') return 0;
  const bool hex = text[2] == 'x' || text[2] == 'X';
  int value = 0;
  std::size_t at = hex ? 3 : 2;
  for (; at < text.size() && at < 10 && text[at] != ';'; ++at) {
    const int digit = hex_value(text[at]);
    if (digit < 0 || (!hex && digit > 9)) return 0;
    value = value * (hex ? 16 : 10) + digit;
  }
  return at < text.size() && text[at] == ';' && value == wanted ? at + 1 : 0;
}

// How many bytes at the start of `text` spell `wanted`, each byte escaped or not in any of the
// ways; 0 if they do not. Clients and servers differ in what they escape.
std::size_t spelt_length(std::string_view text, std::string_view wanted) {
  std::size_t at = 0;
  for (const char byte : wanted) {
    const std::string_view rest = text.substr(at);
    std::size_t length = std::max(
        {percent_length(rest, byte), backslash_length(rest, byte), entity_length(rest, byte)});
    if (length == 0 && !rest.empty() && (rest[0] == byte || (byte == ' ' && rest[0] == '+'))) {
      length = 1;
    }
    if (length == 0) return 0;
    at += length;
  }
  return at;
}

std::string without_padding(std::string text) {
  text.erase(text.find_last_not_of('=') + 1);
  return text;
}

}  // namespace

Redactor::Redactor(const std::vector<NamedToken>& tokens) {
  for (const auto& [name, token] : tokens) {
    const std::string mark = "<token:" + name + ">";
    const std::string& secret = token.reveal();
    add(secret, mark, false);
    for (const std::string& text : {basic_credentials(secret), secret}) {
      if (text.size() < kShortestInBase64) continue;
      std::string encoded = without_padding(base64_encode(text));
      add(encoded, mark, true);
      std::replace(encoded.begin(), encoded.end(), '+', '-');
      std::replace(encoded.begin(), encoded.end(), '/', '_');
      add(encoded, mark, true);
    }
  }
  std::stable_sort(forms_.begin(), forms_.end(), [](const Form& a, const Form& b) {
    return a.spelling.size() > b.spelling.size();
  });
  for (const char c : {'%', '\\', '&'}) may_begin_[static_cast<unsigned char>(c)] = !forms_.empty();
}

void Redactor::add(std::string spelling, const std::string& mark, bool base64) {
  const bool known = std::any_of(forms_.begin(), forms_.end(),
                                 [&](const Form& form) { return form.spelling == spelling; });
  if (known) return;
  may_begin_[static_cast<unsigned char>(spelling.front())] = true;
  forms_.push_back({std::move(spelling), mark, base64});
}

Redactor::Match Redactor::match(std::string_view text) const {
  if (!may_begin_[static_cast<unsigned char>(text.front())]) return {};
  for (const Form& form : forms_) {
    std::size_t length = spelt_length(text, form.spelling);
    if (length == 0) continue;
    if (form.base64) {
      while (const std::size_t more = spelt_length(text.substr(length), "=")) length += more;
    }
    return {length, &form};
  }
  return {};
}

std::string Redactor::clean(std::string_view text) const {
  std::string out;
  out.reserve(text.size());
  for (std::size_t at = 0; at < text.size();) {
    const Match found = match(text.substr(at));
    if (found.form) {
      out += found.form->mark;
      at += found.length;
    } else {
      out += text[at++];
    }
  }
  return out;
}

bool Redactor::finds(std::string_view text) const {
  for (std::size_t at = 0; at < text.size(); ++at) {
    if (match(text.substr(at)).form) return true;
  }
  return false;
}

}  // namespace favsync::contract
