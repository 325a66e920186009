#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/finding.h"
#include "contract_tests/lab/lab.h"
#include "contract_tests/lab/story.h"

namespace favsync::contract {

// Which partners a check is for.
enum class Applies { kAlways, kTwoWay, kReadOnly };

// One thing that the contract asks, and how to find out. The id is made of words and never changes.
// Exactly one of `run` and `stories` is set.
struct Check {
  std::string_view id = {};
  std::string_view clause = {};  // "4.4"
  Level level = Level::kMust;
  std::string_view title = {};  // what holds when it passes
  Applies applies = Applies::kAlways;
  std::vector<std::string_view> needs = {};  // ids of checks that must pass first
  std::string_view steps = {};               // what is sent, and what is looked at
  std::string_view control =
      {};  // for negative checks: what shows that only the tested property matters
  std::string_view hint = {};   // where the fault usually lies
  Depth depth = Depth::kQuick;  // the shallowest depth that includes it

  Finding (*run)(Lab& lab) = nullptr;
  // Stories of several checks share POSTs and a reading: all checks that name the same wave.
  std::vector<Story> (*stories)(const Lab& lab) = nullptr;
  std::string_view wave = {};
  // Asked once more at the end of the run: a breach that showed only later counts too. May be null.
  Finding (*conclude)(Lab& lab) = nullptr;
};

// Every check, in the order in which they run and are reported: what others rest on comes first.
const std::vector<Check>& all_checks();
// The check of that id, or null.
const Check* find_check(std::string_view id);

}  // namespace favsync::contract
