#pragma once

#include "mock_server/scenario.h"
#include "wire/result.h"

namespace favsync::mock {

// Whether faults and steps name only users, tokens and states that the scenario or one of its steps
// makes: a step that waits for a misspelt name would wait for ever. Errors: kMalformed with the
// place, and a "did you mean".
[[nodiscard]] Status check_names(const Scenario& scenario);

}  // namespace favsync::mock
