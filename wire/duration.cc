#include "wire/duration.h"

#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "wire/quote.h"

namespace favsync {
namespace {

constexpr bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::optional<double> milliseconds_in(std::string_view unit) {
  if (unit == "ms") return 1;
  if (unit == "s") return 1'000;
  if (unit == "m") return 60'000;
  if (unit == "h") return 3'600'000;
  return std::nullopt;
}

// Digits with at most one point inside; the standard reader of doubles would also take "inf" and
// "1e9".
std::optional<double> parse_number(std::string_view text) {
  double value = 0, scale = 1;
  bool has_point = false;
  if (text.empty() || text.size() > 15 || !is_digit(text.front()) || !is_digit(text.back())) {
    return std::nullopt;
  }
  for (const char c : text) {
    if (c == '.' && !has_point) {
      has_point = true;
    } else if (is_digit(c)) {
      value = value * 10 + (c - '0');
      if (has_point) scale *= 10;
    } else {
      return std::nullopt;
    }
  }
  return value / scale;
}

}  // namespace

Result<std::chrono::milliseconds> parse_duration(std::string_view text) {
  constexpr double kLongest = 100.0 * 365 * 86'400'000;
  const auto unit_start = text.find_last_of("0123456789.") + 1;  // npos + 1 is 0
  const auto number = parse_number(text.substr(0, unit_start));
  const auto unit = milliseconds_in(text.substr(unit_start));
  if (!number || !unit || *number * *unit > kLongest) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("duration {}: expected a number and ms, s, m or h, such as 500ms or 10s",
                    quoted(text)));
  }
  return std::chrono::milliseconds{std::llround(*number * *unit)};
}

std::string print_duration(std::chrono::milliseconds duration) {
  const auto count = duration.count();
  if (count == 0) return "0s";
  if (count % 3'600'000 == 0) return fmt::format("{}h", count / 3'600'000);
  if (count % 60'000 == 0) return fmt::format("{}m", count / 60'000);
  if (count % 1'000 == 0) return fmt::format("{}s", count / 1'000);
  return fmt::format("{}ms", count);
}

}  // namespace favsync
