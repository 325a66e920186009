#include "wire/clock.h"

#include <gtest/gtest.h>

namespace favsync {
namespace {

using namespace std::chrono_literals;

TEST(ManualClock, StandsStillUntilMoved) {
  ManualClock clock(Timestamp::from_unix(100));
  EXPECT_EQ(clock.now(), clock.now());
  clock.advance(1500ms);
  EXPECT_EQ(clock.now(), Timestamp::from_unix(101, 500'000'000));
  clock.advance(-2s);
  EXPECT_EQ(clock.now(), Timestamp::from_unix(99, 500'000'000));
  clock.set(Timestamp());
  EXPECT_EQ(clock.now(), Timestamp());
}

TEST(SystemClock, AgreesWithTheStandardLibrary) {
  const auto to_millis = [](auto time) {
    return std::chrono::floor<std::chrono::milliseconds>(time.time_since_epoch()).count();
  };
  const auto before = to_millis(std::chrono::system_clock::now());
  const Timestamp now = SystemClock().now();
  const auto after = to_millis(std::chrono::system_clock::now());
  EXPECT_LE(before, now.unix_millis());
  EXPECT_GE(after, now.unix_millis());
}

}  // namespace
}  // namespace favsync
