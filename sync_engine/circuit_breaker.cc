#include "sync_engine/circuit_breaker.h"

#include <algorithm>

#include <fmt/format.h>

namespace favsync {

using std::chrono::milliseconds;

CircuitBreaker::CircuitBreaker(const Clock& clock, const Options& options)
    : clock_(clock), options_(options), next_open_for_(options.open_for) {}
CircuitBreaker::CircuitBreaker(const Clock& clock) : CircuitBreaker(clock, Options{}) {}

Result<CircuitBreaker::Admission> CircuitBreaker::admit() {
  const std::lock_guard lock(mutex_);
  if (is_closed_) return Admission::kNormal;
  const Timestamp now = clock_.now();
  if (state_at(now) == State::kHalfOpen && !is_probing_) {
    is_probing_ = true;
    return Admission::kProbe;
  }
  ++counts_.refused;
  const milliseconds left{std::max<std::int64_t>(open_until_.unix_millis() - now.unix_millis(), 0)};
  return tl::unexpected(
      Error{ErrorCode::kUnavailable,
            is_probing_ ? std::string("the partner was in trouble and is being tried by another "
                                      "round; nothing was sent")
                        : fmt::format("the partner was in trouble in {} rounds one after another; "
                                      "nothing is sent for {:.1f} s more",
                                      failures_, static_cast<double>(left.count()) / 1000),
            left});
}

void CircuitBreaker::report(Admission admission, Verdict verdict, milliseconds asked) {
  const std::lock_guard lock(mutex_);
  const bool is_probe = admission == Admission::kProbe;
  if (is_probe) is_probing_ = false;
  // Rounds that began before it opened say nothing about now.
  if (!is_closed_ && !is_probe) return;
  switch (verdict) {
    case Verdict::kUnknown:
      return;
    case Verdict::kHealthy:
      is_closed_ = true;
      failures_ = 0;
      next_open_for_ = options_.open_for;
      return;
    case Verdict::kTrouble:
      ++failures_;
      if (is_probe || failures_ >= options_.failures_to_open) open(asked);
  }
}

void CircuitBreaker::open(milliseconds asked) {
  const auto time = std::min(std::max(next_open_for_, asked), options_.longest_open);
  next_open_for_ = std::min(next_open_for_ * 2, options_.longest_open);
  is_closed_ = false;
  ++counts_.opened;
  open_until_ = Timestamp::from_unix_millis(clock_.now().unix_millis() + time.count());
}

CircuitBreaker::State CircuitBreaker::state_at(Timestamp now) const {
  if (is_closed_) return State::kClosed;
  return now < open_until_ ? State::kOpen : State::kHalfOpen;
}

CircuitBreaker::State CircuitBreaker::state() const {
  const std::lock_guard lock(mutex_);
  return state_at(clock_.now());
}

CircuitBreaker::Counts CircuitBreaker::counts() const {
  const std::lock_guard lock(mutex_);
  return counts_;
}

std::string_view to_string(CircuitBreaker::State state) {
  switch (state) {
    case CircuitBreaker::State::kClosed:
      return "closed";
    case CircuitBreaker::State::kOpen:
      return "open";
    case CircuitBreaker::State::kHalfOpen:
      break;
  }
  return "half-open";
}

CircuitBreaker::Verdict verdict_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kConnection:
    case ErrorCode::kTls:
    case ErrorCode::kTimeout:
    case ErrorCode::kRateLimited:
    case ErrorCode::kUnavailable:
    case ErrorCode::kRedirected:
    case ErrorCode::kMalformedReply:
      return CircuitBreaker::Verdict::kTrouble;
    case ErrorCode::kUnauthorized:
    case ErrorCode::kForbidden:
    case ErrorCode::kRejected:
    case ErrorCode::kReadOnlyPartner:
    case ErrorCode::kLimitExceeded:
      return CircuitBreaker::Verdict::kHealthy;
    default:
      return CircuitBreaker::Verdict::kUnknown;
  }
}

}  // namespace favsync
