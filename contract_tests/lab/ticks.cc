#include "contract_tests/lab/ticks.h"

#include <algorithm>

namespace favsync::contract {

using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::seconds;

Ticks::Ticks(Instant now, std::uint64_t seed)
    : random_(seed),
      last_(Instant::from_millis(now.plus(-minutes(10)).millis())),
      latest_(now.plus(-seconds(2))) {}

Instant Ticks::after(const Instant& floor, int gap_ms) {
  const std::int64_t least = std::max(last_.millis(), floor.millis()) + gap_ms;
  std::int64_t chosen = least + static_cast<std::int64_t>(random_() % 11);
  if (chosen % 10 == 0) ++chosen;          // no trailing zero: printing fewer digits would not show
  if (chosen % 1000 < 100) chosen += 100;  // no leading zero: date.milliseconds is for those
  last_ = Instant::from_millis(chosen);
  return last_;
}

std::vector<Instant> Ticks::series(std::size_t count, const Instant& floor) {
  std::vector<Instant> dates;
  for (std::size_t i = 0; i < count; ++i) dates.push_back(after(i == 0 ? floor : dates.back()));
  return dates;
}

bool Ticks::leaves_room(const Instant& stored) const {
  return stored < latest_;
}

}  // namespace favsync::contract
