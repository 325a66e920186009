#pragma once

#include <chrono>
#include <mutex>

#include "wire/timestamp.h"

namespace favsync {

// Where time comes from. Everything that stamps, expires or waits takes one, so that tests move
// time by hand. Safe from any thread.
class Clock {
 public:
  virtual ~Clock() = default;
  virtual Timestamp now() const = 0;
};

// The machine's clock.
class SystemClock final : public Clock {
 public:
  Timestamp now() const override;
};

// Stands still until it is moved.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start) : now_(start) {}
  Timestamp now() const override;
  void set(Timestamp moment);
  void advance(std::chrono::nanoseconds delta);

 private:
  mutable std::mutex mutex_;
  Timestamp now_;
};

}  // namespace favsync
