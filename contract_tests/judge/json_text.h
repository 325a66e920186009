#pragma once

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "wire/result.h"

namespace favsync::contract {

// Reads JSON as RFC 8259 has it and as the contract narrows it: UTF-8, no BOM, nothing after the
// value, at most `max_depth` levels and `max_values` values and names (a tree of them takes about a
// hundred bytes each). Errors: kMalformed or kLimitExceeded, with the place and the
// first bytes of what came, so that an HTML page is recognised. `duplicates` receives members that
// stand twice in an object, as "[3].action".
[[nodiscard]] Result<nlohmann::json> read_json(std::string_view text,
                                               std::vector<std::string>& duplicates,
                                               std::size_t max_depth = 64,
                                               std::size_t max_values = 2'000'000);

// The kind of a JSON value for a message, with its article: "an object", "a string", "null".
std::string describe(const nlohmann::json& value);

}  // namespace favsync::contract
