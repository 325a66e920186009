#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string_view>

#include "wire/clock.h"
#include "wire/result.h"

namespace favsync {

// Keeps rounds away from a partner that is in trouble: one object a partner, shared by all that
// speak with it. Closed lets every round through. After `failures_to_open` failed rounds in a row
// it opens, and refuses rounds without a request. When the time is up it is half open: one round is
// the probe, whose GET alone decides, and the others are still refused. Safe from any thread.
class CircuitBreaker {
 public:
  struct Options {
    int failures_to_open = 5;                    // rounds in a row; 1 or more
    std::chrono::milliseconds open_for{30'000};  // doubles with each probe that fails
    std::chrono::milliseconds longest_open{600'000};
  };
  enum class State : std::uint8_t { kClosed, kOpen, kHalfOpen };
  enum class Admission : std::uint8_t { kNormal, kProbe };
  // What a round showed about the partner. kUnknown: nothing, as when it was stopped here.
  enum class Verdict : std::uint8_t { kHealthy, kTrouble, kUnknown };
  struct Counts {
    std::uint64_t opened = 0;   // times
    std::uint64_t refused = 0;  // rounds
  };

  // `clock` is borrowed.
  CircuitBreaker(const Clock& clock, const Options& options);
  explicit CircuitBreaker(const Clock& clock);

  // Asks to begin a round. Each admission is followed by one report. Errors: kUnavailable with
  // `retry_after`; nothing is to be sent then.
  [[nodiscard]] Result<Admission> admit();

  // Says what a round that was admitted came to. `asked` is the wait that the partner asked for, 0
  // for none: when the breaker opens now it stays open for at least that long, up to longest_open.
  void report(Admission admission, Verdict verdict,
              std::chrono::milliseconds asked = std::chrono::milliseconds{0});

  State state() const;  // an open one whose time is up shows as kHalfOpen
  Counts counts() const;

 private:
  void open(std::chrono::milliseconds asked);
  State state_at(Timestamp now) const;

  const Clock& clock_;
  const Options options_;
  mutable std::mutex mutex_;
  bool is_closed_ = true;
  bool is_probing_ = false;
  int failures_ = 0;  // in a row
  std::chrono::milliseconds next_open_for_;
  Timestamp open_until_;
  Counts counts_;
};

// "closed", "open", "half-open".
std::string_view to_string(CircuitBreaker::State state);

// What a round that ended with this error says about the partner, not about one user: trouble for
// no connection, TLS, timeouts, 429, 5xx, redirects and what is no list of favourites; unknown for
// faults and stops of our own; else healthy, since it answered (401, 403, other 4xx).
CircuitBreaker::Verdict verdict_of(ErrorCode code);

}  // namespace favsync
