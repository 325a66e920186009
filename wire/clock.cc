#include "wire/clock.h"

namespace favsync {

Timestamp SystemClock::now() const {
  const auto since_epoch = std::chrono::system_clock::now().time_since_epoch();
  return Timestamp().plus(std::chrono::duration_cast<std::chrono::nanoseconds>(since_epoch));
}

Timestamp ManualClock::now() const {
  const std::scoped_lock lock(mutex_);
  return now_;
}

void ManualClock::set(Timestamp moment) {
  const std::scoped_lock lock(mutex_);
  now_ = moment;
}

void ManualClock::advance(std::chrono::nanoseconds delta) {
  const std::scoped_lock lock(mutex_);
  now_ = now_.plus(delta);
}

}  // namespace favsync
