#include "wire/auth_scheme.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "wire/nearest_name.h"
#include "wire/quote.h"
#include "wire/text_encoding.h"

namespace favsync {
namespace {

constexpr std::array<std::string_view, 5> kWords = {"bearer", "header", "query", "cookie", "basic"};

constexpr std::string_view word(AuthScheme::Kind kind) {
  return kWords[static_cast<std::size_t>(kind)];
}

constexpr bool takes_name(AuthScheme::Kind kind) {
  return kind != AuthScheme::Kind::kBearer && kind != AuthScheme::Kind::kBasic;
}

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

bool equal_in_any_case(std::string_view a, std::string_view b) {
  return std::ranges::equal(a, b, {}, lower, lower);
}

// tchar of RFC 9110 §5.6.2.
bool is_token_character(char c) {
  const bool alphanumeric =
      (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  return alphanumeric || std::string_view("!#$%&'*+-.^_`|~").find(c) != std::string_view::npos;
}

// What a cookie's value may hold as it is (RFC 6265 §4.1.1), without '%', which begins an escape.
bool is_plain_in_cookie(char c) {
  return c > ' ' && c <= '~' && std::string_view("\",;\\%").find(c) == std::string_view::npos;
}

std::string cookie_encode(std::string_view token) {
  std::string out;
  for (const char& c : token) {
    if (is_plain_in_cookie(c)) {
      out += c;
    } else {
      out += percent_encode(std::string_view(&c, 1));
    }
  }
  return out;
}

std::string_view trim(std::string_view text) {
  const auto blank = [](char c) { return c == ' ' || c == '\t'; };
  while (!text.empty() && blank(text.front())) text.remove_prefix(1);
  while (!text.empty() && blank(text.back())) text.remove_suffix(1);
  return text;
}

// Takes the part before the next `separator` off the front of `text`.
std::string_view next_part(std::string_view& text, char separator) {
  const std::size_t end = std::min(text.find(separator), text.size());
  const std::string_view part = text.substr(0, end);
  text.remove_prefix(std::min(end + 1, text.size()));
  return part;
}

// Collects what a request says of the token: once, or several times the same, counts.
class SingleValue {
 public:
  void offer(std::string value) {
    if (!value_) {
      value_ = std::move(value);
    } else if (*value_ != value) {
      contradicted_ = true;
    }
  }
  void refuse() { contradicted_ = true; }

  std::optional<std::string> take() {
    if (contradicted_ || !value_ || value_->empty()) return std::nullopt;
    return std::move(value_);
  }

 private:
  std::optional<std::string> value_;
  bool contradicted_ = false;
};

// The credentials after the word "Bearer" or "Basic"; nothing when the value begins otherwise.
std::optional<std::string_view> after_word(std::string_view value, std::string_view scheme_word) {
  if (value.size() <= scheme_word.size() || value[scheme_word.size()] != ' ' ||
      !equal_in_any_case(value.substr(0, scheme_word.size()), scheme_word)) {
    return std::nullopt;
  }
  return trim(value.substr(scheme_word.size()));
}

std::optional<std::string> basic_token(std::string_view credentials) {
  auto decoded = base64_decode(credentials);
  if (!decoded) return std::nullopt;
  const std::size_t colon = decoded->find(':');
  if (colon == std::string::npos) return std::nullopt;
  if (colon + 1 == decoded->size()) decoded->pop_back();
  return decoded;
}

void offer_header(const AuthScheme& scheme, std::string_view value, SingleValue& found) {
  if (scheme.kind == AuthScheme::Kind::kHeader) {
    found.offer(std::string(value));
    return;
  }
  const auto credentials = after_word(value, word(scheme.kind));
  if (!credentials) {
    found.refuse();
  } else if (scheme.kind == AuthScheme::Kind::kBearer) {
    found.offer(std::string(*credentials));
  } else if (auto token = basic_token(*credentials)) {
    found.offer(std::move(*token));
  } else {
    found.refuse();
  }
}

void offer_cookies(const AuthScheme& scheme, std::string_view value, SingleValue& found) {
  while (!value.empty()) {
    std::string_view pair = trim(next_part(value, ';'));
    if (next_part(pair, '=') != scheme.name) continue;
    // An escape that is none was meant literally: few clients encode cookies.
    auto decoded = percent_decode(pair, PlusSign::kItself);
    found.offer(decoded ? std::move(*decoded) : std::string(pair));
  }
}

void offer_parameters(const AuthScheme& scheme, std::string_view query, SingleValue& found) {
  while (!query.empty()) {
    std::string_view pair = next_part(query, '&');
    const auto name = percent_decode(next_part(pair, '='), PlusSign::kSpace);
    if (!name || *name != scheme.name) continue;
    if (auto value = percent_decode(pair, PlusSign::kSpace)) {
      found.offer(std::move(*value));
    } else {
      found.refuse();
    }
  }
}

std::string_view header_of(const AuthScheme& scheme) {
  if (scheme.kind == AuthScheme::Kind::kHeader) return scheme.name;
  return scheme.kind == AuthScheme::Kind::kCookie ? "Cookie" : "Authorization";
}

}  // namespace

Result<AuthScheme> parse_auth_scheme(std::string_view text) {
  const std::size_t colon = text.find(':');
  const std::string_view first = text.substr(0, colon);
  const auto found = std::ranges::find(kWords, first);
  if (found == kWords.end()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("auth scheme {}: expected bearer, basic, header:NAME, query:NAME or "
                            "cookie:NAME{} (§1.1)",
                            quoted(text), did_you_mean(first, kWords)));
  }
  AuthScheme scheme{static_cast<AuthScheme::Kind>(found - kWords.begin()), {}};
  if (!takes_name(scheme.kind)) {
    if (colon == std::string_view::npos) return scheme;
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("auth scheme {}: {} takes no name; write \"{}\" (§1.1)", quoted(text),
                            first, first));
  }
  if (colon != std::string_view::npos) scheme.name = text.substr(colon + 1);
  if (scheme.name.empty() || !std::ranges::all_of(scheme.name, is_token_character)) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("auth scheme {}: expected a name of letters, digits and !#$%&'*+-.^_`|~ "
                    "after \"{}:\", got {} (§1.1)",
                    quoted(text), first, quoted(scheme.name)));
  }
  return scheme;
}

std::string to_string(const AuthScheme& scheme) {
  std::string out(word(scheme.kind));
  if (takes_name(scheme.kind)) out += ":" + scheme.name;
  return out;
}

TokenPlacement place_token(const AuthScheme& scheme, const UserToken& token) {
  TokenPlacement placement;
  if (scheme.kind == AuthScheme::Kind::kQuery) {
    placement.query_name = percent_encode(scheme.name);
    placement.query_value = percent_encode(token.reveal());
    return placement;
  }
  placement.header_name = header_of(scheme);
  switch (scheme.kind) {
    case AuthScheme::Kind::kBearer:
      placement.header_value = "Bearer " + token.reveal();
      break;
    case AuthScheme::Kind::kBasic:
      placement.header_value = "Basic " + base64_encode(basic_credentials(token.reveal()));
      break;
    case AuthScheme::Kind::kCookie:
      placement.header_value = scheme.name + "=" + cookie_encode(token.reveal());
      break;
    case AuthScheme::Kind::kHeader:
    case AuthScheme::Kind::kQuery:
      placement.header_value = token.reveal();
      break;
  }
  return placement;
}

std::optional<std::string> find_token(const AuthScheme& scheme, std::span<const HeaderView> headers,
                                      std::string_view query) {
  SingleValue found;
  if (scheme.kind == AuthScheme::Kind::kQuery) {
    offer_parameters(scheme, query, found);
    return found.take();
  }
  const std::string_view wanted = header_of(scheme);
  for (const auto& [name, value] : headers) {
    if (!equal_in_any_case(name, wanted)) continue;
    if (scheme.kind == AuthScheme::Kind::kCookie) {
      offer_cookies(scheme, value, found);
    } else {
      offer_header(scheme, trim(value), found);
    }
  }
  return found.take();
}

}  // namespace favsync
