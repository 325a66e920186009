#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>

#include "wire/result.h"
#include "wire/user_token.h"

namespace favsync {

// How a user token rides on a request. Source: §1.1.
struct AuthScheme {
  enum class Kind { kBearer, kHeader, kQuery, kCookie, kBasic };
  Kind kind = Kind::kBearer;
  std::string name;  // of the header, query parameter or cookie; empty for bearer and basic

  friend bool operator==(const AuthScheme&, const AuthScheme&) = default;
};

// Reads "bearer", "basic", "header:NAME", "query:NAME" or "cookie:NAME". Errors: kInvalidArgument
// with a "did you mean"; a NAME that is not a token of RFC 9110 is refused.
[[nodiscard]] Result<AuthScheme> parse_auth_scheme(std::string_view text);
std::string to_string(const AuthScheme& scheme);

// What to put on a request: a header, or a query parameter whose name and value are percent-encoded
// already; the unused pair is empty. In a cookie '%' and what a cookie cannot hold are
// percent-encoded. Basic carries "user:password" in Base64; a token without a colon rides as the
// user with an empty password.
struct TokenPlacement {
  std::string header_name, header_value;
  std::string query_name, query_value;
};
TokenPlacement place_token(const AuthScheme& scheme, const UserToken& token);

using HeaderView = std::pair<std::string_view, std::string_view>;  // name, value

// The token that a request carries by `scheme`, or nothing. Header names and the words "Bearer" and
// "Basic" match in any case, the token exactly; encodings are undone, '+' in a query is a space,
// and a Basic user with an empty password is the user alone. `query` is the raw query without '?'.
// A header or parameter that stands twice with different values carries no token. Source: §1.3.
std::optional<std::string> find_token(const AuthScheme& scheme, std::span<const HeaderView> headers,
                                      std::string_view query);

}  // namespace favsync
