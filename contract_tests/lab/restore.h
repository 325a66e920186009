#pragma once

#include <string>
#include <vector>

#include "contract_tests/lab/lab.h"

namespace favsync::contract {

// What putting the test data back came to. Dates cannot be put back: they only grow, and an item
// that was never stored stays listed as removed.
struct RestoreReport {
  int put_back = 0;      // items that have their former action again, with a new date
  int left_removed = 0;  // items of the run that stay in the lists as DELETE
  std::vector<std::string> unfinished;  // items that could not be put back, with the user's name
};

// Gives every item that the run wrote its former action with a fresh date, removes what was not
// there before, and posts again what a faulty partner lost; then looks whether it took effect.
RestoreReport restore(Lab& lab);

}  // namespace favsync::contract
