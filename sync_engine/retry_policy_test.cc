#include "sync_engine/retry_policy.h"

#include <gtest/gtest.h>

#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using namespace std::chrono_literals;

Error error_of(ErrorCode code, std::optional<std::chrono::milliseconds> wait = std::nullopt) {
  return {code, "x", wait};
}

TEST(Backoff, WaitsAreDrawnBelowABoundThatDoublesUpToTheLongest) {
  RetryPolicy policy;
  policy.max_attempts = 12;
  policy.max_delay = 10s;
  for (std::uint64_t seed = 1; seed <= 200; ++seed) {
    Backoff backoff(policy, seed);
    std::chrono::milliseconds bound = 1s;
    for (int attempt = 1; attempt < 12; ++attempt) {
      const auto wait = backoff.next(error_of(ErrorCode::kUnavailable));
      ASSERT_TRUE(wait) << "seed " << seed;
      EXPECT_GE(*wait, 0ms);
      EXPECT_LE(*wait, std::min<std::chrono::milliseconds>(bound, 10s)) << "seed " << seed;
      bound *= 2;
    }
    EXPECT_FALSE(backoff.next(error_of(ErrorCode::kUnavailable)));
  }
}

TEST(Backoff, SameSeedDrawsTheSameWaits) {
  Backoff one({}, 7), two({}, 7), other({}, 8);
  const auto error = error_of(ErrorCode::kTimeout);
  const auto first = one.next(error);
  EXPECT_EQ(first, two.next(error));
  EXPECT_NE(first, other.next(error));
}

TEST(Backoff, WhatRepeatingCannotMendIsNotRepeated) {
  for (const auto code : {ErrorCode::kUnauthorized, ErrorCode::kForbidden, ErrorCode::kRejected,
                          ErrorCode::kTls, ErrorCode::kMalformedReply, ErrorCode::kRedirected,
                          ErrorCode::kReadOnlyPartner, ErrorCode::kLimitExceeded}) {
    EXPECT_FALSE(Backoff({}, 1).next(error_of(code))) << to_string(code);
  }
}

TEST(Backoff, PartnersWaitIsKeptToUpToTheCap) {
  EXPECT_EQ(Backoff({}, 1).next(error_of(ErrorCode::kRateLimited, 60s)), 60s);
  EXPECT_EQ(Backoff({}, 1).next(error_of(ErrorCode::kUnavailable, 0s)), 0s);
  EXPECT_FALSE(Backoff({}, 1).next(error_of(ErrorCode::kRateLimited, 61s)));
}

TEST(Backoff, NoTryBeginsAfterTheTimeOfTheWholeStepIsUp) {
  RetryPolicy policy;
  policy.max_total = std::chrono::milliseconds{10'000};
  const Error asks_for_four_seconds{ErrorCode::kUnavailable, "", std::chrono::milliseconds{4'000}};
  Backoff backoff(policy, 1);
  EXPECT_TRUE(backoff.next(asks_for_four_seconds, std::chrono::milliseconds{6'000}));
  EXPECT_FALSE(backoff.next(asks_for_four_seconds, std::chrono::milliseconds{6'001}));
}

TEST(RetryAfter, SecondsAreReadAndCapped) {
  const auto now = at("10:45:12");
  EXPECT_EQ(parse_retry_after("0", now), 0s);
  EXPECT_EQ(parse_retry_after(" 120 ", now), 120s);
  EXPECT_EQ(parse_retry_after("9999999999", now), 24h);
  EXPECT_EQ(parse_retry_after("99999999999999999999999999", now), 24h);
}

TEST(RetryAfter, DateCountsFromNowAndAPastOneIsZero) {
  const auto now = at("10:45:12");
  EXPECT_EQ(parse_retry_after("Tue, 02 May 2017 10:46:12 GMT", now), 60s);
  EXPECT_EQ(parse_retry_after("Tue, 02 May 2017 10:44:12 GMT", now), 0s);
  EXPECT_EQ(parse_retry_after("Fri, 31 Dec 9999 23:59:59 GMT", now), 24h);
}

TEST(RetryAfter, AnythingElseIsNothing) {
  for (const char* text :
       {"", "0.493", "-1", "+5", "5s", "1e3", "soon", "Tue, 32 May 2017 10:46:12 GMT",
        "Tue, 02 Mai 2017 10:46:12 GMT", "Tue, 02 May 2017 10:46:12 UTC", "2017-05-02T10:46:12Z"}) {
    EXPECT_FALSE(parse_retry_after(text, at("10:45:12"))) << text;
  }
}

}  // namespace
}  // namespace favsync
