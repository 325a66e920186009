#include "mock_server/behaviors/calendar.h"

#include <gtest/gtest.h>

namespace favsync::mock {
namespace {

Timestamp at(std::string_view text) {
  return parse_strict_timestamp(text).value();
}

TEST(Calendar, GoesToTheWallAndBack) {
  for (const char* text :
       {"1970-01-01T00:00:00.000Z", "1969-12-31T23:59:59.999Z", "2024-02-29T12:30:45.678Z",
        "0001-01-01T00:00:00.000Z", "9999-12-31T23:59:59.999999999Z", "2100-03-01T00:00:00.001Z"}) {
    EXPECT_EQ(to_string(moment_of(wall_time(at(text)))), text);
  }
}

TEST(Calendar, FieldsOutOfRangeCarry) {
  EXPECT_EQ(moment_of({2026, 2, 30, 0, 0, 0, 0}), at("2026-03-02T00:00:00Z"));
  EXPECT_EQ(moment_of({2026, 13, 1, 0, 0, 0, 0}), at("2027-01-01T00:00:00Z"));
  EXPECT_EQ(moment_of({2026, 0, 1, 25, 61, 0, 0}), at("2025-12-02T02:01:00Z"));
}

TEST(Calendar, KnowsWeekdaysAndSummerTime) {
  EXPECT_EQ(weekday(at("2017-05-02T10:45:12Z")), 2);
  EXPECT_EQ(weekday(at("1969-12-28T00:00:00Z")), 0);
  EXPECT_TRUE(is_summer_time(at("2017-05-02T10:45:12Z")));
  EXPECT_FALSE(is_summer_time(at("2026-03-29T00:59:59.999Z")));
  EXPECT_TRUE(is_summer_time(at("2026-03-29T01:00:00Z")));
  EXPECT_TRUE(is_summer_time(at("2026-10-25T00:59:59Z")));
  EXPECT_FALSE(is_summer_time(at("2026-10-25T01:00:00Z")));
}

TEST(Calendar, KnowsTheHourThatSummerTimeSkips) {
  EXPECT_TRUE(is_skipped_hour(at("2026-03-29T02:30:00Z")));  // European Union
  EXPECT_TRUE(is_skipped_hour(at("2026-03-08T02:00:00Z")));  // United States
  EXPECT_FALSE(is_skipped_hour(at("2026-03-29T03:00:00Z")));
  EXPECT_FALSE(is_skipped_hour(at("2026-03-22T02:30:00Z")));
  EXPECT_FALSE(is_skipped_hour(at("2026-04-05T02:30:00Z")));
}

TEST(Calendar, PrintsAsHttpDoes) {
  EXPECT_EQ(http_date(at("2017-05-02T10:45:12.798Z")), "Tue, 02 May 2017 10:45:12 GMT");
}

}  // namespace
}  // namespace favsync::mock
