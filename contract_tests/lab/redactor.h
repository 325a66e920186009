#pragma once

#include <array>
#include <string>
#include <string_view>
#include <vector>

#include "wire/user_token.h"

namespace favsync::contract {

// A secret by the name that stands for it wherever something is shown: "first" becomes
// "<token:first>".
struct NamedToken {
  std::string name;  // lower-case letters, digits, '-' and '.'
  UserToken token;
};

// Replaces secrets by their names, in one pass, the longest first, so that a token which is part of
// another, or of a name, does no harm. Finds a token as it is, percent-encoded (also twice),
// escaped as in JSON or HTML, a mixture of these, and in Base64, alone or as Basic carries it.
// Immutable: safe from any thread.
class Redactor {
 public:
  Redactor() = default;
  explicit Redactor(const std::vector<NamedToken>& tokens);

  std::string clean(std::string_view text) const;
  // Whether any of the secrets is in `text`.
  bool finds(std::string_view text) const;

 private:
  struct Form {
    std::string spelling;  // what is looked for, before any escaping
    std::string mark;      // what stands in its place
    bool base64 = false;   // padding that follows belongs to it
  };
  struct Match {
    std::size_t length = 0;
    const Form* form = nullptr;
  };
  void add(std::string spelling, const std::string& mark, bool base64);
  // The longest form that `text` begins with.
  Match match(std::string_view text) const;
  std::vector<Form> forms_;  // longest first
  std::array<bool, 256> may_begin_{};
};

}  // namespace favsync::contract
