#include <fmt/format.h>

#include "wire/civil_date.h"
#include "wire/plain_timestamp.h"
#include "wire/quote.h"
#include "wire/timestamp.h"

namespace favsync {
namespace {

constexpr std::uint32_t kLastNanosecond = 999'999'999;

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Reads a date-time from left to right. A step that fails leaves its reason in `reason` and makes
// the steps after it idle; nothing is allocated before that.
class Reader {
 public:
  explicit Reader(std::string_view text) : at_(text.data()), end_(at_ + text.size()) {}

  bool failed() const { return !reason_.empty(); }
  const std::string& reason() const { return reason_; }

  // Exactly `count` digits; their value, or 0 after a failure.
  std::uint32_t digits(std::ptrdiff_t count, const char* field) {
    std::uint32_t value = 0;
    if (failed()) return 0;
    for (std::ptrdiff_t i = 0; i < count; ++i) {
      if (at_ + i == end_ || !is_digit(at_[i])) {
        expected(fmt::format("{} digits for the {}", count, field), count);
        return 0;
      }
      value = 10 * value + static_cast<std::uint32_t>(at_[i] - '0');
    }
    at_ += count;
    return value;
  }

  std::uint32_t two_digits_within(const char* field, std::uint32_t low, std::uint32_t high) {
    const std::uint32_t value = digits(2, field);
    if (value < low || value > high) outside(field, value, low, high);
    return value;
  }

  void literal(char wanted, const char* place) {
    if (failed()) return;
    if (at_ == end_ || *at_ != wanted) {
      expected(fmt::format("\"{}\" {}", wanted, place), 1);
    } else {
      ++at_;
    }
  }

  // A letter in either case; true when it is the lower one.
  bool letter(char upper, const char* place) {
    if (failed()) return false;
    const bool lower = at_ != end_ && *at_ == upper + ('a' - 'A');
    if (lower) {
      ++at_;
    } else {
      literal(upper, place);
    }
    return lower;
  }

  // The digits after a '.', if there is one: how many, and the first nine as nanoseconds.
  int fraction(std::uint32_t& nanoseconds) {
    if (failed() || at_ == end_ || *at_ != '.') return 0;
    const char* const first = ++at_;
    std::uint32_t scale = 100'000'000;
    for (; at_ != end_ && is_digit(*at_); ++at_) {
      nanoseconds += static_cast<std::uint32_t>(*at_ - '0') * scale;
      scale /= 10;
    }
    if (at_ == first) expected("a digit after the decimal point", 1);
    return static_cast<int>(at_ - first);
  }

  bool next_is(char c) const { return !failed() && at_ != end_ && *at_ == c; }
  void skip() { ++at_; }

  void the_end() {
    if (!failed() && at_ != end_) expected("nothing after the zone", end_ - at_);
  }

  void outside(const char* field, std::uint32_t value, std::uint32_t low, std::uint32_t high) {
    if (!failed()) reason_ = fmt::format("{} {} is outside {}..{}", field, value, low, high);
  }

  void refuse(const char* reason) {
    if (!failed()) reason_ = reason;
  }

 private:
  void expected(const std::string& what, std::ptrdiff_t shown) {
    const std::string_view rest(at_, static_cast<std::size_t>(end_ - at_));
    reason_ = fmt::format(
        "expected {}, got {}", what,
        rest.empty() ? "the end" : quoted(rest.substr(0, static_cast<std::size_t>(shown))));
  }

  const char* at_;
  const char* end_;
  std::string reason_;
};

CivilDate read_date(Reader& reader) {
  CivilDate date;
  date.year = reader.digits(4, "year");
  if (date.year == 0) reader.outside("year", 0, 1, 9999);
  reader.literal('-', "after the year");
  date.month = reader.two_digits_within("month", 1, 12);
  reader.literal('-', "after the month");
  if (reader.failed()) return date;
  date.day = reader.two_digits_within("day", 1, days_in_month(date.year, date.month));
  return date;
}

// Seconds that the written time is ahead of UTC.
std::int32_t read_zone(Reader& reader, ParsedTimestamp& parsed) {
  const bool ahead = reader.next_is('+');
  if (!ahead && !reader.next_is('-')) {
    if (reader.letter('Z', "or an offset after the time")) parsed.lower_case = true;
    return 0;
  }
  reader.skip();
  const std::uint32_t hours = reader.two_digits_within("offset hour", 0, 23);
  reader.literal(':', "in the offset");
  const std::uint32_t minutes = reader.two_digits_within("offset minute", 0, 59);
  const auto offset = static_cast<std::int32_t>(3600 * hours + 60 * minutes);
  if (offset != 0) {
    parsed.zone = ZoneForm::kOtherOffset;
  } else {
    parsed.zone = ahead ? ZoneForm::kZeroOffset : ZoneForm::kUnknownOffset;
  }
  return ahead ? offset : -offset;
}

// Whether the next second begins a month.
bool ends_a_month(std::int64_t seconds) {
  constexpr std::int64_t kSecondsPerDay = 86'400;
  const auto next = static_cast<std::uint64_t>(seconds + 1 + kMarchYearZeroTo1970 * kSecondsPerDay);
  return next % kSecondsPerDay == 0 &&
         civil_from_march_days(static_cast<std::uint32_t>(next / kSecondsPerDay)).day == 1;
}

tl::unexpected<Error> refused(const char* expected, std::string_view text,
                              std::string_view reason) {
  return fail(ErrorCode::kMalformed, fmt::format("expected {}, got {}{}{} (§2.4)", expected,
                                                 quoted(text), reason.empty() ? "" : ": ", reason));
}

constexpr const char* kDateTime = "an RFC 3339 date-time in GMT";

}  // namespace

Result<ParsedTimestamp> parse_timestamp(std::string_view text) {
  ParsedTimestamp parsed;
  if (read_plain_timestamp(text, parsed.instant)) {
    parsed.fraction_digits = 3;
    return parsed;
  }
  Reader reader(text);
  std::uint32_t nanoseconds = 0;
  const CivilDate date = read_date(reader);
  parsed.lower_case = reader.letter('T', "between date and time");
  const std::uint32_t hour = reader.two_digits_within("hour", 0, 23);
  reader.literal(':', "after the hour");
  const std::uint32_t minute = reader.two_digits_within("minute", 0, 59);
  reader.literal(':', "after the minute");
  const std::uint32_t second = reader.two_digits_within("second", 0, 60);
  parsed.fraction_digits = reader.fraction(nanoseconds);
  const std::int32_t offset = read_zone(reader, parsed);
  reader.the_end();
  if (reader.failed()) return refused(kDateTime, text, reader.reason());

  parsed.leap_second = second == 60;
  const std::uint32_t of_day = 3600 * hour + 60 * minute + (parsed.leap_second ? 59 : second);
  const std::int64_t seconds = days_from_civil(date) * 86'400 + of_day - offset;
  if (seconds < Timestamp::kMinSeconds || seconds > Timestamp::kMaxSeconds) {
    return refused(kDateTime, text, "in UTC it is outside the years 0001..9999");
  }
  if (parsed.leap_second) {
    if (!ends_a_month(seconds)) {
      return refused(
          kDateTime, text,
          "second 60 is outside 0..59; a leap second is 23:59:60 UTC at the end of a month");
    }
    nanoseconds = kLastNanosecond;
  }
  parsed.instant = Timestamp::from_unix(seconds, nanoseconds);
  return parsed;
}

Result<Timestamp> parse_strict_timestamp(std::string_view text) {
  if (Timestamp instant; read_plain_timestamp(text, instant)) return instant;
  Result<ParsedTimestamp> parsed = parse_timestamp(text);
  if (!parsed) return tl::unexpected(std::move(parsed.error()));
  if (parsed->zone != ZoneForm::kZulu && parsed->zone != ZoneForm::kZeroOffset) {
    return refused("a date-time in GMT, written with \"Z\"", text, {});
  }
  if (parsed->lower_case) return refused("a date-time with upper-case \"T\" and \"Z\"", text, {});
  if (parsed->leap_second) return refused("a date-time with a second of 00..59", text, {});
  return parsed->instant;
}

}  // namespace favsync
