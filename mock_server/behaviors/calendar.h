#pragma once

#include <cstdint>
#include <string>

#include "wire/timestamp.h"

namespace favsync::mock {

// A moment as a clock on the wall shows it, in UTC. Fields may be out of range on the way back:
// they carry, as the C library's mktime lets them.
struct WallTime {
  std::int64_t year = 1970;
  std::int64_t month = 1;  // 1 to 12
  std::int64_t day = 1;    // 1 to 31
  std::int64_t hour = 0, minute = 0, second = 0;
  std::uint32_t nanoseconds = 0;
};

WallTime wall_time(const Timestamp& moment);
// Clamped to what can be written.
Timestamp moment_of(const WallTime& wall);
// 0 is Sunday.
int weekday(const Timestamp& moment);
// Whether the moment's date and hour fall into the hour that is skipped when summer time begins, in
// the European Union (last Sunday of March) or the United States (second Sunday of March): 02:00 to
// 03:00.
bool is_skipped_hour(const Timestamp& moment);
// Whether central Europe had summer time: from the last Sunday of March to that of October, 01:00
// UTC.
bool is_summer_time(const Timestamp& moment);

// "2017-05-02T10:45:12" and ".798".
std::string date_and_time(const WallTime& wall, char separator);
std::string millis(const WallTime& wall);
// "Tue, 02 May 2017 10:45:12 GMT".
std::string http_date(const Timestamp& moment);

}  // namespace favsync::mock
