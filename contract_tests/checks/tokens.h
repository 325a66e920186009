#pragma once

#include <string>
#include <vector>

#include "contract_tests/lab/redactor.h"
#include "contract_tests/options.h"
#include "wire/user_token.h"

namespace favsync::contract {

// A token that must be refused, and how a message calls it: "with the token in another case".
struct TokenVariant {
  std::string how;
  UserToken token;
  std::string name = {};  // for reports: "other-case"
};

// Well-formed tokens that nobody issued, alike to the valid one in length and alphabet; from the
// seed.
std::vector<TokenVariant> unknown_tokens(const UserToken& valid, const Options& options);

// Tokens made from the valid one by a small change, the likeliest to be confused first; none of
// them is one of the tokens that the run was given.
std::vector<TokenVariant> similar_tokens(const UserToken& valid, const Options& options);

// All such tokens that a run may send: who sees them could work the valid ones out, so they are
// hidden like these. "undefined" and the like, which hold nothing of a token, are not among them.
std::vector<NamedToken> forged_tokens(const Options& options);

}  // namespace favsync::contract
