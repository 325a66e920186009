#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "mock_server/faults/fault.h"
#include "mock_server/settings.h"
#include "wire/result.h"

namespace favsync::mock {

// Reads a fault as the command line gives it: `status=503,retry-after=2s,on=POST,nth=3`. Errors:
// kInvalidArgument with the setting, what was expected and what came, and a "did you mean".
[[nodiscard]] Result<Fault> parse_fault(std::string_view text);
// The same from JSON: that text, or an object with the same names and values. Errors: kMalformed,
// with the place too.
[[nodiscard]] Result<Fault> read_fault(const nlohmann::json& value, std::string_view place);

// What parse_fault takes, in one fixed order, without what goes without saying.
std::string print_fault(const Fault& fault);
nlohmann::ordered_json fault_json(const Fault& fault);

}  // namespace favsync::mock
