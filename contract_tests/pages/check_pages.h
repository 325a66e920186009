#pragma once

#include <string>
#include <vector>

#include "contract_tests/check.h"
#include "contract_tests/matrix/recorded_matrix.h"

namespace favsync::contract {

// The page of one check in Markdown: what it asks and by which clause, its steps and its control,
// what it rests on, the reason codes seen of it with their meanings, and the defects that die of
// it.
std::string check_page(const Check& check, const std::vector<RecordedRow>& matrix);
// The index: every check in the order of the run, with clause, level and title.
std::string check_index();
// "write.keeps-date.md"
std::string page_name(const Check& check);

}  // namespace favsync::contract
