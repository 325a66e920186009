#include "sync_engine/device.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sync_engine.h"
#include "sync_engine/test_partner.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using namespace std::chrono_literals;
using ::testing::ElementsAre;
using ::testing::IsEmpty;

class DeviceTest : public ::testing::Test {
 protected:
  void minutes_pass(int minutes) {
    for (auto* clock : {&backend_, &phone_clock_, &tablet_clock_}) {
      clock->advance(std::chrono::minutes{minutes});
    }
  }
  Timestamp date_of(std::string_view item) {
    return store_.find("alice", item).value()->favorite.action_date;
  }

  InMemoryFavoriteStore store_;
  ManualClock backend_{at("10:00:00")};
  ManualClock phone_clock_{at("10:00:00")};
  ManualClock tablet_clock_{at("03:00:00")};  // seven hours slow
  Device phone_{store_, "alice", backend_, phone_clock_};
  Device tablet_{store_, "alice", backend_, tablet_clock_};
};

TEST_F(DeviceTest, WhatOneDeviceDidTheOtherShowsAfterARefresh) {
  ASSERT_TRUE(phone_.add("a"));
  ASSERT_TRUE(phone_.add("b"));
  ASSERT_TRUE(phone_.remove("b"));
  EXPECT_THAT(tablet_.favorites(), IsEmpty());
  ASSERT_TRUE(tablet_.refresh());
  EXPECT_THAT(tablet_.favorites(), ElementsAre("a"));
}

TEST_F(DeviceTest, WhatThePartnerDidShowsOnTheDevicesAfterARound) {
  TestPartner partner;
  partner.put({"p", Action::kAdd, at("09:00:00")});
  ASSERT_TRUE(phone_.add("a"));
  auto engine = SyncEngine::two_way(partner, store_, backend_);
  ASSERT_TRUE(engine.sync({"alice", UserToken::make("t").value()}));
  ASSERT_TRUE(tablet_.refresh());
  EXPECT_THAT(tablet_.favorites(), ElementsAre("a", "p"));
  EXPECT_EQ(partner.favorites.at("a").action_date, at("10:00:00"));
}

TEST_F(DeviceTest, ClickAfterAValueFromTheFutureStillWins) {
  store_.offer("alice", {"a", Action::kAdd, at("13:00:00")}).value();
  ASSERT_TRUE(phone_.refresh());
  ASSERT_TRUE(phone_.remove("a"));
  EXPECT_EQ(date_of("a"), at("13:00:00.001"));
}

TEST_F(DeviceTest, OfflineClickIsDatedByItsAgeThoughTheDevicesClockIsWrong) {
  tablet_.go_offline();
  ASSERT_TRUE(tablet_.add("a"));
  EXPECT_TRUE(tablet_.shows("a"));
  EXPECT_THAT(store_.load("alice").value(), IsEmpty());
  minutes_pass(30);
  ASSERT_TRUE(tablet_.go_online());
  EXPECT_EQ(date_of("a"), at("10:00:00"));
  EXPECT_EQ(tablet_.waiting(), 0u);
}

TEST_F(DeviceTest, OfflineClickLosesToALaterClickOnAnotherDevice) {
  tablet_.go_offline();
  ASSERT_TRUE(tablet_.add("a"));
  minutes_pass(1);
  ASSERT_TRUE(phone_.remove("a"));
  minutes_pass(1);
  ASSERT_TRUE(tablet_.go_online());
  EXPECT_FALSE(tablet_.shows("a"));
  EXPECT_EQ(date_of("a"), at("10:01:00"));
}

TEST_F(DeviceTest, OfflineClicksKeepTheirOrderWithinOneMillisecond) {
  tablet_.go_offline();
  ASSERT_TRUE(tablet_.add("a"));
  ASSERT_TRUE(tablet_.remove("a"));
  ASSERT_TRUE(tablet_.add("a"));
  ASSERT_TRUE(tablet_.go_online());
  EXPECT_TRUE(tablet_.shows("a"));
  EXPECT_EQ(date_of("a"), at("10:00:00.002"));
}

TEST_F(DeviceTest, OfflineClickBeatsWhatItsDeviceShowed) {
  store_.offer("alice", {"a", Action::kAdd, at("13:00:00")}).value();
  ASSERT_TRUE(tablet_.refresh());
  tablet_.go_offline();
  ASSERT_TRUE(tablet_.remove("a"));
  ASSERT_TRUE(tablet_.go_online());
  EXPECT_FALSE(tablet_.shows("a"));
}

TEST_F(DeviceTest, ClockThatWasSetBackAfterTheClickMakesItNoYoungerThanNow) {
  tablet_.go_offline();
  ASSERT_TRUE(tablet_.add("a"));
  tablet_clock_.set(Timestamp::from_unix(Timestamp::kMinSeconds));
  ASSERT_TRUE(tablet_.go_online());
  EXPECT_EQ(date_of("a"), at("10:00:00"));
}

TEST_F(DeviceTest, StampsAreAPartnerTickApartWhereThePartnerIsCoarse) {
  Device coarse(store_, "alice", backend_, phone_clock_, 1s);
  ASSERT_TRUE(coarse.add("a"));
  ASSERT_TRUE(coarse.remove("a"));
  EXPECT_EQ(date_of("a"), at("10:00:01"));
}

TEST_F(DeviceTest, NoItemIsNoClick) {
  EXPECT_EQ(phone_.add("").error().code, ErrorCode::kInvalidArgument);
  phone_.go_offline();
  EXPECT_EQ(phone_.add("").error().code, ErrorCode::kInvalidArgument);
  EXPECT_EQ(phone_.waiting(), 0u);
}

}  // namespace
}  // namespace favsync
