#include "sync_engine/retry_policy.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <string>

#include <fmt/format.h>

namespace favsync {
namespace {

using std::chrono::milliseconds;
constexpr milliseconds kLongestWait = std::chrono::hours{24};

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// "Tue, 02 May 2017 10:45:12 GMT", the one form that RFC 9110 lets anyone send, turned into RFC
// 3339.
std::optional<Timestamp> parse_http_date(std::string_view text) {
  constexpr std::array<std::string_view, 12> kMonths = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                                        "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  if (text.size() != 29 || text.substr(3, 2) != ", " || !text.ends_with(" GMT")) {
    return std::nullopt;
  }
  const auto month = std::find(kMonths.begin(), kMonths.end(), text.substr(8, 3));
  if (month == kMonths.end()) return std::nullopt;
  const auto parsed = parse_timestamp(fmt::format("{}-{:02}-{}T{}Z", text.substr(12, 4),
                                                  month - kMonths.begin() + 1, text.substr(5, 2),
                                                  text.substr(17, 8)));
  if (!parsed) return std::nullopt;
  return parsed->instant;
}

}  // namespace

bool is_retriable(ErrorCode code) {
  return code == ErrorCode::kConnection || code == ErrorCode::kTimeout ||
         code == ErrorCode::kRateLimited || code == ErrorCode::kUnavailable;
}

std::optional<milliseconds> Backoff::next(const Error& error, milliseconds elapsed) {
  ++attempts_;
  if (!is_retriable(error.code) || attempts_ >= policy_.max_attempts) return std::nullopt;
  const auto wait = wait_after(error);
  if (!wait || elapsed + *wait > policy_.max_total) return std::nullopt;
  return wait;
}

std::optional<milliseconds> Backoff::wait_after(const Error& error) {
  if (error.retry_after) {
    if (*error.retry_after > policy_.max_retry_after) return std::nullopt;
    return *error.retry_after;
  }
  milliseconds bound = policy_.first_delay;
  for (int i = 1; i < attempts_ && bound < policy_.max_delay; ++i) bound *= 2;
  bound = std::min(bound, policy_.max_delay);
  std::uniform_int_distribution<milliseconds::rep> wait(
      0, std::max<milliseconds::rep>(bound.count(), 0));
  return milliseconds{wait(random_)};
}

std::optional<milliseconds> parse_retry_after(std::string_view text, Timestamp now) {
  while (text.starts_with(' ') || text.starts_with('\t')) text.remove_prefix(1);
  while (text.ends_with(' ') || text.ends_with('\t')) text.remove_suffix(1);
  if (text.empty()) return std::nullopt;
  if (std::all_of(text.begin(), text.end(), is_digit)) {
    std::int64_t seconds = 0;
    const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
    if (error == std::errc::result_out_of_range || seconds > 86'400) return kLongestWait;
    return std::chrono::seconds{seconds};
  }
  const auto moment = parse_http_date(text);
  if (!moment) return std::nullopt;
  const std::int64_t ahead = moment->unix_millis() - now.unix_millis();
  return std::clamp(milliseconds{ahead}, milliseconds{0}, kLongestWait);
}

}  // namespace favsync
