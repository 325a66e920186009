#include "sync_engine/sync_engine.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using namespace std::chrono_literals;
using ::testing::_;
using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::InSequence;
using ::testing::IsEmpty;
using ::testing::Property;
using ::testing::Return;
using ::testing::SizeIs;

class MockPartnerClient : public PartnerClient {
 public:
  MOCK_METHOD(Result<PartnerList>, get_favorites, (const UserToken& token), (override));
  MOCK_METHOD(Result<PostReceipt>, post_favorites,
              (const UserToken& token, std::span<const Favorite> favorites), (override));
};

class MockTokenRefresher : public TokenRefresher {
 public:
  MOCK_METHOD(Result<UserToken>, refresh, (std::string_view user, const UserToken& refused),
              (override));
};

Favorite add(std::string item, std::string_view time) {
  return {std::move(item), Action::kAdd, at(time)};
}
Favorite removal(std::string item, std::string_view time) {
  return {std::move(item), Action::kDelete, at(time)};
}

auto token_is(const std::string& text) {
  return Property(&UserToken::reveal, text);
}

class SyncEngineTest : public ::testing::Test {
 protected:
  void local(const Favorite& favorite) { store_.offer("alice", favorite).value(); }
  void partner_lists(std::vector<Favorite> favorites) {
    EXPECT_CALL(partner_, get_favorites).WillRepeatedly(Return(PartnerList{favorites, {}, {}}));
  }
  SyncEngine engine(bool is_read_only = false) {
    auto made = is_read_only ? SyncEngine::read_only(partner_, store_, clock_, options_)
                             : SyncEngine::two_way(partner_, store_, clock_, options_);
    made.set_sleeper([this](std::chrono::milliseconds wait, const Error&) {
      waits_.push_back(wait);
      return goes_on_;
    });
    made.set_token_refresher(refresher_);
    return made;
  }
  Result<SyncReport> sync(bool is_read_only = false) { return engine(is_read_only).sync(alice_); }
  FavoriteRecord record(std::string_view item) { return *store_.find("alice", item).value(); }

  InMemoryFavoriteStore store_;
  ManualClock clock_{at("10:46:00")};
  ::testing::StrictMock<MockPartnerClient> partner_;
  SyncOptions options_{.seed = 1};
  TokenRefresher* refresher_ = nullptr;
  std::vector<std::chrono::milliseconds> waits_;
  bool goes_on_ = true;
  SyncUser alice_{"alice", UserToken::make("alice-token").value()};
};

TEST_F(SyncEngineTest, RoundPullsWhatIsNewerThereAndPushesWhatIsNewerHere) {
  local(add("here", "10:00:00"));
  local(add("older", "10:00:00"));
  local(removal("newer", "10:00:02"));
  {
    const InSequence get_then_post;
    EXPECT_CALL(partner_, get_favorites(token_is("alice-token")))
        .WillOnce(Return(PartnerList{
            {removal("older", "10:00:01"), add("newer", "10:00:01"), removal("there", "09:00:00")},
            {},
            {}}));
    EXPECT_CALL(partner_,
                post_favorites(token_is("alice-token"),
                               ElementsAre(add("here", "10:00:00"), removal("newer", "10:00:02"))))
        .WillOnce(Return(PostReceipt{}));
  }
  const auto report = sync().value();
  EXPECT_THAT(report.pulled,
              ElementsAre(removal("older", "10:00:01"), removal("there", "09:00:00")));
  EXPECT_THAT(report.pushed, SizeIs(2));
  EXPECT_EQ(report.kept, 1u);
  EXPECT_THAT(report.warnings, IsEmpty());
  for (const char* item : {"here", "older", "newer", "there"}) {
    EXPECT_TRUE(record(item).is_clean()) << item;
  }
}

TEST_F(SyncEngineTest, AgreementSendsNothing) {
  local(add("a", "10:00:00"));
  partner_lists({add("a", "10:00:00")});
  EXPECT_EQ(sync()->same, 1u);
}

TEST_F(SyncEngineTest, ReadOnlyEngineMergesAndNeverPosts) {
  local(add("here", "10:00:00"));
  partner_lists({add("there", "10:00:00")});
  const auto report = sync(true).value();
  EXPECT_THAT(report.pulled, SizeIs(1));
  EXPECT_THAT(report.unsent, ElementsAre(add("here", "10:00:00")));
  EXPECT_THAT(report.pushed, IsEmpty());
}

TEST_F(SyncEngineTest, FailedGetChangesNothingAndSendsNothing) {
  local(add("here", "10:00:00"));
  EXPECT_CALL(partner_, get_favorites)
      .WillOnce(Return(fail(ErrorCode::kMalformedReply, "not a list")));
  EXPECT_EQ(sync().error().code, ErrorCode::kMalformedReply);
  EXPECT_EQ(record("here").base, std::nullopt);
}

TEST_F(SyncEngineTest, AbsenceIsNoRemovalAndIsNotAnswered) {
  local(add("a", "10:00:00"));
  ASSERT_TRUE(store_.acknowledge("alice", std::vector{add("a", "10:00:00")}));
  partner_lists({});
  const auto report = sync().value();
  EXPECT_EQ(report.forgotten, 1u);
  EXPECT_THAT(report.warnings, ElementsAre(HasSubstr("an absence is no removal")));
  EXPECT_EQ(record("a").favorite, add("a", "10:00:00"));
}

TEST_F(SyncEngineTest, BatchesHoldAtMostMaxBatchAndEachIsAcknowledgedOnItsOwn) {
  options_.max_batch = 2;
  for (const char* item : {"a", "b", "c", "d", "e"}) local(add(item, "10:00:00"));
  partner_lists({});
  EXPECT_CALL(partner_, post_favorites(_, SizeIs(2)))
      .WillOnce(Return(PostReceipt{}))
      .WillOnce(Return(fail(ErrorCode::kForbidden, "403")));
  const auto report = sync().value();
  EXPECT_THAT(report.pushed, ElementsAre(add("a", "10:00:00"), add("b", "10:00:00")));
  EXPECT_THAT(report.unsent, SizeIs(3));
  EXPECT_EQ(report.push_error->code, ErrorCode::kForbidden);
  EXPECT_TRUE(record("b").is_clean());
  EXPECT_FALSE(record("c").is_clean());
}

TEST_F(SyncEngineTest, EditMadeWhileItsFormerValueIsOnTheWayIsSentNextTime) {
  local(add("a", "10:00:00"));
  EXPECT_CALL(partner_, get_favorites)
      .WillOnce(Return(PartnerList{}))
      .WillOnce(Return(PartnerList{{add("a", "10:00:00")}, {}, {}}));
  EXPECT_CALL(partner_, post_favorites)
      .WillOnce([&](auto&, auto) {
        store_.edit("alice", "a", Action::kDelete, at("10:00:05")).value();
        return PostReceipt{};
      })
      .WillOnce(Return(PostReceipt{}));
  ASSERT_TRUE(sync());
  EXPECT_THAT(sync()->pushed, ElementsAre(removal("a", "10:00:05")));
}

TEST_F(SyncEngineTest, EditMadeWhileTheListIsOnTheWayIsNotOverwritten) {
  local(add("a", "10:00:00"));
  EXPECT_CALL(partner_, get_favorites).WillOnce([&](auto&) {
    store_.edit("alice", "a", Action::kDelete, at("10:00:05")).value();
    return PartnerList{{add("a", "10:00:01")}, {}, {}};
  });
  EXPECT_CALL(partner_, post_favorites(_, ElementsAre(removal("a", "10:00:05"))))
      .WillOnce(Return(PostReceipt{}));
  ASSERT_TRUE(sync());
  EXPECT_EQ(record("a").favorite, removal("a", "10:00:05"));
}

TEST_F(SyncEngineTest, TroubleIsRetriedWithJitterUpToMaxAttempts) {
  EXPECT_CALL(partner_, get_favorites)
      .Times(4)
      .WillRepeatedly(Return(fail(ErrorCode::kUnavailable, "503")));
  const auto report = sync();
  EXPECT_EQ(report.error().code, ErrorCode::kUnavailable);
  EXPECT_THAT(report.error().message, HasSubstr("gave up after 4 attempts"));
  EXPECT_THAT(waits_, SizeIs(3));
}

TEST_F(SyncEngineTest, RetriedPostSendsTheSameFavoritesAfterThePartnersWait) {
  local(add("a", "10:00:00"));
  partner_lists({});
  EXPECT_CALL(partner_, post_favorites(_, ElementsAre(add("a", "10:00:00"))))
      .WillOnce(Return(tl::unexpected(Error{ErrorCode::kRateLimited, "429", 7s})))
      .WillOnce(Return(PostReceipt{}));
  EXPECT_THAT(sync()->pushed, SizeIs(1));
  EXPECT_THAT(waits_, ElementsAre(7s));
}

TEST_F(SyncEngineTest, WaitThatIsEndedCancelsTheRound) {
  goes_on_ = false;
  EXPECT_CALL(partner_, get_favorites).WillOnce(Return(fail(ErrorCode::kTimeout, "slow")));
  EXPECT_EQ(sync().error().code, ErrorCode::kCancelled);
}

TEST_F(SyncEngineTest, RefusedTokenIsRenewedOnceAndTheStepRepeated) {
  MockTokenRefresher refresher;
  refresher_ = &refresher;
  local(add("a", "10:00:00"));
  partner_lists({});
  EXPECT_CALL(partner_, post_favorites(token_is("alice-token"), _))
      .WillOnce(Return(fail(ErrorCode::kUnauthorized, "401")));
  EXPECT_CALL(refresher, refresh(std::string_view("alice"), token_is("alice-token")))
      .WillOnce(Return(UserToken::make("fresh").value()));
  EXPECT_CALL(partner_, post_favorites(token_is("fresh"), _)).WillOnce(Return(PostReceipt{}));
  EXPECT_THAT(sync()->pushed, SizeIs(1));
}

TEST_F(SyncEngineTest, SecondRefusalOfATokenEndsTheRound) {
  MockTokenRefresher refresher;
  refresher_ = &refresher;
  EXPECT_CALL(refresher, refresh).WillOnce(Return(UserToken::make("fresh").value()));
  EXPECT_CALL(partner_, get_favorites)
      .Times(2)
      .WillRepeatedly(Return(fail(ErrorCode::kUnauthorized, "401")));
  EXPECT_EQ(sync().error().code, ErrorCode::kUnauthorized);
}

TEST_F(SyncEngineTest, OpenBreakerEndsARoundWithoutARequestAndAProbesGetCloses) {
  CircuitBreaker breaker(clock_, {.failures_to_open = 1});
  breaker.report(breaker.admit().value(), CircuitBreaker::Verdict::kTrouble);
  local(add("mine", "10:00:00"));
  auto with_breaker = engine();
  with_breaker.set_circuit_breaker(&breaker);
  EXPECT_EQ(with_breaker.sync(alice_).error().code, ErrorCode::kUnavailable);

  clock_.advance(std::chrono::seconds{30});
  auto state_at_post = CircuitBreaker::State::kOpen;
  EXPECT_CALL(partner_, get_favorites).WillOnce(Return(PartnerList{{}, {}, {}}));
  EXPECT_CALL(partner_, post_favorites).WillOnce([&](const auto&, auto) -> Result<PostReceipt> {
    state_at_post = breaker.state();
    return fail(ErrorCode::kForbidden, "no");
  });
  EXPECT_EQ(with_breaker.sync(alice_)->push_error->code, ErrorCode::kForbidden);
  EXPECT_EQ(state_at_post, CircuitBreaker::State::kClosed);
}

TEST_F(SyncEngineTest, ClosedGateEndsTheStepBeforeItsRequest) {
  auto gated = engine();
  gated.set_gate([]() -> Status { return fail(ErrorCode::kCancelled, "closed"); });
  EXPECT_EQ(gated.sync(alice_).error().code, ErrorCode::kCancelled);
}

TEST_F(SyncEngineTest, PartnerThatLooksReadOnlyStillGivesWhatItHas) {
  local(add("here", "10:00:00"));
  partner_lists({add("there", "10:00:00")});
  EXPECT_CALL(partner_, post_favorites).WillOnce(Return(fail(ErrorCode::kReadOnlyPartner, "405")));
  const auto report = sync().value();
  EXPECT_THAT(report.pulled, SizeIs(1));
  EXPECT_EQ(report.push_error->code, ErrorCode::kReadOnlyPartner);
  EXPECT_THAT(report.unsent, ElementsAre(add("here", "10:00:00")));
}

TEST_F(SyncEngineTest, ConflictIsReportedAndTheLocalItemStaysByDefault) {
  local(add("a", "10:00:00"));
  partner_lists({removal("a", "10:00:00")});
  const auto report = sync().value();
  ASSERT_THAT(report.conflicts, SizeIs(1));
  EXPECT_FALSE(report.conflicts[0].partner_won);
  EXPECT_EQ(record("a").favorite, add("a", "10:00:00"));
}

TEST_F(SyncEngineTest, FarFutureDateIsTakenWithAWarningOrKeptOutByABound) {
  const Favorite far{"a", Action::kAdd, Timestamp::from_unix(4070908800)};
  partner_lists({far});
  options_.max_future = 24h;
  EXPECT_THAT(sync()->quarantined, ElementsAre(far));
  EXPECT_FALSE(store_.find("alice", "a").value());
  options_.max_future.reset();
  EXPECT_THAT(sync()->warnings, ElementsAre(HasSubstr("lies in the future")));
  EXPECT_EQ(record("a").favorite, far);
}

TEST_F(SyncEngineTest, WhatTheReaderSkippedOrWarnedOfIsReported) {
  EXPECT_CALL(partner_, get_favorites)
      .WillOnce(Return(PartnerList{{add("a", "10:00:00"), add("a", "10:00:00")}, {"s"}, {"w"}}));
  const auto report = sync(true).value();
  EXPECT_THAT(report.skipped, ElementsAre("s"));
  EXPECT_THAT(report.warnings, ElementsAre("w", HasSubstr("more than once")));
  EXPECT_EQ(report.listed, 2u);
}

}  // namespace
}  // namespace favsync
