#include "contract_tests/lab/ticks.h"

#include <random>
#include <set>

#include <gtest/gtest.h>

namespace favsync::contract {
namespace {

using namespace std::chrono_literals;

const Instant kNow = Instant::from_millis(1'493'721'912'798);

TEST(Ticks, BeginTenMinutesAgo) {
  Ticks ticks(kNow, 1);
  const auto age = kNow - ticks.next();
  EXPECT_LE(age, 10min);
  EXPECT_GT(age, 9min);
}

TEST(Ticks, AreUniqueAndAscending) {
  Ticks ticks(kNow, 7);
  Instant last = ticks.next();
  for (int i = 0; i < 2000; ++i) {
    const Instant next = ticks.next();
    ASSERT_LT(last, next);
    last = next;
  }
}

TEST(Ticks, ThousandStayInThePast) {
  Ticks ticks(kNow, 7);
  for (const Instant& date : ticks.series(1000, {})) ASSERT_LT(date, kNow);
}

TEST(Ticks, NeverEndInZeroAndAreWholeMilliseconds) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  Ticks ticks(kNow, seed);
  for (int i = 0; i < 2000; ++i) {
    const Instant date = ticks.next();
    ASSERT_EQ(date.nanos % 1'000'000, 0) << to_text(date, 9);
    ASSERT_NE(date.millis() % 10, 0) << to_text(date);
  }
}

TEST(Ticks, BeatWhatIsStoredByTheGapAtLeast) {
  Ticks ticks(kNow, 1);
  const Instant stored = kNow.plus(-1min);
  EXPECT_GT(ticks.after(stored), stored);
  const Instant before = ticks.next();
  EXPECT_GE(ticks.after(stored, 5000) - before, 5000ms);
}

TEST(Ticks, SeriesAscendsFromItsFloor) {
  Ticks ticks(kNow, 3);
  const Instant floor = kNow.plus(-5min);
  const auto dates = ticks.series(5, floor);
  ASSERT_EQ(dates.size(), 5u);
  Instant last = floor;
  for (const Instant& date : dates) {
    EXPECT_LT(last, date);
    last = date;
  }
}

TEST(Ticks, SameSeedGivesTheSameDates) {
  Ticks one(kNow, 5), same(kNow, 5), other(kNow, 6);
  const auto dates = one.series(20, {});
  EXPECT_EQ(dates, same.series(20, {}));
  EXPECT_NE(dates, other.series(20, {}));
}

TEST(Ticks, DatesOfTheFutureLeaveNoRoom) {
  const Ticks ticks(kNow, 1);
  EXPECT_TRUE(ticks.leaves_room(kNow.plus(-1h)));
  EXPECT_FALSE(ticks.leaves_room(kNow));
  EXPECT_FALSE(ticks.leaves_room(kNow.plus(1h)));
}

}  // namespace
}  // namespace favsync::contract
