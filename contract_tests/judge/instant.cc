#include "contract_tests/judge/instant.h"

#include <array>
#include <limits>

#include <fmt/format.h>

namespace favsync::contract {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr Instant kFirst{-62'135'596'800, 0};  // 0001-01-01T00:00:00Z
constexpr Instant kEnd{253'402'300'800, 0};    // the end of the year 9999

bool is_leap(int year) {
  return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

int days_in_month(int year, int month) {
  constexpr std::array<int, 12> kDays{31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
  return month == 2 && is_leap(year) ? 29 : kDays[static_cast<std::size_t>(month - 1)];
}

// Days from 1970-01-01, counted by whole years and months: slow beside arithmetic with eras, and
// plainly right, which is what a judge needs.
std::int64_t days_from_civil(int year, int month, int day) {
  const auto before = [](std::int64_t y) { return y * 365 + y / 4 - y / 100 + y / 400; };
  std::int64_t days = before(year - 1) - before(1969);
  for (int m = 1; m < month; ++m) days += days_in_month(year, m);
  return days + day - 1;
}

// Reads fixed-width fields from the left and remembers the first thing that was wrong.
class Scanner {
 public:
  explicit Scanner(std::string_view text) : rest_(text) {}

  std::optional<int> digits(std::size_t count) {
    if (rest_.size() < count) return std::nullopt;
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest_[i] < '0' || rest_[i] > '9') return std::nullopt;
      value = value * 10 + (rest_[i] - '0');
    }
    rest_.remove_prefix(count);
    return value;
  }
  bool take(char wanted) {
    if (rest_.empty() || rest_.front() != wanted) return false;
    rest_.remove_prefix(1);
    return true;
  }
  std::string_view rest() const { return rest_; }
  bool done() const { return rest_.empty(); }

 private:
  std::string_view rest_;
};

JudgedDate wrong(std::string problem) {
  JudgedDate judged;
  judged.problem = std::move(problem);
  return judged;
}

}  // namespace

Instant Instant::from_millis(std::int64_t millis) {
  std::int64_t seconds = millis / 1000;
  std::int64_t rest = millis % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  return {seconds, static_cast<std::int32_t>(rest * 1'000'000)};
}

std::int64_t Instant::millis() const {
  return seconds * 1000 + nanos / 1'000'000;
}

Instant Instant::plus(std::chrono::nanoseconds delta) const {
  std::int64_t total = nanos + delta.count() % kNanosPerSecond;
  std::int64_t whole = seconds + delta.count() / kNanosPerSecond;
  if (total < 0) {
    total += kNanosPerSecond;
    --whole;
  } else if (total >= kNanosPerSecond) {
    total -= kNanosPerSecond;
    ++whole;
  }
  return {whole, static_cast<std::int32_t>(total)};
}

std::chrono::nanoseconds operator-(const Instant& later, const Instant& earlier) {
  const std::int64_t seconds = later.seconds - earlier.seconds;
  constexpr std::int64_t kMost = std::numeric_limits<std::int64_t>::max() / kNanosPerSecond - 1;
  if (seconds > kMost) return std::chrono::nanoseconds::max();
  if (seconds < -kMost) return std::chrono::nanoseconds::min();
  return std::chrono::nanoseconds(seconds * kNanosPerSecond + (later.nanos - earlier.nanos));
}

Instant to_instant(const Civil& c) {
  const std::int64_t days = days_from_civil(c.year, c.month, c.day);
  return {days * 86400 + c.hour * 3600 + c.minute * 60 + c.second, c.millis * 1'000'000};
}

Civil to_civil(const Instant& instant) {
  std::int64_t days = instant.seconds / 86400;
  std::int64_t rest = instant.seconds % 86400;
  if (rest < 0) {
    rest += 86400;
    --days;
  }
  Civil civil;
  // A guess that is at most a year off, then steps: 400 years are 146'097 days.
  civil.year = static_cast<int>(1970 + days * 400 / 146097);
  while (days_from_civil(civil.year, 1, 1) > days) --civil.year;
  while (days_from_civil(civil.year + 1, 1, 1) <= days) ++civil.year;
  std::int64_t day_of_year = days - days_from_civil(civil.year, 1, 1);
  civil.month = 1;
  while (day_of_year >= days_in_month(civil.year, civil.month)) {
    day_of_year -= days_in_month(civil.year, civil.month);
    ++civil.month;
  }
  civil.day = static_cast<int>(day_of_year) + 1;
  civil.hour = static_cast<int>(rest / 3600);
  civil.minute = static_cast<int>(rest / 60 % 60);
  civil.second = static_cast<int>(rest % 60);
  civil.millis = instant.nanos / 1'000'000;
  return civil;
}

JudgedDate judge_date(std::string_view text) {
  Scanner scan(text);
  const auto year = scan.digits(4);
  if (!year || !scan.take('-')) return wrong("expected a year of four digits and '-'");
  const auto month = scan.digits(2);
  if (!month || !scan.take('-')) return wrong("expected a month of two digits and '-'");
  const auto day = scan.digits(2);
  if (!day) return wrong("expected a day of two digits");
  if (*year < 1) return wrong("year 0000 is no date");
  if (*month < 1 || *month > 12) return wrong(fmt::format("month {} is outside 1..12", *month));
  const int last = days_in_month(*year, *month);
  if (*day < 1 || *day > last) return wrong(fmt::format("day {} is outside 1..{}", *day, last));

  JudgedDate judged;
  if (scan.take('t')) {
    judged.problem = "lower-case 't'; expected 'T'";
  } else if (!scan.take('T')) {
    return wrong(scan.done() ? "a date without a time" : "expected 'T' between date and time");
  }
  const auto hour = scan.digits(2);
  const bool colon1 = hour && scan.take(':');
  const auto minute = colon1 ? scan.digits(2) : std::nullopt;
  const bool colon2 = minute && scan.take(':');
  const auto second = colon2 ? scan.digits(2) : std::nullopt;
  if (!second) return wrong("expected a time hh:mm:ss");
  const bool leap = *second == 60;
  if (*hour > 23) return wrong(fmt::format("hour {} is outside 0..23", *hour));
  if (*minute > 59) return wrong(fmt::format("minute {} is outside 0..59", *minute));
  if (*second > 59 && !leap) return wrong(fmt::format("second {} is outside 0..59", *second));

  Instant instant = to_instant({*year, *month, *day, *hour, *minute, leap ? 59 : *second, 0});
  if (scan.take('.')) {
    std::int64_t scale = kNanosPerSecond / 10;
    while (const auto digit = scan.digits(1)) {
      instant.nanos += static_cast<std::int32_t>(*digit * scale);
      scale /= 10;
      ++judged.fraction_digits;
    }
    if (judged.fraction_digits == 0) return wrong("expected digits after '.'");
  }
  if (leap) instant.nanos = kNanosPerSecond - 1;

  if (scan.take('Z')) {
    judged.zone = Zone::kZ;
  } else if (scan.take('z')) {
    judged.zone = Zone::kZ;
    judged.problem = "lower-case 'z'; expected 'Z'";
  } else if (const bool minus = scan.take('-'); minus || scan.take('+')) {
    const auto hours = scan.digits(2);
    const auto minutes = hours && scan.take(':') ? scan.digits(2) : std::nullopt;
    if (!minutes || *hours > 23 || *minutes > 59) return wrong("expected an offset ±hh:mm");
    const int offset = (*hours * 3600 + *minutes * 60) * (minus ? -1 : 1);
    judged.zone = offset == 0 && !minus ? Zone::kPlusZero : Zone::kOther;
    if (judged.zone == Zone::kOther) judged.problem = "an offset other than GMT; expected 'Z'";
    instant.seconds -= offset;
  } else {
    return wrong(scan.done() ? "no zone; expected 'Z' at the end"
                             : fmt::format("expected 'Z', got '{}'", scan.rest()));
  }
  if (!scan.done()) return wrong(fmt::format("'{}' after the zone", scan.rest()));
  if (instant < kFirst || instant >= kEnd) {
    return wrong("in GMT it is outside the years 0001..9999");
  }
  if (leap) {  // its instant is certain, as the last nanosecond before it, and its form is not ours
    const Civil utc = to_civil(instant);
    if (utc.hour != 23 || utc.minute != 59 || utc.day != days_in_month(utc.year, utc.month)) {
      return wrong("second 60 is outside 0..59; a leap second is 23:59:60 at the end of a month");
    }
    if (judged.problem.empty()) judged.problem = "a leap second; expected second 0..59";
  }
  judged.instant = instant;
  return judged;
}

std::string to_text(const Instant& instant, int digits) {
  const Civil c = to_civil(instant);
  std::string text = fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", c.year, c.month, c.day,
                                 c.hour, c.minute, c.second);
  if (digits > 0) {
    text += '.';
    text += fmt::format("{:09}", instant.nanos).substr(0, static_cast<std::size_t>(digits));
  }
  return text + "Z";
}

}  // namespace favsync::contract
