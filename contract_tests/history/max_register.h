#pragma once

#include <optional>
#include <string>

#include "contract_tests/history/history.h"

namespace favsync::contract {

enum class HistoryVerdict { kLegal, kIllegal, kUnknown };

// What makes a history impossible: two operations that contradict each other, in the order of time.
struct Offence {
  // Stable words: "lost-under-concurrency" (shown when all was over), "own-write-not-read",
  // "stale-read", "older-write-won", "non-monotonic-reads", "read-before-write", "torn-record",
  // "invented-value".
  std::string reason;
  Operation first, second;
  // The older write that the second operation showed, where it matters that it came late.
  std::optional<Operation> between;
  friend bool operator==(const Offence&, const Offence&) = default;
};

struct JudgedHistory {
  HistoryVerdict verdict = HistoryVerdict::kLegal;
  std::optional<Offence> offence;  // of kIllegal
};

// Whether some order of the operations explains every read, where each operation acts at one moment
// between its start and its end and an item shows the newest value that was written so far: the
// contract's newest-wins under concurrency. Exact, without search, O(n log n). A read may be
// `staleness` (not negative) behind, which is the settle time that a partner declares.
// kUnknown only when two writes of one date differ in their actions: the contract leaves open which
// of them wins. Source: §4.8, §4.4, §4.2.
//
// How: values are taken from the oldest to the newest, and `now` is the earliest moment at which
// the item can have reached the value at hand. Every completed write of a value must end after the
// moment at which an older value was last needed by a read; every read of it must end after a write
// of it can have taken effect. Moving `now` no further than reads demand is never worse, so the
// greedy sweep is exact; history_test.cc compares it with exhaustive search.
JudgedHistory check_max_register(const ItemHistory& history, Moment staleness = Moment{0});

// As above where removed items are not listed: a read of nothing may mean that the item never was
// there, or any of the DELETEs. Tries the meanings, oldest first, and gives up after `most_steps`
// checks of a partial choice: then the verdict is kUnknown, never a guess.
JudgedHistory check_with_hidden_removals(const ItemHistory& history, Moment staleness = Moment{0},
                                         std::size_t most_steps = 2000);

}  // namespace favsync::contract
