#pragma once

#include <cstddef>
#include <cstdint>

#include "contract_tests/walk/walk.h"

namespace favsync::contract {

// How long a walk is, and over what it goes.
struct WalkSize {
  std::size_t posts = 8;           // at least 1
  std::size_t reads = 4;           // at least one for each user; the last one of each ends the walk
  std::size_t items = 24;          // at least 1
  std::size_t longest_array = 20;  // writes, 1 to 100 (§4.9)
  bool two_users = true;
};

// The span of a walk's dates, from 0: eight days.
constexpr std::int64_t kWalkSpanMs = std::int64_t{8} * 24 * 3600 * 1000;

// A walk that depends on the seed and the size alone, on any machine. Arrays of one to the longest,
// of writes that are newer by 1 ms, 1 s, 1 min, 1 h or 1 day, older than what an earlier write
// left, of the very same date with the same or the other action; items twice in one array; items
// that both users write; the same POST again. Dates lie near the turns of hours and days, too. With
// a budget of few requests the unusual comes in each walk, not only by luck.
Walk make_walk(std::uint64_t seed, const WalkSize& size);

}  // namespace favsync::contract
