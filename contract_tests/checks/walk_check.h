#pragma once

#include "contract_tests/lab/lab.h"

namespace favsync::contract {

// A seeded random walk, compared with the model; on failure shrunk, told as a story and given as a
// script. Longer, and several, by depth. Source: §4.4 to §4.6.
Finding random_walk(Lab& lab);

}  // namespace favsync::contract
