#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mock_server/behaviors/hooks.h"
#include "wire/timestamp.h"

namespace favsync::mock {

// The text as a JSON string, quotes included. Never throws.
std::string json_string(std::string_view text);
// How the honest partner prints a row, an object and a list.
PrintedRow print_row(const Favorite& row);
std::string print_row_object(const PrintedRow& row);
std::string print_list(const std::vector<PrintedRow>& rows);

}  // namespace favsync::mock
