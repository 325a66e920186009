#include "mock_server/virtual_clock.h"

#include <gmock/gmock.h>

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

const Timestamp kNoon = parse_strict_timestamp("2026-03-14T12:00:00.000Z").value();

TEST(VirtualClock, RunsWithItsBaseUntilItIsMoved) {
  ManualClock base(kNoon);
  VirtualClock clock(base);
  EXPECT_EQ(clock.now(), kNoon);
  EXPECT_FALSE(clock.is_moved());
  clock.advance(1h);
  base.advance(1s);
  EXPECT_EQ(clock.now(), kNoon.plus(3601s));
  EXPECT_EQ(clock.shift(), 1h);
  EXPECT_TRUE(clock.is_moved());
}

TEST(VirtualClock, FrozenItStandsUntilItIsAdvanced) {
  ManualClock base(kNoon);
  VirtualClock clock(base);
  clock.set({ClockSetting::Mode::kFrozen, std::nullopt});
  base.advance(1h);
  EXPECT_EQ(clock.now(), kNoon);
  clock.advance(5ms);
  EXPECT_EQ(clock.now(), kNoon.plus(5ms));
  clock.advance(-1h);
  EXPECT_EQ(clock.now(), kNoon.plus(5ms));
}

TEST(VirtualClock, RealAloneIsTheBaseAgain) {
  ManualClock base(kNoon);
  VirtualClock clock(base);
  clock.set(parse_clock_setting("frozen@2030-01-01T00:00:00.000Z").value());
  EXPECT_EQ(to_string(clock.now()), "2030-01-01T00:00:00.000Z");
  clock.set(parse_clock_setting("real@2030-01-01T00:00:00.000Z").value());
  base.advance(1s);
  EXPECT_EQ(to_string(clock.now()), "2030-01-01T00:00:01.000Z");
  clock.set({});
  EXPECT_EQ(clock.now(), base.now());
  EXPECT_FALSE(clock.is_moved());
}

TEST(ClockSetting, WhatIsPrintedIsReadAgain) {
  for (const char* text :
       {"real", "frozen", "real@2030-01-01T00:00:00.000Z", "frozen@2030-01-01T00:00:00.123Z"}) {
    EXPECT_EQ(to_string(parse_clock_setting(text).value()), text);
  }
}

TEST(ClockSetting, AnythingElseIsRefusedWithTheForm) {
  EXPECT_THAT(parse_clock_setting("frozn").error().message,
              HasSubstr("expected real, real@DATE, frozen or frozen@DATE, got \"frozn\"; did you "
                        "mean \"frozen\"?"));
  EXPECT_THAT(parse_clock_setting("frozen@noon").error().message, HasSubstr("after '@'"));
  EXPECT_FALSE(parse_clock_setting(""));
}

}  // namespace
}  // namespace favsync::mock
