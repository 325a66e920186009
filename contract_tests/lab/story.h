#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/finding.h"
#include "contract_tests/lab/account.h"
#include "contract_tests/lab/lab.h"

namespace favsync::contract {

// One write of a story: in which POST (stage, from 0), what, and its date by rank among the story's
// dates (0 is the oldest).
struct StoryWrite {
  int stage = 0;
  Act act = Act::kAdd;
  int rank = 0;
  int digits = 3;
};

// What happens to one item, and so what the partner must show at the end: the newest write. Stories
// are data, so that many can share POSTs and one GET.
struct Story {
  std::string label;  // what it tries: "DELETE, then an older ADD"
  std::vector<StoryWrite> writes;
  std::vector<Instant> dates;  // by rank, long ago: needs an item that was never stored
  // Without `dates`, newer dates than the item has are dealt out; these shape them:
  std::optional<int> nanos;                       // the fraction of the oldest one's second
  std::vector<std::chrono::nanoseconds> offsets;  // of each rank from the oldest one
};

// What came of stories that shared their POSTs.
struct StoryResult {
  const Story* story = nullptr;
  bool ran = false;        // false: no item to run it on
  bool not_taken = false;  // one of its arrays was refused, or got no answer
  Finding finding;         // pass, or why not
};

// Runs the stories side by side on items of their own: stage by stage, all writes of a stage in one
// array (of at most a hundred), then one reading. A story that fails is told again alone, on fresh
// items, up to twice: "k of n" is in its message, and a fault that shows only among others, or only
// sometimes, is named so. Never ends early for a partner's fault: what could not be judged says
// why.
std::vector<StoryResult> run_stories(Lab& lab, Account& account, const std::vector<Story>& stories);

// One finding for a check from the results of its stories: the first failure, else pass.
Finding sum_up(const std::vector<StoryResult>& results);

}  // namespace favsync::contract
