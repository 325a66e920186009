#pragma once

#include <span>
#include <string_view>

namespace favsync::contract {

// The lines of fixtures/kill_matrix.json as they were when the program was built.
std::span<const std::string_view> matrix_lines();

}  // namespace favsync::contract
