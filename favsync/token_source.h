#pragma once

#include <string_view>

#include "wire/result.h"
#include "wire/user_token.h"

namespace favsync {

// The token that a command-line option names: "@FILE" is the first line of a file, "env:NAME" an
// environment variable, both of which keep it off the command line and out of `ps`; anything else
// is the token itself. Errors: kNotFound for a file or variable that is not there, kInvalidArgument
// for what is no token; a message never holds a token. Source: §1.1.
[[nodiscard]] Result<UserToken> read_token(std::string_view text);

}  // namespace favsync
