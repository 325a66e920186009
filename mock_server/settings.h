#pragma once

#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mock_server/trigger.h"
#include "wire/result.h"

namespace favsync::mock {

// What a fault or step is made of: names and values as text, the same on the command line
// (`name=value,…`) and as members of a JSON object. A setting without a value has an empty one.
using Settings = std::vector<std::pair<std::string, std::string>>;

// Splits `a=1,b,c=f(2,3)` at commas outside parentheses. Errors: kInvalidArgument for an empty
// setting and a name that stands twice.
[[nodiscard]] Result<Settings> split_settings(std::string_view text);
// The members of an object of strings, numbers and `true`, but for those named in `others`. Errors:
// kMalformed with the place.
[[nodiscard]] Result<Settings> json_settings(const nlohmann::json& object, std::string_view place,
                                             std::span<const std::string_view> others = {});

// on, user, nth, every, times, probability, after, until, while.
std::span<const std::string_view> trigger_settings();
// Sets what `name`, one of them, says. Errors: kInvalidArgument, without the place.
[[nodiscard]] Status set_trigger(Trigger& trigger, std::string_view name, std::string_view value);
// Whether they go together. Errors: likewise.
[[nodiscard]] Status check_trigger(const Trigger& trigger);
// Appends those that are not the default.
void print_trigger(const Trigger& trigger, Settings& settings);

// `a=1,b`.
std::string print_settings(const Settings& settings);

}  // namespace favsync::mock
