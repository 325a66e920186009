#include "mock_server/journal.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <thread>

namespace favsync::mock {
namespace {

Exchange request(std::string method, std::string path = "/x") {
  Exchange exchange;
  exchange.method = std::move(method);
  exchange.path = std::move(path);
  return exchange;
}

Exchange answered(int status, std::string user) {
  Exchange exchange;
  exchange.status = status;
  exchange.user = std::move(user);
  exchange.phase = Phase::kCommitted;
  return exchange;
}

TEST(Journal, AnArrivalStandsThereBeforeItIsAnswered) {
  Journal journal;
  const std::uint64_t number = journal.open(request("GET"));
  ASSERT_TRUE(journal.at(number));
  EXPECT_EQ(journal.at(number)->phase, Phase::kReceived);
  EXPECT_EQ(journal.at(number)->status, 0);
  journal.settle(number, answered(200, "alice"));
  EXPECT_EQ(journal.at(number)->phase, Phase::kCommitted);
  EXPECT_EQ(journal.at(number)->user, "alice");
  EXPECT_EQ(journal.at(number)->method, "GET");
}

TEST(Journal, APhaseNeverGoesBack) {
  Journal journal;
  const std::uint64_t number = journal.open(request("GET"));
  journal.mark(number, Phase::kSent);
  journal.mark(number, Phase::kAborted);
  journal.settle(number, answered(200, "alice"));
  EXPECT_EQ(journal.at(number)->phase, Phase::kSent);
}

TEST(Journal, TheOldestGoFirstAndAreCounted) {
  Journal journal({.max_exchanges = 3, .max_bytes = 1u << 20});
  for (int i = 0; i < 5; ++i) journal.open(request("GET"));
  EXPECT_EQ(journal.counts().received, 5u);
  EXPECT_EQ(journal.counts().evicted, 2u);
  EXPECT_EQ(journal.counts().held, 3u);
  EXPECT_EQ(journal.find().front().number, 3u);
  EXPECT_FALSE(journal.at(2));
  journal.settle(2, answered(200, "late"));
  journal.mark(2, Phase::kSent);
  EXPECT_EQ(journal.find().size(), 3u);
}

TEST(Journal, BytesAreBoundedAndTheNewestStays) {
  Journal journal({.max_exchanges = 100, .max_bytes = 4096});
  for (int i = 0; i < 20; ++i) journal.open(request("GET", std::string(100, 'p')));
  EXPECT_LE(journal.counts().bytes, 4096u);
  EXPECT_GT(journal.counts().evicted, 0u);
  const std::uint64_t huge = journal.open(request("GET", std::string(10'000, 'p')));
  EXPECT_EQ(journal.counts().held, 1u);
  EXPECT_TRUE(journal.at(huge));
}

TEST(Journal, SettlingCountsItsBytesToo) {
  Journal journal({.max_exchanges = 100, .max_bytes = 4096});
  const std::uint64_t first = journal.open(request("GET"));
  const std::uint64_t second = journal.open(request("POST"));
  Exchange large = answered(400, "alice");
  large.refused_body = std::string(5000, 'b');
  journal.settle(second, large);
  EXPECT_FALSE(journal.at(first));
  EXPECT_TRUE(journal.at(second));
}

TEST(Journal, ClearingKeepsTheNumbersRunning) {
  Journal journal;
  const std::uint64_t before = journal.open(request("GET"));
  journal.clear();
  EXPECT_EQ(journal.counts().received, 0u);
  EXPECT_EQ(journal.counts().bytes, 0u);
  EXPECT_GT(journal.open(request("GET")), before);
  EXPECT_FALSE(journal.at(before));
}

TEST(Journal, QueriesNarrowByEveryField) {
  Journal journal;
  const std::uint64_t get = journal.open(request("GET", "/a"));
  journal.settle(get, answered(200, "alice"));
  const std::uint64_t post = journal.open(request("POST", "/b"));
  Exchange outcome = answered(401, "bob");
  outcome.decisions.push_back(
      {{"session_1", Action::kAdd, Timestamp()}, Verdict::kApplied, {}, ""});
  journal.settle(post, outcome);

  EXPECT_EQ(journal.find({.user = "alice"}).size(), 1u);
  EXPECT_EQ(journal.find({.method = "POST", .path = "/b"}).front().number, post);
  EXPECT_EQ(journal.find({.item = "session_1"}).size(), 1u);
  EXPECT_TRUE(journal.find({.item = "session"}).empty());
  EXPECT_EQ(journal.find({.status = 401}).size(), 1u);
  EXPECT_EQ(journal.find({.after = get}).size(), 1u);
  EXPECT_EQ(journal.find({.limit = 1}).front().number, post);
}

TEST(Journal, WaitingEndsWhenEnoughCame) {
  Journal journal;
  std::thread client([&journal] {
    for (int i = 0; i < 2; ++i)
      journal.settle(journal.open(request("GET")), answered(200, "alice"));
  });
  EXPECT_TRUE(journal.wait_for({.user = "alice"}, 2, std::chrono::seconds(20)));
  client.join();
  EXPECT_FALSE(journal.wait_for({.user = "bob"}, 1, std::chrono::milliseconds(1)));
}

}  // namespace
}  // namespace favsync::mock
