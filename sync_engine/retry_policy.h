#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <random>
#include <string_view>

#include "wire/result.h"
#include "wire/timestamp.h"

namespace favsync {

// When a request that is safe to repeat is sent again. Both endpoints are (§3.4, §4.6).
struct RetryPolicy {
  int max_attempts = 4;                          // the first included; 1 never retries
  std::chrono::milliseconds first_delay{1'000};  // bound of the first wait; doubles with each
  std::chrono::milliseconds max_delay{300'000};  // bound of any wait of our own choice
  // Longest wait that a partner can ask for; beyond, the error is returned at once with what it
  // asked.
  std::chrono::milliseconds max_retry_after{60'000};
  // Of one step, waits and tries together: no try begins later than this after the first. (The one
  // under way then has its own bound, HttpPartnerOptions::total_timeout.)
  std::chrono::milliseconds max_total{180'000};
};

// Whether waiting and repeating may help: kConnection, kTimeout, kRateLimited, kUnavailable.
bool is_retriable(ErrorCode code);

// The waits of one step. Each is drawn evenly between 0 and its bound (full jitter), so that
// clients that failed together do not return together; one that the partner asked for is kept to
// exactly.
class Backoff {
 public:
  Backoff(const RetryPolicy& policy, std::uint64_t seed) : policy_(policy), random_(seed) {}

  // The wait before the next attempt after `error`, or nothing where the step is to be given up.
  // `elapsed` is the time since the step's first attempt began.
  std::optional<std::chrono::milliseconds> next(
      const Error& error, std::chrono::milliseconds elapsed = std::chrono::milliseconds{0});

  int attempts() const { return attempts_; }  // that failed so far

 private:
  std::optional<std::chrono::milliseconds> wait_after(const Error& error);

  RetryPolicy policy_;
  std::mt19937_64 random_;
  int attempts_ = 0;
};

// Waits that long because of `why`, or returns early with false where the caller wants to stop.
using Sleeper = std::function<bool(std::chrono::milliseconds, const Error& why)>;

// Reads a Retry-After header: digits are seconds, anything else an HTTP-date, which counts from
// `now`; a past date is 0. Longer than 24 h becomes 24 h. Nothing for any other text, such as
// "0.5".
std::optional<std::chrono::milliseconds> parse_retry_after(std::string_view text, Timestamp now);

}  // namespace favsync
