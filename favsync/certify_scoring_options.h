#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

#include "contract_tests/options.h"
#include "wire/result.h"

namespace favsync {

// The options of `favsync certify` about what counts, as they stand on the command line.
struct ScoringArguments {
  std::string requirement_set, waive;
};

void add_scoring_options(CLI::App& command, ScoringArguments& arguments);

// Reads them into the options. `today` is a day in UTC such as "2026-11-24". Gives sentences that
// the user should see before the run: waivers that are over. Errors: kInvalidArgument, kNotFound,
// kMalformed, with the option or the file, line and place.
[[nodiscard]] Result<std::vector<std::string>> read_scoring_options(
    const ScoringArguments& arguments, std::string_view today, contract::Options& options);

}  // namespace favsync
