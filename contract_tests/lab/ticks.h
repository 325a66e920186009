#pragma once

#include <cstdint>
#include <random>
#include <vector>

#include "contract_tests/judge/instant.h"

namespace favsync::contract {

// Hands out action dates for writes. Each is unique in the run, so that a read tells exactly which
// write it saw; newer than what it is told to beat; never later than now less a margin, so that no
// write of the suite outlives honest ones; and never on a whole second, which would hide
// truncation. Not safe from several threads.
class Ticks {
 public:
  // Starts ten minutes before `now`, which is the earlier of this machine's and the partner's
  // clock.
  Ticks(Instant now, std::uint64_t seed);

  // The next date after every one handed out, and after `floor`. `gap_ms` at least so much later.
  Instant after(const Instant& floor, int gap_ms = 1);
  Instant next() { return after(Instant{}); }
  // `count` dates, ascending, all after `floor`.
  std::vector<Instant> series(std::size_t count, const Instant& floor);

  // Whether a stored date leaves room for newer ones that are not in the future.
  bool leaves_room(const Instant& stored) const;

 private:
  std::mt19937_64 random_;
  Instant last_;
  Instant latest_;
};

}  // namespace favsync::contract
