#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

#include "contract_tests/judge/value.h"

namespace favsync::contract {

// One element of an array of a walk. Items are numbers and dates are milliseconds from the walk's
// own beginning, so that the same walk can be taken again on fresh items with fresh dates.
struct WalkWrite {
  std::size_t item = 0;
  Act act = Act::kAdd;
  std::int64_t at_ms = 0;
  friend bool operator==(const WalkWrite&, const WalkWrite&) = default;
};

// One request. A resend is the user's last POST once more, byte for byte; before the first POST it
// is left out.
struct WalkStep {
  enum class Kind { kPost, kResend, kRead };
  Kind kind = Kind::kPost;
  std::size_t user = 0;  // 0: the first user, 1: the other one
  std::vector<WalkWrite> writes = {};
  friend bool operator==(const WalkStep&, const WalkStep&) = default;
};

// A sequence of requests of one or two users, one after the other. Plain data.
struct Walk {
  std::vector<WalkStep> steps;

  std::size_t posts() const;   // resends included
  std::size_t writes() const;  // of all arrays
  std::size_t items() const;   // highest item number and one
  bool names_two_users() const;
  friend bool operator==(const Walk&, const Walk&) = default;
};

}  // namespace favsync::contract
