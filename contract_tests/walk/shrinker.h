#pragma once

#include <cstddef>
#include <functional>

#include "contract_tests/walk/runner.h"
#include "contract_tests/walk/walk.h"

namespace favsync::contract {

// A walk that fails, made as short as the requests allowed.
struct ShrunkWalk {
  Walk walk;
  WalkOutcome outcome;               // of `walk`, when it last failed
  std::size_t requests = 0;          // sent for it
  std::size_t wrong = 0, tries = 0;  // how often the short walk failed: the last word on it
  bool gave_up = false;  // the requests were used up, or the partner gave no answer: may be shorter
};

// Delta debugging: leaves out steps, items and writes, then makes dates and users plain, as long as
// the rest still fails in the same manner (a wrong value, or a refusal). Each try takes the walk on
// fresh items and judges it anew by the model, so that what is expected follows what is left. Then
// takes the short walk twice more, to see whether it fails each time; one that does not fail again
// at all is put aside for the last one that did, or for `walk`. Sends at most `most_requests`, and
// at least what the last two walks need. `take` must give an outcome for any walk.
ShrunkWalk shrink_walk(const Walk& walk, const WalkOutcome& failure,
                       const std::function<WalkOutcome(const Walk&)>& take,
                       std::size_t most_requests);

}  // namespace favsync::contract
