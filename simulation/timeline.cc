#include "simulation/timeline.h"

#include <utility>

namespace favsync::simulation {

void Timeline::schedule(std::chrono::milliseconds delay, std::function<void()> event) {
  due_.emplace(now_.plus(delay), std::move(event));
}

void Timeline::pass(std::chrono::milliseconds span) {
  const Timestamp end = now_.plus(span);
  while (!due_.empty() && due_.begin()->first <= end) {
    auto event = due_.extract(due_.begin());
    now_ = std::max(now_, event.key());
    event.mapped()();
  }
  now_ = std::max(now_, end);
}

}  // namespace favsync::simulation
