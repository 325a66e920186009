#include "wire/nearest_name.h"

#include <gtest/gtest.h>

#include <array>

namespace favsync {
namespace {

constexpr std::array<std::string_view, 4> kFaults = {"delay", "drip", "reset", "truncate"};

TEST(NearestName, FindsTheSlip) {
  EXPECT_EQ(nearest_name("dealy", kFaults), "delay");
  EXPECT_EQ(nearest_name("DELAY", kFaults), "delay");
  EXPECT_EQ(nearest_name("trunkate", kFaults), "truncate");
  EXPECT_EQ(nearest_name("rset", kFaults), "reset");
}

TEST(NearestName, FindsNothingInAnotherWord) {
  EXPECT_EQ(nearest_name("latency", kFaults), std::nullopt);
  EXPECT_EQ(nearest_name("", kFaults), std::nullopt);
  EXPECT_EQ(nearest_name("delay", {}), std::nullopt);
  EXPECT_EQ(nearest_name(std::string(100'000, 'd'), kFaults), std::nullopt);
}

TEST(NearestName, DidYouMeanIsASentenceOrNothing) {
  EXPECT_EQ(did_you_mean("dealy", kFaults), "; did you mean \"delay\"?");
  EXPECT_EQ(did_you_mean("latency", kFaults), "");
}

}  // namespace
}  // namespace favsync
