#include "sync_engine/fleet.h"

#include <atomic>
#include <future>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;
using ::testing::SizeIs;

// Counts what it is asked.
class CountingPartner {
 public:
  explicit CountingPartner(HttpServer::Handler handler = [](const auto&, auto&) {})
      : handler_(std::move(handler)) {}
  std::string url() const { return server_.url(); }

  std::atomic<int> gets = 0, posts = 0, under_way = 0, most_under_way = 0;

 private:
  void answer(const TestRequest& request, TestReply& reply) {
    ++(request.method == "GET" ? gets : posts);
    const int now = ++under_way;
    for (int most = most_under_way; now > most && !most_under_way.compare_exchange_weak(most, now);)
      ;
    handler_(request, reply);
    --under_way;
  }
  HttpServer::Handler handler_;
  HttpServer server_{[this](const auto& request, auto& reply) { answer(request, reply); }};
};

std::vector<FleetUser> users_of(const CountingPartner& partner, int count,
                                const std::string& prefix = "user") {
  std::vector<FleetUser> users;
  for (int i = 0; i < count; ++i) {
    const auto name = prefix + std::to_string(i);
    users.push_back({name, partner.url(), UserToken::make(name + "-token").value()});
  }
  return users;
}

class FleetTest : public ::testing::Test {
 protected:
  FleetTest() {
    options_.round.seed = 1;
    options_.round.retry.max_attempts = 1;
    options_.jobs = 4;
  }
  InMemoryFavoriteStore store_;
  ManualClock clock_{at("10:46:00")};
  FleetOptions options_;
};

TEST_F(FleetTest, EveryUserIsSyncedOnceWithItsOwnTokenAndNoMoreThanJobsAtOnce) {
  std::mutex mutex;
  std::multiset<std::string> tokens;
  CountingPartner partner([&](const auto& request, auto& reply) {
    const std::lock_guard lock(mutex);
    tokens.insert(request.header("Authorization"));
    const auto user = request.header("Authorization").substr(7);
    reply.body =
        R"([{"item":")" + user + R"(","action":"ADD","actionDate":"2017-05-02T10:00:00.000Z"}])";
  });
  Fleet fleet(options_, store_, clock_);
  const auto users = users_of(partner, 30);
  const auto cycle = fleet.run(users);
  EXPECT_EQ(cycle.synced, 30u);
  EXPECT_EQ(cycle.pulled, 30u);
  EXPECT_EQ(cycle.requests, 30u);
  EXPECT_LE(partner.most_under_way, 4);
  for (const auto& user : users) {
    EXPECT_EQ(tokens.count("Bearer " + user.token.reveal()), 1u);
    const auto records = store_.load(user.name).value();
    ASSERT_THAT(records, SizeIs(1));
    EXPECT_EQ(records[0].favorite.item, user.token.reveal());
  }
}

TEST_F(FleetTest, PartnerInTroubleDoesNotStopOthersAndItsBreakerSparesIt) {
  CountingPartner bad([](const auto&, auto&reply) { reply.status = 503; }), good;
  auto users = users_of(bad, 40, "bad");
  const auto others = users_of(good, 40, "good");
  users.insert(users.end(), others.begin(), others.end());
  Fleet fleet(options_, store_, clock_);
  const auto cycle = fleet.run(users);
  EXPECT_EQ(cycle.synced, 40u);
  EXPECT_THAT(cycle.errors, ElementsAre(Pair(ErrorCode::kUnavailable, 40u)));
  EXPECT_EQ(good.gets, 40);
  // Five rounds in a row open it; those that were under way then may still have asked.
  EXPECT_LE(bad.gets, 5 + options_.jobs);
  ASSERT_THAT(cycle.partners, SizeIs(2));
  for (const auto& partner : cycle.partners) {
    EXPECT_EQ(partner.breaker, partner.url == bad.url() ? CircuitBreaker::State::kOpen
                                                        : CircuitBreaker::State::kClosed);
  }
}

TEST_F(FleetTest, PartnerThatHangsHoldsItsShareOfTheJobsAndNoMore) {
  std::promise<void> all_others_done;
  auto released = all_others_done.get_future().share();
  CountingPartner hanging([&](const auto&, auto&) { released.wait(); }), good;
  auto users = users_of(hanging, 20, "hanging");
  const auto others = users_of(good, 20, "good");
  users.insert(users.end(), others.begin(), others.end());
  Fleet fleet(options_, store_, clock_);
  int done = 0;
  const auto cycle = fleet.run(users, [&](const FleetOutcome& outcome) {
    if (outcome.user.url == good.url() && ++done == 20) all_others_done.set_value();
  });
  EXPECT_EQ(cycle.synced, 40u);
}

TEST_F(FleetTest, BreakerStaysOpenInTheNextCycleAndClosesAfterASuccessfulProbe) {
  std::atomic<bool> is_well = false;
  CountingPartner partner([&](const auto&, auto& reply) { reply.status = is_well ? 200 : 503; });
  options_.jobs = 1;
  Fleet fleet(options_, store_, clock_);
  const auto users = users_of(partner, 10);
  fleet.run(users);
  EXPECT_EQ(partner.gets, 5);
  is_well = true;
  EXPECT_EQ(fleet.run(users).synced, 0u);
  EXPECT_EQ(partner.gets, 5);
  clock_.advance(std::chrono::seconds{30});
  EXPECT_EQ(fleet.run(users).synced, 10u);
}

TEST_F(FleetTest, UserWhoseTokenIsRefusedIsLeftAloneForLongerAndLonger) {
  CountingPartner partner([](const auto&, auto& reply) { reply.status = 401; });
  Fleet fleet(options_, store_, clock_);
  const auto users = users_of(partner, 1);
  std::vector<std::size_t> parked;
  for (int i = 0; i < 6; ++i) parked.push_back(fleet.run(users).parked);
  EXPECT_THAT(parked, ElementsAre(0, 1, 0, 1, 1, 0));
  EXPECT_EQ(partner.gets, 3);
}

TEST_F(FleetTest, NewTokenIsTriedAtOnce) {
  CountingPartner partner([](const auto& request, auto& reply) {
    if (request.header("Authorization") != "Bearer fresh") reply.status = 401;
  });
  Fleet fleet(options_, store_, clock_);
  auto users = users_of(partner, 1);
  EXPECT_EQ(fleet.run(users).failed, 1u);
  users[0].token = UserToken::make("fresh").value();
  EXPECT_EQ(fleet.run(users).synced, 1u);
}

TEST_F(FleetTest, StopLetsRoundsUnderWayEndAndBeginsNoMore) {
  CountingPartner partner;
  options_.jobs = 1;
  Fleet fleet(options_, store_, clock_);
  const auto users = users_of(partner, 10);
  const auto cycle = fleet.run(users, [&](const auto&) { fleet.stop(); });
  EXPECT_EQ(cycle.synced, 1u);
  EXPECT_EQ(cycle.stopped, 9u);
  EXPECT_EQ(fleet.run(users).stopped, 10u);
  EXPECT_EQ(partner.gets, 1);
}

TEST_F(FleetTest, StopEndsTheWaitOfARoundThatWouldTryAgain) {
  CountingPartner partner([](const auto&, auto& reply) {
    reply.status = 503;
    reply.headers.emplace_back("Retry-After", "50");
  });
  options_.round.retry.max_attempts = 4;
  Fleet fleet(options_, store_, clock_);
  const auto users = users_of(partner, 1);
  auto running = std::async(std::launch::async, [&] { return fleet.run(users); });
  while (partner.gets == 0) std::this_thread::yield();
  fleet.stop();
  EXPECT_EQ(running.get().stopped, 1u);
  EXPECT_EQ(partner.gets, 1);
}

TEST_F(FleetTest, RateSpreadsTheRequestsToOnePartner) {
  CountingPartner partner;
  options_.rate = 100;
  Fleet fleet(options_, store_, clock_);
  EXPECT_GE(fleet.run(users_of(partner, 6)).duration, std::chrono::milliseconds{49});
  EXPECT_EQ(partner.gets, 6);
}

TEST_F(FleetTest, ReadOnlyFleetNeverPosts) {
  CountingPartner partner;
  for (int i = 0; i < 5; ++i) {
    store_.edit("user" + std::to_string(i), "mine", Action::kAdd, at("10:00:00")).value();
  }
  options_.read_only = true;
  Fleet fleet(options_, store_, clock_);
  const auto cycle = fleet.run(users_of(partner, 5));
  EXPECT_EQ(cycle.unsent, 5u);
  EXPECT_EQ(partner.posts, 0);
}

TEST_F(FleetTest, UrlThatCannotBeUsedFailsItsUserAlone) {
  CountingPartner partner;
  auto users = users_of(partner, 2);
  users[0].url = "ftp://a.example";
  Fleet fleet(options_, store_, clock_);
  const auto cycle = fleet.run(users);
  EXPECT_EQ(cycle.synced, 1u);
  EXPECT_THAT(cycle.errors, ElementsAre(Pair(ErrorCode::kInvalidArgument, 1u)));
}

}  // namespace
}  // namespace favsync
