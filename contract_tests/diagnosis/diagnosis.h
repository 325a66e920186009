#pragma once

#include <optional>
#include <string>
#include <vector>

#include "contract_tests/matrix/recorded_matrix.h"
#include "contract_tests/report.h"

namespace favsync::contract {

// Which known defect a partner behaves like: its findings are compared with each row of the kill
// matrix.
struct Diagnosis {
  std::vector<std::string> behaves_like;  // ids, best first; more than one where they look alike
  double similarity = 0;                  // of the first: 0 to 1, where 1 is the same findings
  std::string story, cure;                // of the first: what it does, what to look at
};

// The nearest defects, or nothing: without a failure or a warning, and when unsure. `failed` and
// `warned` as a run has them, in the order of the catalogue.
std::optional<Diagnosis> diagnose(const std::vector<Kill>& failed, const std::vector<Kill>& warned,
                                  const std::vector<RecordedRow>& matrix);
// Of a report, by the matrix that this program was built with.
std::optional<Diagnosis> diagnose(const Report& report);

// "behaves like `restamps-on-post`: Stores the moment of receipt instead of actionDate. Does the …"
std::string to_text(const Diagnosis& diagnosis);

}  // namespace favsync::contract
