#pragma once

#include "contract_tests/judge/instant.h"
#include "contract_tests/options.h"

namespace favsync::contract {

// The wall clock of a run: options.now where it is set, else this machine's, to the millisecond.
Instant wall_clock(const Options& options);

}  // namespace favsync::contract
