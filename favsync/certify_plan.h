#pragma once

#include "contract_tests/options.h"

namespace favsync {

// Prints what `favsync certify` would send with these options, and what would stay, and sends the
// partner nothing: the same checks run on the built-in mock, which is a partner in order, with as
// many tokens. Returns the exit status.
int print_plan(const contract::Options& options);

}  // namespace favsync
