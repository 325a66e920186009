#pragma once

#include <functional>

#include "contract_tests/report.h"

namespace favsync::contract {

// What the runner tells while it runs. All calls come from the thread that runs.
struct Progress {
  std::function<void(const Check&, int number, int of)> started;
  std::function<void(const CheckReport&, int requests_so_far)> finished;
};

// Certifies the partner at options.target: connects, finds the profile out, runs the checks that
// are selected, restores what was written. Needs options.token. Blocks; every wait is bounded, and
// options.cancel ends it early and still restores. Never throws for anything that a partner does.
Report certify(const Options& options, const Progress& progress = {});

// The ids that `only` and `skip` leave, with what they rest on, in order; empty when nothing
// matches.
std::vector<const Check*> select(const Options& options);

// Whether the glob matches the id of any check.
bool matches_a_check(const std::string& glob);

}  // namespace favsync::contract
