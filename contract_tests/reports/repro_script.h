#pragma once

#include <string>
#include <string_view>

#include "contract_tests/report.h"
#include "wire/result.h"

namespace favsync::contract {

// A POSIX shell script that repeats, with curl, the exchanges behind a check's finding: with fresh
// ids in place of those that were made up, and with dates moved so that they are newer than what
// the partner has now; it says what was expected, shows what came, and puts the items back. Tokens
// come from the environment (FAVSYNC_TOKEN, FAVSYNC_OTHER_TOKEN, …); none is in it. The script
// exits 0 when the fault does not show, 1 when it does, 2 when it could not try, 3 when the eye
// must judge. Errors: kNotFound: no such check in the report; kInvalidArgument: nothing to repeat
// (the check sent nothing, or a body was cut), with what to do instead.
[[nodiscard]] Result<std::string> to_repro_script(const Report& report, std::string_view check);

}  // namespace favsync::contract
