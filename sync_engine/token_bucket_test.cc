#include "sync_engine/token_bucket.h"

#include <gtest/gtest.h>

namespace favsync {
namespace {

using std::chrono::milliseconds;

milliseconds rounded(std::chrono::nanoseconds time) {
  return std::chrono::round<milliseconds>(time);
}

TEST(TokenBucket, RequestsAreSpreadEvenlyWhereAllAskAtOnce) {
  TokenBucket bucket(10);
  const TokenBucket::Clock::time_point start{};
  for (int i = 0; i < 20; ++i) {
    EXPECT_EQ(rounded(bucket.take(start)), milliseconds{100 * i});
  }
}

TEST(TokenBucket, WaitIsShorterByTheTimeThatPassed) {
  TokenBucket bucket(10);
  const TokenBucket::Clock::time_point start{};
  EXPECT_EQ(rounded(bucket.take(start)), milliseconds{0});
  EXPECT_EQ(rounded(bucket.take(start + milliseconds{40})), milliseconds{60});
  EXPECT_EQ(rounded(bucket.take(start + milliseconds{200})), milliseconds{0});
}

TEST(TokenBucket, PauseSavesUpNoMoreThanTheBurst) {
  TokenBucket bucket(10, 3);
  const TokenBucket::Clock::time_point later{std::chrono::hours{1}};
  bucket.take({});
  for (int i = 0; i < 3; ++i) EXPECT_EQ(rounded(bucket.take(later)), milliseconds{0});
  EXPECT_EQ(rounded(bucket.take(later)), milliseconds{100});
}

TEST(TokenBucket, RateOfZeroIsNoLimit) {
  TokenBucket bucket(0);
  for (int i = 0; i < 100; ++i) EXPECT_EQ(bucket.take({}).count(), 0);
}

}  // namespace
}  // namespace favsync
