// Certifies the mock partner in this process: each check is a test of its own, and all of them read
// the same few certifications. The reference engine follows, against the mock over real HTTP.
#include <ostream>

#include <gmock/gmock.h>

#include "contract_tests/reports/reports.h"
#include "contract_tests/runner.h"
#include "mock_server/mock_server.h"
#include "mock_server/partner_api.h"
#include "sync_engine/http_partner_client.h"
#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sync_engine.h"

namespace favsync {
namespace contract {
namespace {

// The clean mock with every token that the suite asks for, certified once.
Report certify_mock(Profile profile, Depth depth) {
  MockServer::Options mock;
  mock.scenario = mock::default_scenario();
  mock.read_only = profile == Profile::kReadOnly;
  MockServer server(mock);
  server.user("alice").token("alice-second-token");
  server.user("alice").token("alice-expired-token", std::chrono::seconds(0));
  server.user("nobody").token("nobody-token");
  Options options;
  options.target = *Target::parse(server.url());
  options.token = *UserToken::make("alice-token");
  options.other_token = *UserToken::make("bob-token");
  options.same_user_token = *UserToken::make("alice-second-token");
  options.expired_token = *UserToken::make("alice-expired-token");
  options.empty_token = *UserToken::make("nobody-token");
  options.poison_item = "session_to_be_spoilt";
  options.depth = depth;
  options.restart = [&server] {
    server.api().restart();
    return 0;
  };
  return certify(options);
}

const Report& two_way() {
  static const Report kReport = certify_mock(Profile::kTwoWay, Depth::kStandard);
  return kReport;
}

const Report& read_only() {
  static const Report kReport = certify_mock(Profile::kReadOnly, Depth::kStandard);
  return kReport;
}

const CheckReport* find(const Report& report, const Check& check) {
  for (const auto& one : report.checks) {
    if (one.check == &check) return &one;
  }
  return nullptr;
}

// Passes on the clean mock, or is not for that profile or depth; nothing else will do.
void expect_pass(const Report& report, const Check& check) {
  const CheckReport* found = find(report, check);
  ASSERT_NE(found, nullptr) << "did not run";
  const bool read_only = report.profile == Profile::kReadOnly;
  const bool applies = check.applies != (read_only ? Applies::kTwoWay : Applies::kReadOnly) &&
                       check.depth <= report.depth;
  EXPECT_EQ(found->finding.status, applies ? CheckStatus::kPass : CheckStatus::kSkipped)
      << to_text(*found, {}) << "seed " << report.seed;
}

std::string test_name(const testing::TestParamInfo<const Check*>& check) {
  std::string name(check.param->id);
  for (char& c : name) {
    if (c == '.' || c == '-') c = '_';
  }
  return name;
}

std::vector<const Check*> whole_catalogue() {
  std::vector<const Check*> checks;
  for (const auto& check : all_checks()) checks.push_back(&check);
  return checks;
}

class TwoWayMock : public testing::TestWithParam<const Check*> {};
TEST_P(TwoWayMock, Passes) {
  expect_pass(two_way(), *GetParam());
}
INSTANTIATE_TEST_SUITE_P(Check, TwoWayMock, testing::ValuesIn(whole_catalogue()), test_name);

class ReadOnlyMock : public testing::TestWithParam<const Check*> {};
TEST_P(ReadOnlyMock, Passes) {
  expect_pass(read_only(), *GetParam());
}
INSTANTIATE_TEST_SUITE_P(Check, ReadOnlyMock, testing::ValuesIn(whole_catalogue()), test_name);

TEST(CleanMock, IsConformantBothWays) {
  for (const Report* report : {&two_way(), &read_only()}) {
    EXPECT_EQ(report->verdict(), Verdict::kConformant) << to_text(*report, {});
    EXPECT_FALSE(report->provisional());
    EXPECT_TRUE(report->profile_was_found);
    EXPECT_EQ(report->exit_status(true), 0);
  }
  EXPECT_EQ(two_way().profile, Profile::kTwoWay);
  EXPECT_EQ(read_only().profile, Profile::kReadOnly);
}

TEST(CleanMock, IsCertifiedWithFewRequests) {
  EXPECT_LE(two_way().requests, 250);
  EXPECT_LE(read_only().requests, 40);
  EXPECT_LE(certify_mock(Profile::kTwoWay, Depth::kQuick).requests, 60);
}

TEST(CleanMock, RequestsOfTheChecksAreThoseThatWereSent) {
  for (const Report* report : {&two_way(), &read_only()}) {
    int counted = 0;
    for (const auto& check : report->checks) counted += check.requests;
    EXPECT_LE(counted, report->requests);
    EXPECT_EQ(report->exchanges.size(), static_cast<std::size_t>(report->requests));
  }
}

TEST(CleanMock, ReportsOfItHoldNoToken) {
  for (const Report* report : {&two_way(), &read_only()}) {
    for (const std::string& text : {to_text(*report, {}), to_json(*report), to_junit(*report)}) {
      for (const char* token : {"alice-token", "bob-token", "alice-second-token",
                                "alice-expired-token", "nobody-token"}) {
        EXPECT_THAT(text, testing::Not(testing::HasSubstr(token)));
      }
    }
  }
}

TEST(CleanMock, IsLeftAsItWasFoundButForDates) {
  EXPECT_TRUE(two_way().restore.unfinished.empty());
  EXPECT_TRUE(read_only().restore.unfinished.empty());
  EXPECT_EQ(read_only().restore.put_back + read_only().restore.left_removed, 0);
}

}  // namespace
}  // namespace contract

namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

const Timestamp kNoon = parse_timestamp("2017-05-02T12:00:00Z").value().instant;

// A backend and the mock, between them HTTP.
class EngineAgainstMock : public testing::Test {
 protected:
  void start(bool partner_is_read_only = false) {
    MockServer::Options options;
    options.read_only = partner_is_read_only;
    server_ = std::make_unique<MockServer>(options);
    server_->user("alice").token("alice-token");
    server_->user("bob").token("bob-token");
    HttpPartnerOptions http;
    http.base_url = server_->url();
    client_ = HttpPartnerClient::make(http).value();
  }
  SyncReport sync(FavoriteStore& store, const std::string& user = "alice") {
    auto report = SyncEngine::two_way(*client_, store, clock_)
                      .sync({user, UserToken::make(user + "-token").value()});
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : SyncReport{};
  }
  SyncReport sync_read_only(FavoriteStore& store) {
    auto report = SyncEngine::read_only(*client_, store, clock_)
                      .sync({"alice", UserToken::make("alice-token").value()});
    EXPECT_TRUE(report) << report.error().message;
    return report ? *report : SyncReport{};
  }
  void edit(FavoriteStore& store, const char* item, Action action, Timestamp at) {
    ASSERT_TRUE(store.offer("alice", {item, action, at}));
  }
  MockUser alice() { return server_->user("alice"); }
  std::size_t posts() { return server_->journal().find({.method = "POST"}).size(); }

  // What the store holds, without what only a sync needs to know.
  static std::vector<Favorite> held(FavoriteStore& store, const char* user = "alice") {
    std::vector<Favorite> favorites;
    const auto records = store.load(user);
    for (const auto& record : records.value()) favorites.push_back(record.favorite);
    return favorites;
  }

  ManualClock clock_{kNoon.plus(1h)};
  std::unique_ptr<MockServer> server_;
  std::unique_ptr<HttpPartnerClient> client_;
  InMemoryFavoriteStore store_;
};

TEST_F(EngineAgainstMock, PullsWhatIsNewerThereRemovalsIncluded) {
  start();
  edit(store_, "a", Action::kAdd, kNoon);
  alice().deletes("a", kNoon.plus(1ms)).adds("b", kNoon);
  const SyncReport report = sync(store_);
  EXPECT_THAT(report.pulled, SizeIs(2));
  EXPECT_THAT(held(store_), ElementsAre(Favorite{"a", Action::kDelete, kNoon.plus(1ms)},
                                        Favorite{"b", Action::kAdd, kNoon}));
  EXPECT_EQ(posts(), 0u);
}

TEST_F(EngineAgainstMock, SendsWhatIsNewerHereOrUnknownThereAndNothingElse) {
  start();
  alice().adds("older", kNoon).adds("same", kNoon).adds("newer", kNoon.plus(1ms));
  edit(store_, "older", Action::kDelete, kNoon.plus(1ms));
  edit(store_, "same", Action::kAdd, kNoon);
  edit(store_, "newer", Action::kDelete, kNoon);
  edit(store_, "unknown", Action::kAdd, kNoon);
  const SyncReport report = sync(store_);
  EXPECT_THAT(report.pushed,
              testing::UnorderedElementsAre(Favorite{"older", Action::kDelete, kNoon.plus(1ms)},
                                            Favorite{"unknown", Action::kAdd, kNoon}));
  EXPECT_EQ(posts(), 1u);
}

TEST_F(EngineAgainstMock, AfterARoundBothHoldTheSameAndAnotherSendsNothing) {
  start();
  alice().adds("there", kNoon).deletes("gone", kNoon);
  edit(store_, "here", Action::kAdd, kNoon);
  edit(store_, "gone", Action::kAdd, kNoon.plus(-1ms));
  sync(store_);
  EXPECT_THAT(alice().favorites(), testing::UnorderedElementsAreArray(held(store_)));
  const SyncReport again = sync(store_);
  EXPECT_THAT(again.pulled, IsEmpty());
  EXPECT_THAT(again.pushed, IsEmpty());
  EXPECT_EQ(posts(), 1u);
}

TEST_F(EngineAgainstMock, AbsenceIsNoRemoval) {
  start();
  edit(store_, "here", Action::kAdd, kNoon);
  const SyncReport report = sync_read_only(store_);
  EXPECT_THAT(report.pulled, IsEmpty());
  EXPECT_THAT(held(store_), ElementsAre(Favorite{"here", Action::kAdd, kNoon}));
}

TEST_F(EngineAgainstMock, TieIsKeptHereAndReported) {
  start();
  alice().deletes("a", kNoon);
  edit(store_, "a", Action::kAdd, kNoon);
  const SyncReport report = sync(store_);
  ASSERT_THAT(report.conflicts, SizeIs(1));
  EXPECT_EQ(report.conflicts[0].item, "a");
  EXPECT_THAT(held(store_), ElementsAre(Favorite{"a", Action::kAdd, kNoon}));
  EXPECT_EQ(posts(), 0u);
}

TEST_F(EngineAgainstMock, WhatOneBackendDidIsSeenByTheOther) {
  start();
  InMemoryFavoriteStore second;
  edit(store_, "a", Action::kAdd, kNoon);
  sync(store_);
  sync(second);
  edit(second, "a", Action::kDelete, kNoon.plus(1s));
  sync(second);
  sync(store_);
  EXPECT_THAT(held(store_), ElementsAre(Favorite{"a", Action::kDelete, kNoon.plus(1s)}));
  EXPECT_EQ(held(store_), held(second));
}

TEST_F(EngineAgainstMock, UsersStayApart) {
  start();
  edit(store_, "a", Action::kAdd, kNoon);
  sync(store_, "alice");
  sync(store_, "bob");
  EXPECT_THAT(held(store_, "bob"), IsEmpty());
  EXPECT_THAT(server_->user("bob").favorites(), IsEmpty());
}

TEST_F(EngineAgainstMock, ReadOnlyModeMergesAndNeverPosts) {
  start();
  alice().deletes("newer", kNoon.plus(1ms)).adds("unknown", kNoon);
  edit(store_, "newer", Action::kAdd, kNoon);
  edit(store_, "here", Action::kAdd, kNoon);
  const SyncReport report = sync_read_only(store_);
  EXPECT_THAT(report.pulled, SizeIs(2));
  EXPECT_THAT(report.pushed, IsEmpty());
  EXPECT_THAT(report.unsent, ElementsAre(Favorite{"here", Action::kAdd, kNoon}));
  sync_read_only(store_);
  EXPECT_EQ(posts(), 0u);
  EXPECT_EQ(server_->journal().counts().evicted, 0u);
  EXPECT_EQ(server_->journal().find({.method = "GET"}).size(), 2u);
}

TEST_F(EngineAgainstMock, ReadOnlyPartnerThatIsPostedToLosesNothing) {
  start(true);
  alice().adds("there", kNoon);
  edit(store_, "here", Action::kAdd, kNoon);
  const SyncReport report = sync(store_);
  EXPECT_THAT(report.pulled, SizeIs(1));
  EXPECT_THAT(report.pushed, IsEmpty());
  EXPECT_THAT(held(store_), SizeIs(2));
  EXPECT_THAT(alice().favorites(), SizeIs(1));
}

}  // namespace
}  // namespace favsync
