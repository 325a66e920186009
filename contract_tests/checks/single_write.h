#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/lab/lab.h"

namespace favsync::contract {

// A write of that action to a free item, newer than what is stored. Not exercised without an item.
OrFinding<Write> new_write(Lab& lab, Account& account, Act act);

// The mismatch of that item, or null.
const Mismatch* find_item(const std::vector<Mismatch>& mismatches, std::string_view item);

// Whether the reading shows no change in items that nobody wrote; `what` was done just before, in
// exchange `exchange`.
Finding untouched(const Lab& lab, const Account& account, const Reading& reading,
                  std::string_view what, int exchange);

// Whether the list is too short for what it should hold: then one more item, which is known to be
// taken, is missing as well, or pushes another one out.
OrFinding<bool> list_is_cut(Lab& lab);

}  // namespace favsync::contract
