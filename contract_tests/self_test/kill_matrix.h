#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/matrix/recorded_matrix.h"
#include "contract_tests/self_test/matrix_row.h"

namespace favsync::contract {

// The suite against the clean mock in both profiles, and against every behaviour.
struct KillMatrix {
  RowSettings settings;
  MatrixRow clean, clean_read_only;
  std::vector<MatrixRow> rows;  // in the registry's order

  // What is not as it should be, a sentence each: rows that are not as declared, and checks that
  // kill nothing. Empty: the suite is proven. Nothing counts unless void_because() is empty.
  std::vector<std::string> complaints(const std::vector<RecordedRow>& declared) const;
  // Why the whole run says nothing: the clean mock is not green, or the canary lives. Empty: it
  // does.
  std::string void_because() const;
  int count_fired_defects() const;
};

// The defect that must die whatever else happens; if it lives, nothing was measured.
inline constexpr std::string_view kCanary = "ack-and-drop";

// Runs the rows of those behaviours (empty: all) besides the controls, `jobs` at a time: they wait
// more than they compute. `done` is called from one thread at a time as rows end.
KillMatrix run_matrix(const RowSettings& settings, int jobs,
                      const std::vector<std::string_view>& behaviors = {},
                      const std::function<void(const MatrixRow&)>& done = {});

// The row of that behaviour in `declared`, or null.
const RecordedRow* find_row(const std::vector<RecordedRow>& declared, std::string_view behavior);

// MUST checks at which no defect is declared to die first, and that no exclusion explains. Each
// would be a check that nobody has seen fail.
std::vector<std::string> checks_that_kill_nothing(const std::vector<RecordedRow>& declared);

// A MUST check that is the first to see no defect, and why that is right.
struct Exclusion {
  std::string_view check;
  std::string_view why;
};
const std::vector<Exclusion>& exclusions();

// As the golden file has it: what was measured, with what people wrote into `declared`.
std::vector<RecordedRow> record(const KillMatrix& matrix, const std::vector<RecordedRow>& declared);

}  // namespace favsync::contract
