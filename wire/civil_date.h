#pragma once

#include <cstdint>

namespace favsync {

// A day of the proleptic Gregorian calendar, years 0 to 9999.
struct CivilDate {
  std::uint32_t year = 1970;
  std::uint32_t month = 1;  // 1 to 12
  std::uint32_t day = 1;    // 1 to 31
};

constexpr bool is_leap_year(std::uint32_t year) {
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

// 28 to 31. Requires a month of 1 to 12.
constexpr std::uint32_t days_in_month(std::uint32_t year, std::uint32_t month) {
  if (month == 2) return is_leap_year(year) ? 29 : 28;
  return 30 + ((month + (month >> 3)) & 1);
}

// Both conversions count years from March, so that the leap day ends a year and the lengths of the
// months follow one formula: the days before month m (March = 0) are (153 m + 2) / 5.
inline constexpr std::uint32_t kMarchYearZeroTo1970 = 719468;  // days from 0000-03-01 to 1970-01-01

// Days since 1970-01-01, negative before. Requires a real day on or after 0000-03-01.
constexpr std::int64_t days_from_civil(const CivilDate& date) {
  const std::uint32_t before_march = date.month <= 2 ? 1 : 0;
  const std::uint32_t year = date.year - before_march;
  const std::uint32_t month = date.month + 12 * before_march - 3;
  const std::uint32_t days =
      365 * year + year / 4 - year / 100 + year / 400 + (153 * month + 2) / 5 + date.day - 1;
  return static_cast<std::int64_t>(days) - kMarchYearZeroTo1970;
}

// The day that lies `days` after 0000-03-01; up to 9999-12-31.
constexpr CivilDate civil_from_march_days(std::uint32_t days) {
  const std::uint32_t century = (4 * days + 3) / 146097;
  const std::uint32_t day_of_century = days - 146097 * century / 4;
  const std::uint32_t year_of_century = (4 * day_of_century + 3) / 1461;
  const std::uint32_t day_of_year = day_of_century - 1461 * year_of_century / 4;
  const std::uint32_t month = (5 * day_of_year + 2) / 153;  // March = 0
  const std::uint32_t before_march = month >= 10 ? 1 : 0;
  return {100 * century + year_of_century + before_march, month + 3 - 12 * before_march,
          day_of_year - (153 * month + 2) / 5 + 1};
}

}  // namespace favsync
