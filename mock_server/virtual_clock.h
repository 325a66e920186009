#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "wire/clock.h"
#include "wire/result.h"

namespace favsync::mock {

// How a mock's clock is set. As text, on the command line, in scenarios and to the admin API:
// "real", "real@DATE" (runs on from that moment), "frozen", "frozen@DATE".
struct ClockSetting {
  enum class Mode { kReal, kFrozen };
  Mode mode = Mode::kReal;
  std::optional<Timestamp> at;  // absent: real is the machine's time, frozen stands where it is
  friend bool operator==(const ClockSetting&, const ClockSetting&) = default;
};
// Errors: kInvalidArgument, with a "did you mean".
[[nodiscard]] Result<ClockSetting> parse_clock_setting(std::string_view text);
std::string to_string(const ClockSetting& setting);

// The one clock of a mock: runs with the machine's, shifted or not, or stands until it is moved.
// Everything that the mock stamps, expires or waits for takes its time from here. Safe from any
// thread.
class VirtualClock final : public Clock {
 public:
  // `base` is what it runs with, and outlives it.
  explicit VirtualClock(const Clock& base) : base_(base) {}

  Timestamp now() const override;
  void set(const ClockSetting& setting);
  // Moves it forward, running or not; a negative delta moves nothing.
  void advance(std::chrono::milliseconds delta);

  bool is_frozen() const { return frozen_.load(std::memory_order_acquire); }
  // Whether it shows, or may show, another time than its base.
  bool is_moved() const { return is_frozen() || shift_.load(std::memory_order_relaxed) != 0; }
  // By how much a running clock is ahead of its base; 0 while it is frozen.
  std::chrono::milliseconds shift() const;

 private:
  const Clock& base_;
  std::atomic<bool> frozen_{false};
  std::atomic<std::int64_t> shift_{0};  // ms, of a running clock
  mutable std::mutex mutex_;            // guards what follows, and changes of all
  Timestamp stands_at_;                 // of a frozen clock
};

}  // namespace favsync::mock
