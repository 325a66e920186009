#pragma once

#include <chrono>
#include <string>
#include <string_view>

#include "wire/result.h"

namespace favsync {

// Reads a duration as a person writes it, on the command line or in a scenario: a whole or decimal
// number with a unit, "500ms", "10s", "1.5s", "5m", "24h". From 0 to 100 years. Errors:
// kInvalidArgument, also for a number without a unit.
[[nodiscard]] Result<std::chrono::milliseconds> parse_duration(std::string_view text);

// The same text again: "1500ms" for what is not whole seconds, else the largest unit that is exact.
std::string print_duration(std::chrono::milliseconds duration);

}  // namespace favsync
