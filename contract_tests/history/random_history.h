#pragma once

#include <cstddef>
#include <random>

#include "contract_tests/history/history.h"

namespace favsync::contract {

// For tests: a history of one to seven operations on few values and few moments, so that many meet,
// repeat each other or are never answered. `hides_removals`: reads show nothing for a DELETE.
ItemHistory random_history(std::mt19937_64& random, bool hides_removals = false);

// Whether some order of the operations explains the reads: tries all, with no cleverness beyond
// remembering which sets of operations were tried. At most 20 operations.
bool some_order_explains(const ItemHistory& history, Moment staleness = Moment{0},
                         bool hides_removals = false);

}  // namespace favsync::contract
