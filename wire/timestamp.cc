#include "wire/timestamp.h"

#include <array>
#include <cstring>

#include "wire/civil_date.h"

namespace favsync {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;
constexpr std::uint32_t kNanosPerMilli = 1'000'000;
constexpr std::int64_t kSecondsPerDay = 86'400;

// "00" to "99" after one another: a division by ten saved for every second digit.
constexpr auto kDigitPairs = [] {
  std::array<char, 200> pairs{};
  for (std::size_t i = 0; i < 100; ++i) {
    pairs[2 * i] = static_cast<char>('0' + i / 10);
    pairs[2 * i + 1] = static_cast<char>('0' + i % 10);
  }
  return pairs;
}();

inline char* put_two(char* out, std::uint32_t value) {
  std::memcpy(out, &kDigitPairs[2 * value], 2);
  return out + 2;
}

inline char* put_three(char* out, std::uint32_t value) {
  *out = static_cast<char>('0' + value / 100);
  return put_two(out + 1, value % 100);
}

}  // namespace

Timestamp Timestamp::from_unix_millis(std::int64_t milliseconds) {
  std::int64_t seconds = milliseconds / 1000;
  std::int64_t rest = milliseconds % 1000;
  if (rest < 0) {
    rest += 1000;
    --seconds;
  }
  return from_unix(seconds, static_cast<std::uint32_t>(rest) * kNanosPerMilli);
}

std::int64_t Timestamp::unix_millis() const {
  return seconds_ * 1000 + nanoseconds_ / kNanosPerMilli;
}

Timestamp Timestamp::plus(std::chrono::nanoseconds delta) const {
  std::int64_t seconds = delta.count() / kNanosPerSecond;
  std::int64_t nanos = nanoseconds_ + delta.count() % kNanosPerSecond;
  if (nanos < 0) {
    nanos += kNanosPerSecond;
    --seconds;
  } else if (nanos >= kNanosPerSecond) {
    nanos -= kNanosPerSecond;
    ++seconds;
  }
  return from_unix(seconds_ + seconds, static_cast<std::uint32_t>(nanos));
}

Timestamp Timestamp::floor_to_millis() const {
  return from_unix(seconds_, nanoseconds_ - nanoseconds_ % kNanosPerMilli);
}

char* print_timestamp(const Timestamp& timestamp, char* out) {
  // Counted from 0000-03-01 nothing is negative, so divisions by constants stay cheap.
  const auto seconds =
      static_cast<std::uint64_t>(timestamp.seconds() + kMarchYearZeroTo1970 * kSecondsPerDay);
  const auto days = static_cast<std::uint32_t>(seconds / kSecondsPerDay);
  const auto of_day = static_cast<std::uint32_t>(seconds % kSecondsPerDay);
  const CivilDate date = civil_from_march_days(days);
  out = put_two(out, date.year / 100);
  out = put_two(out, date.year % 100);
  *out++ = '-';
  out = put_two(out, date.month);
  *out++ = '-';
  out = put_two(out, date.day);
  *out++ = 'T';
  out = put_two(out, of_day / 3600);
  *out++ = ':';
  out = put_two(out, of_day / 60 % 60);
  *out++ = ':';
  out = put_two(out, of_day % 60);
  *out++ = '.';
  out = put_three(out, timestamp.nanoseconds() / kNanosPerMilli);
  if (const std::uint32_t finer = timestamp.nanoseconds() % kNanosPerMilli; finer != 0) {
    out = put_three(out, finer / 1000);
    if (finer % 1000 != 0) out = put_three(out, finer % 1000);
  }
  *out++ = 'Z';
  return out;
}

std::string to_string(const Timestamp& timestamp) {
  std::array<char, kMaxTimestampChars> buffer;
  char* const end = print_timestamp(timestamp, buffer.data());
  return {buffer.data(), end};
}

}  // namespace favsync
