#include "sync_engine/circuit_breaker.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using State = CircuitBreaker::State;
using Verdict = CircuitBreaker::Verdict;
using Admission = CircuitBreaker::Admission;
using std::chrono::milliseconds;
using std::chrono::seconds;

class CircuitBreakerTest : public ::testing::Test {
 protected:
  void round(Verdict verdict, milliseconds asked = milliseconds{0}) {
    breaker_.report(breaker_.admit().value(), verdict, asked);
  }
  void fail_rounds(int count) {
    for (int i = 0; i < count; ++i) round(Verdict::kTrouble);
  }

  ManualClock clock_{at("10:00:00")};
  CircuitBreaker breaker_{clock_,
                          {.failures_to_open = 3,
                           .open_for = milliseconds{10'000},
                           .longest_open = milliseconds{30'000}}};
};

TEST_F(CircuitBreakerTest, OpensAfterThatManyFailedRoundsInARowAndNotBefore) {
  fail_rounds(2);
  round(Verdict::kHealthy);
  fail_rounds(2);
  EXPECT_EQ(breaker_.state(), State::kClosed);
  fail_rounds(1);
  EXPECT_EQ(breaker_.state(), State::kOpen);
  EXPECT_EQ(breaker_.counts().opened, 1u);
}

TEST_F(CircuitBreakerTest, OpenOneRefusesWithTheTimeThatIsLeft) {
  fail_rounds(3);
  clock_.advance(seconds{4});
  const auto refused = breaker_.admit();
  ASSERT_FALSE(refused);
  EXPECT_EQ(refused.error().code, ErrorCode::kUnavailable);
  EXPECT_EQ(refused.error().retry_after, milliseconds{6'000});
  EXPECT_THAT(refused.error().message, ::testing::HasSubstr("in 3 rounds one after another"));
  EXPECT_EQ(breaker_.counts().refused, 1u);
}

TEST_F(CircuitBreakerTest, HalfOpenLetsOneProbeThroughAndItsSuccessCloses) {
  fail_rounds(3);
  clock_.advance(seconds{10});
  EXPECT_EQ(breaker_.state(), State::kHalfOpen);
  const auto probe = breaker_.admit();
  EXPECT_EQ(probe.value(), Admission::kProbe);
  EXPECT_FALSE(breaker_.admit());
  breaker_.report(*probe, Verdict::kHealthy);
  EXPECT_EQ(breaker_.state(), State::kClosed);
  EXPECT_EQ(breaker_.admit().value(), Admission::kNormal);
}

TEST_F(CircuitBreakerTest, ProbeThatFailsOpensForTwiceAsLongUpToTheLongest) {
  fail_rounds(3);
  for (const int open_seconds : {10, 20, 30, 30}) {
    clock_.advance(seconds{open_seconds} - milliseconds{1});
    EXPECT_EQ(breaker_.state(), State::kOpen) << open_seconds;
    clock_.advance(milliseconds{1});
    EXPECT_EQ(breaker_.state(), State::kHalfOpen) << open_seconds;
    round(Verdict::kTrouble);
  }
  EXPECT_EQ(breaker_.counts().opened, 5u);
}

TEST_F(CircuitBreakerTest, SuccessfulProbeResetsTheTime) {
  fail_rounds(3);
  clock_.advance(seconds{10});
  round(Verdict::kTrouble);
  clock_.advance(seconds{20});
  round(Verdict::kHealthy);
  fail_rounds(3);
  clock_.advance(seconds{10});
  EXPECT_EQ(breaker_.state(), State::kHalfOpen);
}

TEST_F(CircuitBreakerTest, ProbeThatWasStoppedLeavesTheNextOneToTry) {
  fail_rounds(3);
  clock_.advance(seconds{10});
  round(Verdict::kUnknown);
  EXPECT_EQ(breaker_.admit().value(), Admission::kProbe);
}

TEST_F(CircuitBreakerTest, RoundsThatBeganBeforeItOpenedDoNotCloseIt) {
  const auto early = breaker_.admit().value();
  fail_rounds(3);
  breaker_.report(early, Verdict::kHealthy);
  EXPECT_EQ(breaker_.state(), State::kOpen);
}

TEST_F(CircuitBreakerTest, StaysOpenForAsLongAsThePartnerAskedUpToTheLongest) {
  fail_rounds(2);
  round(Verdict::kTrouble, milliseconds{25'000});
  clock_.advance(seconds{24});
  EXPECT_EQ(breaker_.state(), State::kOpen);
  clock_.advance(seconds{1});
  round(Verdict::kTrouble, milliseconds{86'400'000});
  clock_.advance(seconds{30});
  EXPECT_EQ(breaker_.state(), State::kHalfOpen);
}

TEST(CircuitBreakerVerdict, RefusedTokenIsNoTroubleOfThePartners) {
  for (const auto code : {ErrorCode::kUnauthorized, ErrorCode::kForbidden, ErrorCode::kRejected,
                          ErrorCode::kReadOnlyPartner}) {
    EXPECT_EQ(verdict_of(code), Verdict::kHealthy) << to_string(code);
  }
  for (const auto code : {ErrorCode::kConnection, ErrorCode::kTimeout, ErrorCode::kUnavailable,
                          ErrorCode::kRateLimited, ErrorCode::kTls, ErrorCode::kMalformedReply}) {
    EXPECT_EQ(verdict_of(code), Verdict::kTrouble) << to_string(code);
  }
  EXPECT_EQ(verdict_of(ErrorCode::kStorage), Verdict::kUnknown);
  EXPECT_EQ(verdict_of(ErrorCode::kCancelled), Verdict::kUnknown);
}

}  // namespace
}  // namespace favsync
