#pragma once

#include <chrono>
#include <functional>
#include <map>

#include "wire/clock.h"

namespace favsync::simulation {

// The true time of a simulated world, and what is still to happen in it. Nothing waits: time is
// passed, and whatever falls due on the way happens in its order. One thread.
class Timeline {
 public:
  explicit Timeline(Timestamp start) : now_(start) {}

  Timestamp now() const { return now_; }
  void schedule(std::chrono::milliseconds delay, std::function<void()> event);
  // Events that an event schedules within the span happen too.
  void pass(std::chrono::milliseconds span);

 private:
  Timestamp now_;
  std::multimap<Timestamp, std::function<void()>> due_;
};

// A clock that is wrong by `offset`, which may change. Borrows the timeline.
class SkewedClock final : public Clock {
 public:
  explicit SkewedClock(const Timeline& timeline, std::chrono::milliseconds offset = {})
      : timeline_(timeline), offset_(offset) {}

  Timestamp now() const override { return timeline_.now().plus(offset_); }
  void jump(std::chrono::milliseconds by) { offset_ += by; }

 private:
  const Timeline& timeline_;
  std::chrono::milliseconds offset_;
};

}  // namespace favsync::simulation
