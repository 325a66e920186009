#pragma once

#include <chrono>
#include <string_view>

#include "wire/result.h"

namespace favsync {

// Reads a duration from the command line: a whole or decimal number with a unit, "500ms", "10s",
// "1.5s", "5m", "24h". From 0 to 100 years. Errors: kInvalidArgument, also for a number without a
// unit.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

}  // namespace favsync
