#pragma once

#include <chrono>
#include <mutex>

namespace favsync {

// A rate limit: `rate` requests a second on average, and at most `burst` at once after a pause. It
// does not wait itself; whoever sends waits as long as it says, and in the order in which they
// asked, since each asking takes its place. Safe from any thread.
class TokenBucket {
 public:
  using Clock = std::chrono::steady_clock;

  // `rate` above 0; 0 never makes anyone wait. `burst` 1 or more.
  explicit TokenBucket(double rate, double burst = 1);

  // Takes one place and says how long to wait from `now` before the request is sent.
  std::chrono::nanoseconds take(Clock::time_point now);

 private:
  const double rate_, burst_;
  std::mutex mutex_;
  double tokens_;
  Clock::time_point filled_at_;
  bool is_first_ = true;
};

}  // namespace favsync
