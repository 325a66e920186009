#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "wire/result.h"

namespace favsync {

// The secret that says whose favourites a request reads or writes. It does not print: only `reveal`
// gives the text, for the request itself. `fingerprint` is what logs and reports show. Compares
// exactly: no case folding, no trimming. Source: §1.1, §1.3.
class UserToken {
 public:
  // Takes 1 to 8192 bytes of visible ASCII and inner spaces. Errors: kInvalidArgument for an empty
  // token, CR, LF, other control bytes, non-ASCII, or a leading or trailing space; the message does
  // not hold the token.
  [[nodiscard]] static Result<UserToken> make(std::string text);

  const std::string& reveal() const { return text_; }
  // "token:" and eight hex digits of SHA-256: tells tokens apart and gives none away.
  std::string fingerprint() const;

  friend bool operator==(const UserToken&, const UserToken&) = default;

 private:
  explicit UserToken(std::string text) : text_(std::move(text)) {}
  std::string text_;
};

// `text` with every occurrence of the token, also percent-encoded or in Base64 as Basic carries it,
// replaced by its fingerprint in angle brackets. For whatever is logged, reported or shown.
std::string redact(std::string_view text, const UserToken& token);

}  // namespace favsync
