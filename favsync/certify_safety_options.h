#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>

#include "contract_tests/options.h"
#include "wire/result.h"

namespace favsync {

// The options of `favsync certify` that bound what a run may do to a live partner.
struct SafetyArguments {
  std::optional<int> max_requests;
  std::optional<std::uint64_t> max_answer_mib;
  std::string poison_item;
  bool plan = false;
};

void add_safety_options(CLI::App& command, SafetyArguments& arguments);

// Puts them into `options`. Errors: kInvalidArgument, with the option's name.
[[nodiscard]] Status read_safety_options(const SafetyArguments& given, contract::Options& options);

}  // namespace favsync
