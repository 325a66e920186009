#pragma once

#include <string>
#include <vector>

#include "contract_tests/self_test/kill_matrix.h"

namespace favsync::contract {

// For a terminal: a line for each check with the defects that die of it first, what is not as
// declared, the counts and the digest. `every_row`: a line for each behaviour instead.
std::string to_text(const KillMatrix& matrix, const std::vector<RecordedRow>& declared,
                    bool every_row);
// One self-contained page: the controls, each behaviour with where it died, a filter. Needs no
// network; all texts are escaped.
std::string to_html(const KillMatrix& matrix, const std::vector<RecordedRow>& declared);

}  // namespace favsync::contract
