#include "sync_engine/token_bucket.h"

#include <algorithm>

namespace favsync {

TokenBucket::TokenBucket(double rate, double burst)
    : rate_(rate), burst_(std::max(burst, 1.0)), tokens_(burst_) {}

std::chrono::nanoseconds TokenBucket::take(Clock::time_point now) {
  if (rate_ <= 0) return std::chrono::nanoseconds{0};
  const std::lock_guard lock(mutex_);
  if (!is_first_ && now > filled_at_) {
    const std::chrono::duration<double> passed = now - filled_at_;
    tokens_ = std::min(burst_, tokens_ + passed.count() * rate_);
  }
  if (is_first_ || now > filled_at_) filled_at_ = now;
  is_first_ = false;
  // Below zero is a debt: the places of those who wait already.
  tokens_ -= 1;
  if (tokens_ >= 0) return std::chrono::nanoseconds{0};
  return std::chrono::duration_cast<std::chrono::nanoseconds>(
      std::chrono::duration<double>(-tokens_ / rate_));
}

}  // namespace favsync
