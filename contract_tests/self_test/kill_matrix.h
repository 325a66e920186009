#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/report.h"
#include "mock_server/behaviors.h"

namespace favsync::contract {

// What the suite said of the mock with one behaviour, or with none.
struct MatrixRow {
  std::string behavior;  // empty: the clean mock
  mock::BehaviorKind kind = mock::BehaviorKind::kQuirk;
  std::string clause;
  mock::Breaks breaks = mock::Breaks::kNothing;
  std::uint64_t fired = 0;  // how often the behaviour showed: 0 means that it was not exercised
  Verdict verdict = Verdict::kConformant;
  std::string first;  // the first failed check, or without one the first warning; or empty
  std::string clause_of_first;
  std::string reason;                       // of that finding
  std::vector<std::string> failed, warned;  // ids of checks
  int requests = 0;
  std::string text;  // the report, for a person

  // What is not as it should be: a defect that lives, dies elsewhere or was not exercised, a quirk
  // that raises an alarm. Empty when all is well.
  std::string complaint() const;
};

// How much of the suite a row runs.
struct MatrixScope {
  Depth depth = Depth::kStandard;
  std::vector<std::string> only = {};  // globs over check ids; empty: all
};

// Certifies the mock with that behaviour (null: none) in this process.
MatrixRow run_row(const mock::Behavior* behavior, std::uint64_t seed,
                  const MatrixScope& scope = {});

// The clean mock in both profiles, then every behaviour, `jobs` at a time; rows in the registry's
// order. `done` is called from one thread at a time as rows end.
std::vector<MatrixRow> run_matrix(std::uint64_t seed, int jobs,
                                  const std::function<void(const MatrixRow&)>& done = {});

// Checks that are a MUST, can be exercised here, and killed nothing: each would be a check that
// cannot fail.
std::vector<std::string> checks_that_killed_nothing(const std::vector<MatrixRow>& rows);

// For people: a line a behaviour, then the counts. JSON: what the golden file holds.
std::string to_text(const std::vector<MatrixRow>& rows);
std::string to_json(const std::vector<MatrixRow>& rows);

}  // namespace favsync::contract
