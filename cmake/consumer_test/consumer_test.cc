// A test as a project that uses favsync would write it: a partner in the test's own process, and
// the code under test beside it. Here the reference engine stands for that code.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "contract_tests/finding.h"
#include "mock_server/mock_server.h"
#include "sync_engine/http_partner_client.h"
#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sync_engine.h"
#include "wire/timestamp.h"

namespace {

using favsync::Action;
using favsync::Favorite;
using testing::ElementsAre;

const favsync::Timestamp kMorning = favsync::parse_timestamp("2017-05-02T10:45:12.798Z")->instant;
const favsync::Timestamp kNoon = favsync::parse_timestamp("2017-05-02T12:00:00.000Z")->instant;

// Syncs a device that holds session_2, added at noon, with alice's account at the partner.
void sync_alice(const favsync::MockServer& server) {
  favsync::InMemoryFavoriteStore store;
  ASSERT_TRUE(store.offer("alice", Favorite{"session_2", Action::kAdd, kNoon}));
  favsync::HttpPartnerOptions partner;
  partner.base_url = server.url();
  const auto client = favsync::HttpPartnerClient::make(partner);
  ASSERT_TRUE(client) << client.error().message;
  const favsync::SystemClock clock;
  const auto report = favsync::SyncEngine::two_way(**client, store, clock)
                          .sync({"alice", *favsync::UserToken::make("alice-token")});
  ASSERT_TRUE(report) << report.error().message;
}

TEST(Consumer, SyncsWithTheEmbeddedPartner) {
  favsync::MockServer server;
  const favsync::MockUser alice =
      server.user("alice").token("alice-token").adds("session_1", kMorning);
  sync_alice(server);
  EXPECT_THAT(alice.favorites(), ElementsAre(Favorite{"session_1", Action::kAdd, kMorning},
                                             Favorite{"session_2", Action::kAdd, kNoon}));
  favsync::mock::JournalQuery posts;
  posts.method = "POST";
  EXPECT_EQ(server.journal().find(posts).size(), 1u);
}

TEST(Consumer, EmbedsAPartnerWithADefect) {
  favsync::MockServer::Options options;
  options.defects = {"restamps-on-post"};
  favsync::MockServer server(options);
  server.user("alice").token("alice-token");
  sync_alice(server);
  EXPECT_EQ(server.fired("restamps-on-post"), 1u);
}

TEST(Consumer, LinksTheSuite) {
  EXPECT_EQ(favsync::contract::to_string(favsync::contract::Level::kMust), "must");
}

}  // namespace
