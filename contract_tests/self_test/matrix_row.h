#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/matrix/recorded_matrix.h"
#include "contract_tests/report.h"
#include "mock_server/behaviors.h"
#include "wire/timestamp.h"

namespace favsync::contract {

// Afternoon in GMT on a working day of March 2026: where nothing else is asked, the self-test lives
// then, so that no defect hangs on the hour at which it is tried.
Timestamp golden_instant();

// How a row is run.
struct RowSettings {
  std::uint64_t seed = 1;
  Timestamp at = golden_instant();  // what the suite and the mock take for the time at the start
  Depth depth = Depth::kStandard;
  std::vector<std::string> only = {};       // globs over check ids; empty: all
  std::vector<std::string> sabotaged = {};  // ids of checks whose findings count as passes
};

// What the suite said of the mock with one behaviour, or with none.
struct MatrixRow {
  std::string behavior;  // empty: the clean mock
  mock::BehaviorKind kind = mock::BehaviorKind::kQuirk;
  bool read_only = false;  // the profile that was certified
  std::string clause;
  mock::Breaks breaks = mock::Breaks::kNothing;
  std::uint64_t fired = 0;  // how often the behaviour showed: 0 means that it was not exercised
  Verdict verdict = Verdict::kConformant;
  std::vector<Kill> failed, warned;  // in the order of the catalogue
  int requests = 0;
  std::chrono::milliseconds duration{0};
  std::string text;  // the report, for a person

  // The first failure, or without one the first warning; null when there is neither.
  const Kill* first() const;
  // What is not as `declared` (null: declared nowhere): a defect that lives, dies elsewhere or was
  // not exercised, a quirk that raises an alarm. Empty when all is well.
  std::string complaint(const RecordedRow* declared) const;
  // As it would be if that check found nothing.
  MatrixRow without(std::string_view check) const;
};

// Certifies the mock with that behaviour (null: none) in this process.
MatrixRow run_row(const mock::Behavior* behavior, const RowSettings& settings = {});
// Certifies the clean mock as a read-only partner.
MatrixRow run_clean_read_only(const RowSettings& settings = {});

// The row as the golden file has it; `declared` (may be null) gives what only people write there:
// other places where it may show, and why.
RecordedRow record(const MatrixRow& row, const RecordedRow* declared);

}  // namespace favsync::contract
