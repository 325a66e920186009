#include "mock_server/partner_state.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace favsync::mock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

class PartnerStateTest : public ::testing::Test {
 protected:
  static UserToken token(std::string text) { return UserToken::make(std::move(text)).value(); }

  ManualClock clock_{Timestamp::from_unix(1'000'000)};
  PartnerState state_{clock_};
};

TEST_F(PartnerStateTest, AUserIsMadeOnce) {
  EXPECT_EQ(state_.find_user("alice"), nullptr);
  const UserPtr alice = state_.user("alice");
  EXPECT_EQ(state_.user("alice"), alice);
  EXPECT_EQ(state_.find_user("alice"), alice);
  EXPECT_THAT(state_.users(), ElementsAre(alice));
}

TEST_F(PartnerStateTest, TokensCompareExactly) {
  ASSERT_TRUE(state_.issue_token("alice", token("Abc")));
  EXPECT_EQ(state_.find_token("Abc").standing, Standing::kGood);
  EXPECT_EQ(state_.find_token("Abc").issued->user->name(), "alice");
  for (const char* other : {"abc", "Ab", "Abcd", "", " Abc"}) {
    EXPECT_EQ(state_.find_token(other).standing, Standing::kUnknown) << other;
  }
}

TEST_F(PartnerStateTest, ATokenOfAnotherUserIsNotIssuedAgain) {
  ASSERT_TRUE(state_.issue_token("alice", token("secret-1")));
  const Status refused = state_.issue_token("bob", token("secret-1"));
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(refused.error().message, HasSubstr("already names user \"alice\""));
  EXPECT_THAT(refused.error().message, Not(HasSubstr("secret-1")));
}

TEST_F(PartnerStateTest, ALifetimeEndsByTheClockAndIsRenewedByIssuingAgain) {
  ASSERT_TRUE(state_.issue_token("alice", token("t"), std::chrono::seconds(10)));
  clock_.advance(std::chrono::milliseconds(9'999));
  EXPECT_EQ(state_.find_token("t").standing, Standing::kGood);
  clock_.advance(std::chrono::milliseconds(1));
  EXPECT_EQ(state_.find_token("t").standing, Standing::kExpired);
  ASSERT_TRUE(state_.issue_token("alice", token("t")));
  EXPECT_EQ(state_.find_token("t").standing, Standing::kGood);
}

TEST_F(PartnerStateTest, ARevokedTokenStaysKnown) {
  ASSERT_TRUE(state_.issue_token("alice", token("t")));
  EXPECT_TRUE(state_.revoke_token("t"));
  EXPECT_FALSE(state_.revoke_token("u"));
  EXPECT_EQ(state_.find_token("t").standing, Standing::kRevoked);
  EXPECT_EQ(state_.find_token("t").issued->user->name(), "alice");
}

TEST_F(PartnerStateTest, SummariesNameTokensAndCountFavorites) {
  state_.load(default_scenario());
  const std::vector<UserSummary> summaries = state_.summaries();
  ASSERT_EQ(summaries.size(), 2u);
  EXPECT_EQ(summaries[0].name, "alice");
  EXPECT_THAT(summaries[0].tokens, ElementsAre("alice-token"));
  EXPECT_EQ(summaries[0].adds, 1u);
  EXPECT_EQ(summaries[0].deletes, 1u);
  EXPECT_EQ(summaries[1].adds + summaries[1].deletes, 0u);
}

TEST_F(PartnerStateTest, ResetOfAUserGoesBackToTheScenarioAndLeavesTheOthers) {
  const Scenario scenario = default_scenario();
  state_.load(scenario);
  const UserPtr bob = state_.find_user("bob");
  ASSERT_TRUE(state_.issue_token("alice", token("second")));
  state_.find_user("alice")->favorites().assign({});
  bob->favorites().assign({{"x", Action::kAdd, Timestamp()}});

  EXPECT_TRUE(state_.reset_user(scenario, "alice"));
  EXPECT_EQ(state_.find_token("second").standing, Standing::kUnknown);
  EXPECT_EQ(state_.find_token("alice-token").standing, Standing::kGood);
  EXPECT_EQ(state_.find_user("alice")->favorites().rows().size(), 2u);
  EXPECT_EQ(state_.find_user("bob"), bob);
  EXPECT_EQ(bob->favorites().rows().size(), 1u);
}

TEST_F(PartnerStateTest, ResetRemovesAUserThatTheScenarioDoesNotHave) {
  const Scenario scenario = default_scenario();
  state_.load(scenario);
  ASSERT_TRUE(state_.issue_token("eve", token("eve-token")));
  EXPECT_TRUE(state_.reset_user(scenario, "eve"));
  EXPECT_EQ(state_.find_user("eve"), nullptr);
  EXPECT_EQ(state_.find_token("eve-token").standing, Standing::kUnknown);
  EXPECT_FALSE(state_.reset_user(scenario, "eve"));
}

}  // namespace
}  // namespace favsync::mock
