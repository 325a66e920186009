#pragma once

#include <vector>

#include "contract_tests/check.h"

namespace favsync::contract {

// The checks, theme by theme; all_checks() puts them in order.
std::vector<Check> list_checks();
std::vector<Check> auth_checks();
std::vector<Check> http_checks();
std::vector<Check> write_checks();
std::vector<Check> auth_write_checks();
std::vector<Check> http_write_checks();
std::vector<Check> write_form_checks();
std::vector<Check> date_checks();
std::vector<Check> merge_checks();
std::vector<Check> merge_edge_checks();
std::vector<Check> walk_checks();
std::vector<Check> id_checks();
std::vector<Check> bulk_checks();
std::vector<Check> user_checks();
std::vector<Check> concurrency_checks();
std::vector<Check> bad_input_checks();
std::vector<Check> durability_checks();
std::vector<Check> engine_checks();
std::vector<Check> future_checks();
std::vector<Check> read_only_checks();

}  // namespace favsync::contract
