#include "wire/duration.h"

#include <gtest/gtest.h>

namespace favsync {
namespace {

using namespace std::chrono_literals;

TEST(ParseDuration, NumberAndUnitAreRead) {
  EXPECT_EQ(parse_duration("500ms").value(), 500ms);
  EXPECT_EQ(parse_duration("10s").value(), 10s);
  EXPECT_EQ(parse_duration("1.5s").value(), 1500ms);
  EXPECT_EQ(parse_duration("5m").value(), 5min);
  EXPECT_EQ(parse_duration("24h").value(), 24h);
  EXPECT_EQ(parse_duration("0s").value(), 0ms);
}

TEST(ParseDuration, AnythingElseIsRefusedWithTheForm) {
  for (const char* text : {"", "10", "s", "-1s", "1e3s", "1..5s", ".5s", "5.s", "10 s", "10S", "1d",
                           "999999999h", "0x1s", "infs"}) {
    const auto duration = parse_duration(text);
    ASSERT_FALSE(duration) << text;
    EXPECT_EQ(duration.error().code, ErrorCode::kInvalidArgument);
    EXPECT_NE(duration.error().message.find("such as 500ms or 10s"), std::string::npos);
  }
}

TEST(PrintDuration, WhatIsPrintedIsReadAgain) {
  EXPECT_EQ(print_duration(0ms), "0s");
  EXPECT_EQ(print_duration(1500ms), "1500ms");
  EXPECT_EQ(print_duration(90s), "90s");
  EXPECT_EQ(print_duration(300s), "5m");
  EXPECT_EQ(print_duration(48h), "48h");
  for (const auto duration : {1ms, 1500ms, 61'000ms, 3'600'000ms}) {
    EXPECT_EQ(parse_duration(print_duration(duration)).value(), duration);
  }
}

}  // namespace
}  // namespace favsync
