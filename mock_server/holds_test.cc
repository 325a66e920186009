#include "mock_server/holds.h"

#include <thread>

#include <gmock/gmock.h>

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
constexpr auto kBefore = Position::Kind::kBeforeApply;
constexpr auto kAfter = Position::Kind::kAfterApply;

TEST(Holds, TakeTheNextRequestThatMatchesAndNoOther) {
  Detours detours;
  Holds holds(detours);
  EXPECT_EQ(holds.take(kBefore, On::kPost, "alice", 1), nullptr);
  const HoldPtr hold = holds.add("", On::kPost, "alice", {});
  EXPECT_TRUE(detours.any());
  EXPECT_EQ(holds.take(kBefore, On::kGet, "alice", 1), nullptr);
  EXPECT_EQ(holds.take(kBefore, On::kPost, "bob", 2), nullptr);
  EXPECT_EQ(holds.take(kAfter, On::kPost, "alice", 3), nullptr);
  EXPECT_EQ(holds.take(kBefore, On::kPost, "alice", 4), hold);
  EXPECT_EQ(hold->state(), Hold::State::kHeld);
  EXPECT_EQ(hold->exchange(), 4u);
  EXPECT_FALSE(detours.any());
  EXPECT_EQ(holds.take(kBefore, On::kPost, "alice", 5), nullptr);
}

TEST(Holds, OneNameIsOneHoldUntilItIsOver) {
  Detours detours;
  Holds holds(detours);
  const HoldPtr first = holds.add("h", On::kPost, "", {});
  EXPECT_EQ(holds.add("h", On::kPost, "", {}), first);
  EXPECT_TRUE(holds.release("h"));
  EXPECT_TRUE(holds.release("h"));
  EXPECT_FALSE(holds.release("i"));
  EXPECT_TRUE(first->is_open());
  EXPECT_FALSE(detours.any());
  EXPECT_NE(holds.add("h", On::kPost, "", {}), first);
  EXPECT_EQ(holds.all().size(), 1u);
}

TEST(Holds, ThoseThatAreOverMakeRoom) {
  Detours detours;
  Holds holds(detours);
  for (std::size_t i = 0; i < Holds::kMaxHolds; ++i) {
    ASSERT_NE(holds.add("", On::kPost, "", {}), nullptr);
  }
  EXPECT_EQ(holds.add("", On::kPost, "", {}), nullptr);
  holds.cancel_all();
  EXPECT_NE(holds.add("", On::kPost, "", {}), nullptr);
}

TEST(Hold, WhoWaitsIsToldWhenItHolds) {
  Detours detours;
  Holds holds(detours);
  const HoldPtr hold = holds.add("", On::kAny, "", {});
  EXPECT_FALSE(hold->wait_until_held(0ms));
  std::thread taker([&] { holds.take(kBefore, On::kGet, "", 1); });
  EXPECT_TRUE(hold->wait_until_held(10s));
  taker.join();
}

}  // namespace
}  // namespace favsync::mock
