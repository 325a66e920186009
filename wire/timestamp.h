#pragma once

#include <chrono>
#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "wire/result.h"

namespace favsync {

// A moment in UTC to the nanosecond, years 0001 to 9999; ordered by time. A value type of 16 bytes:
// never a std::chrono::system_clock::time_point, whose 64-bit nanoseconds end in 2262. Source:
// §2.4, §2.5.
class Timestamp {
 public:
  static constexpr std::int64_t kMinSeconds = -62135596800;  // 0001-01-01T00:00:00Z
  static constexpr std::int64_t kMaxSeconds = 253402300799;  // 9999-12-31T23:59:59Z

  // 1970-01-01T00:00:00Z.
  constexpr Timestamp() = default;

  // `seconds` since 1970-01-01T00:00:00Z, kMinSeconds to kMaxSeconds; `nanoseconds` 0 to
  // 999'999'999. Values outside are clamped to the nearest moment that can be written.
  static constexpr Timestamp from_unix(std::int64_t seconds, std::uint32_t nanoseconds = 0);
  static Timestamp from_unix_millis(std::int64_t milliseconds);

  constexpr std::int64_t seconds() const { return seconds_; }
  constexpr std::uint32_t nanoseconds() const { return nanoseconds_; }
  // Milliseconds since 1970, rounded down.
  std::int64_t unix_millis() const;

  // The moment `delta` later (earlier when negative), clamped like from_unix.
  Timestamp plus(std::chrono::nanoseconds delta) const;
  // The same moment without what is finer than a millisecond.
  Timestamp floor_to_millis() const;

  friend constexpr auto operator<=>(const Timestamp&, const Timestamp&) = default;

 private:
  std::int64_t seconds_ = 0;
  std::uint32_t nanoseconds_ = 0;
};

constexpr Timestamp Timestamp::from_unix(std::int64_t seconds, std::uint32_t nanoseconds) {
  constexpr std::uint32_t kLastNanosecond = 999'999'999;
  Timestamp result;
  result.seconds_ = seconds < kMinSeconds   ? kMinSeconds
                    : seconds > kMaxSeconds ? kMaxSeconds
                                            : seconds;
  if (seconds >= kMinSeconds) {
    const bool beyond = seconds > kMaxSeconds || nanoseconds > kLastNanosecond;
    result.nanoseconds_ = beyond ? kLastNanosecond : nanoseconds;
  }
  return result;
}

// How a date-time named its zone. The contract's form is kZulu; kZeroOffset passes with a warning;
// the rest break §2.4, though their instant is certain and is converted for comparison.
enum class ZoneForm { kZulu, kZeroOffset, kUnknownOffset /* -00:00 */, kOtherOffset };

// A date-time as it was written: its instant and the particulars that §2.4 and §2.5 judge.
struct ParsedTimestamp {
  Timestamp instant;
  ZoneForm zone = ZoneForm::kZulu;
  int fraction_digits = 0;   // as written; beyond nine they are cut, never rounded
  bool lower_case = false;   // 't' or 'z'
  bool leap_second = false;  // 23:59:60 UTC at a month's end, folded to the last nanosecond of :59
};

// Reads one RFC 3339 date-time; the whole text must be consumed. Accepts any offset and any number
// of fraction digits and says so in the result; callers decide what they allow. Refuses what has no
// certain instant: no zone, a blank for the 'T', hour 24, an offset beyond 23:59, year 0000, a leap
// second elsewhere than at 23:59:60 UTC at a month's end. Allocates only on error. Errors:
// kMalformed, naming the field, what was expected and what came, for example `expected an RFC 3339
// date-time in GMT, got "2017-13-01T00:00:00Z": month 13 is outside 1..12 (§2.4)`. Source: §2.4.
[[nodiscard]] Result<ParsedTimestamp> parse_timestamp(std::string_view text);

// Reads a date-time in the contract's form, as the strict codec does: `Z` or `+00:00`, upper-case
// 'T' and 'Z', no leap second, any number of fraction digits. Errors: as parse_timestamp. Source:
// §2.4.
[[nodiscard]] Result<Timestamp> parse_strict_timestamp(std::string_view text);

// Longest text that print_timestamp writes: "9999-12-31T23:59:59.999999999Z".
inline constexpr std::size_t kMaxTimestampChars = 30;

// Writes the article's form (UTC, 'Z', three fraction digits; six or nine only where the value
// needs them) at `out`, which has room for kMaxTimestampChars; returns the end. No terminating
// zero. Source: §2.5.
char* print_timestamp(const Timestamp& timestamp, char* out);
std::string to_string(const Timestamp& timestamp);

}  // namespace favsync
