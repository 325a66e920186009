#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "wire/result.h"

namespace favsync::contract {

// A finding as the kill matrix has it: which check, and the stable word for the cause.
struct Kill {
  std::string check;
  std::string reason;
  friend bool operator==(const Kill&, const Kill&) = default;
};
// "write.keeps-date (restamped)"
std::string to_text(const Kill& kill);

// One line of fixtures/kill_matrix.json: what the suite is known to say of a partner with that
// defect or quirk. `first` is declared: where it must show, and why. What else was found is for
// diagnosis, and may vary with timing.
struct RecordedRow {
  std::string behavior;  // empty: the clean mock
  std::string kind;      // "defect", "quirk", "clean"
  std::string clause;
  std::string breaks;  // "must", "should", "nothing"
  std::string verdict;
  std::optional<Kill> first;  // the first failure, or of a conformant one the first warning
  std::vector<Kill> also;     // where it may show first instead: only where time or a race decides
  std::string why;            // why `also`, or why another clause's check is the first to see it
  std::vector<Kill> failed, warned;
  std::string story, cure;  // of the behaviour

  // Whether a first finding is as declared.
  bool declares(const Kill& found) const;
};

// Reads such a file: a JSON array with a row a line. Errors: kMalformed, with the line.
[[nodiscard]] Result<std::vector<RecordedRow>> read_matrix(std::string_view text);
// Prints it, rows sorted by behaviour, the clean mock first.
std::string to_json(std::vector<RecordedRow> rows);
// SHA-256, in hex, of each row's behaviour, verdict and declared first finding: the same for two
// matrices that say the same, whatever else was seen.
std::string digest(const std::vector<RecordedRow>& rows);

// The matrix that this program was built with.
const std::vector<RecordedRow>& recorded_matrix();
// The row of that behaviour in it, or null.
const RecordedRow* find_recorded(std::string_view behavior);

}  // namespace favsync::contract
