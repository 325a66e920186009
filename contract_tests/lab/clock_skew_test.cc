#include "contract_tests/lab/clock_skew.h"

#include <gtest/gtest.h>

namespace favsync::contract {
namespace {

using std::chrono::milliseconds;

// An answer that took `duration` from `started` on, with that Date.
Exchange answer(Instant started, milliseconds duration, std::string date) {
  Exchange exchange;
  exchange.outcome = Outcome::kAnswered;
  exchange.status = 200;
  exchange.started = started;
  exchange.duration = duration;
  if (!date.empty()) exchange.headers = {{"Date", std::move(date)}};
  return exchange;
}

const Instant kNoon = to_instant({2017, 5, 2, 12, 0, 0, 0});

TEST(ClockSkew, IsUnknownWithoutADate) {
  ClockSkew skew;
  skew.observe(answer(kNoon, milliseconds(5), ""));
  skew.observe(answer(kNoon, milliseconds(5), "yesterday"));
  EXPECT_FALSE(skew.interval());
}

TEST(ClockSkew, HoldsTheTrueSkewAndTheSecondThatDateLeavesOpen) {
  ClockSkew skew;
  skew.observe(
      answer(kNoon.plus(milliseconds(400)), milliseconds(20), "Tue, 02 May 2017 12:10:00 GMT"));
  ASSERT_TRUE(skew.interval());
  EXPECT_EQ(skew.interval()->least, milliseconds(600'000 - 421));
  EXPECT_EQ(skew.interval()->most, milliseconds(600'000 + 600));
}

TEST(ClockSkew, NarrowsWithEachAnswer) {
  ClockSkew skew;  // a clock that is right: sent at .900 it still says 12:00:00, at .950 12:00:01
  skew.observe(
      answer(kNoon.plus(milliseconds(900)), milliseconds(10), "Tue, 02 May 2017 12:00:00 GMT"));
  skew.observe(
      answer(kNoon.plus(milliseconds(1990)), milliseconds(20), "Tue, 02 May 2017 12:00:02 GMT"));
  ASSERT_TRUE(skew.interval());
  EXPECT_EQ(skew.interval()->least, milliseconds(-11));
  EXPECT_EQ(skew.interval()->most, milliseconds(100));
}

TEST(ClockSkew, AnswersThatContradictEachOtherWidenIt) {
  ClockSkew skew;
  skew.observe(answer(kNoon, milliseconds(10), "Tue, 02 May 2017 12:00:00 GMT"));
  skew.observe(answer(kNoon, milliseconds(10), "Tue, 02 May 2017 13:00:00 GMT"));
  ASSERT_TRUE(skew.interval());
  EXPECT_EQ(skew.interval()->least, milliseconds(-11));
  EXPECT_EQ(skew.interval()->most, milliseconds(3'601'000));
}

TEST(ClockSkew, LostAnswersSayNothing) {
  ClockSkew skew;
  Exchange lost = answer(kNoon, milliseconds(10), "Tue, 02 May 2017 12:00:00 GMT");
  lost.outcome = Outcome::kTruncated;
  skew.observe(lost);
  EXPECT_FALSE(skew.interval());
}

}  // namespace
}  // namespace favsync::contract
