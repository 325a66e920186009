#pragma once

#include <nlohmann/json_fwd.hpp>
#include <string>

namespace favsync {

// For tests: a file of the folder fixtures/, as bytes or as JSON. A file that is missing or is not
// JSON ends the test program, naming the file.
std::string read_fixture(const std::string& name);
nlohmann::json parse_fixture(const std::string& name);

}  // namespace favsync
