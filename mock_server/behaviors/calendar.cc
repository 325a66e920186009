#include "mock_server/behaviors/calendar.h"

#include <chrono>

#include <fmt/format.h>

namespace favsync::mock {
namespace {

constexpr std::int64_t kDaySeconds = 86400;

std::int64_t floor_div(std::int64_t a, std::int64_t b) {
  return a / b - (a % b < 0 ? 1 : 0);
}

std::int64_t days_to_first(std::int64_t year, std::int64_t month) {
  using namespace std::chrono;
  const year_month_day first{std::chrono::year(static_cast<int>(year)),
                             std::chrono::month(static_cast<unsigned>(month)), std::chrono::day(1)};
  return sys_days(first).time_since_epoch().count();
}

// Day of the last Sunday of a month of `days` days.
std::int64_t last_sunday(std::int64_t year, std::int64_t month, std::int64_t days) {
  const Timestamp last = moment_of({year, month, days, 12, 0, 0, 0});
  return days - weekday(last);
}

}  // namespace

WallTime wall_time(const Timestamp& moment) {
  const std::int64_t days = floor_div(moment.seconds(), kDaySeconds);
  const std::int64_t rest = moment.seconds() - days * kDaySeconds;
  const std::chrono::year_month_day date{std::chrono::sys_days(std::chrono::days(days))};
  return {static_cast<int>(date.year()),
          static_cast<unsigned>(date.month()),
          static_cast<unsigned>(date.day()),
          rest / 3600,
          rest / 60 % 60,
          rest % 60,
          moment.nanoseconds()};
}

Timestamp moment_of(const WallTime& wall) {
  const std::int64_t months = wall.year * 12 + wall.month - 1;
  const std::int64_t days =
      days_to_first(floor_div(months, 12), months - floor_div(months, 12) * 12 + 1) + wall.day - 1;
  const std::int64_t seconds =
      days * kDaySeconds + wall.hour * 3600 + wall.minute * 60 + wall.second;
  return Timestamp::from_unix(seconds, wall.nanoseconds);
}

int weekday(const Timestamp& moment) {
  const std::int64_t days = floor_div(moment.seconds(), kDaySeconds);
  return static_cast<int>(((days + 4) % 7 + 7) % 7);  // 1970-01-01 was a Thursday
}

bool is_skipped_hour(const Timestamp& moment) {
  const WallTime wall = wall_time(moment);
  if (wall.month != 3 || wall.hour != 2 || weekday(moment) != 0) return false;
  return wall.day == last_sunday(wall.year, 3, 31) || (wall.day >= 8 && wall.day <= 14);
}

bool is_summer_time(const Timestamp& moment) {
  const std::int64_t year = wall_time(moment).year;
  const Timestamp begins = moment_of({year, 3, last_sunday(year, 3, 31), 1, 0, 0, 0});
  const Timestamp ends = moment_of({year, 10, last_sunday(year, 10, 31), 1, 0, 0, 0});
  return moment >= begins && moment < ends;
}

std::string date_and_time(const WallTime& wall, char separator) {
  return fmt::format("{:04}-{:02}-{:02}{}{:02}:{:02}:{:02}", wall.year, wall.month, wall.day,
                     separator, wall.hour, wall.minute, wall.second);
}

std::string millis(const WallTime& wall) {
  return fmt::format(".{:03}", wall.nanoseconds / 1'000'000);
}

std::string http_date(const Timestamp& moment) {
  static constexpr const char* kDays[] = {"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr const char* kMonths[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                            "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const WallTime wall = wall_time(moment);
  return fmt::format("{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[weekday(moment)], wall.day,
                     kMonths[wall.month - 1], wall.year, wall.hour, wall.minute, wall.second);
}

}  // namespace favsync::mock
