#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace favsync::contract {

// A moment in UTC, to the nanosecond. The suite's own, read and printed by its own code, so that a
// fault in `wire` cannot hide itself. Source: §2.4, §2.5.
struct Instant {
  std::int64_t seconds = 0;  // since 1970-01-01T00:00:00Z
  std::int32_t nanos = 0;    // 0 to 999'999'999

  static Instant from_millis(std::int64_t millis);
  std::int64_t millis() const;  // rounded down
  Instant plus(std::chrono::nanoseconds delta) const;

  friend auto operator<=>(const Instant&, const Instant&) = default;
};

// later - earlier, saturating at ±292 years.
std::chrono::nanoseconds operator-(const Instant& later, const Instant& earlier);

// A civil date and time of day in UTC, for building instants with known fields.
struct Civil {
  int year = 2017, month = 1, day = 1, hour = 0, minute = 0, second = 0, millis = 0;
};
Instant to_instant(const Civil& civil);
Civil to_civil(const Instant& instant);

enum class Zone { kZ, kPlusZero, kOther, kNone };

// What an actionDate says, with what is wrong about it. `problem` is empty for the contract's form;
// the instant is there whenever it is certain, also in a form that the contract refuses.
struct JudgedDate {
  std::optional<Instant> instant;
  Zone zone = Zone::kNone;
  int fraction_digits = 0;
  std::string problem;  // for example: no zone; expected 'Z' at the end
};
JudgedDate judge_date(std::string_view text);

// "2017-05-02T10:45:12.798Z": `digits` fraction digits, 0 to 9, cut and not rounded.
std::string to_text(const Instant& instant, int digits = 3);

}  // namespace favsync::contract
