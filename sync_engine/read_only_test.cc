// Read-only synchronisation cannot post: by its type, and as seen on the wire. Source: §6.2.
#include <type_traits>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/http_partner_client.h"
#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sync_engine.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

template <typename Partner>
concept CanPost = requires(Partner& partner, const UserToken& token,
                           std::span<const Favorite> favorites) {
  partner.post_favorites(token, favorites);
};

static_assert(CanPost<PartnerClient> && CanPost<HttpPartnerClient>);
static_assert(!CanPost<PartnerReader> && !CanPost<HttpPartnerReader>);
// Not even by a cast: the object that a read-only engine holds is no PartnerClient.
static_assert(!std::is_base_of_v<PartnerClient, HttpPartnerReader>);
// And none is made from a mere reader by mistake.
static_assert(!std::is_invocable_v<decltype(&SyncEngine::two_way), PartnerReader&, FavoriteStore&,
                                   const Clock&, SyncOptions>);

TEST(ReadOnlyOnTheWire, EveryRequestIsAGetWithoutABodyWhateverIsNewerHere) {
  std::vector<std::string> seen;
  const HttpServer server([&](const TestRequest& request, TestReply& reply) {
    seen.push_back(request.method + " " + request.path + request.body);
    reply.body = R"([{"item":"theirs","action":"ADD","actionDate":"2017-05-02T10:00:00.000Z"}])";
  });
  HttpPartnerOptions options;
  options.base_url = server.url();
  const auto reader = HttpPartnerReader::make(options).value();
  InMemoryFavoriteStore store;
  const ManualClock clock(at("10:46:00"));
  auto engine = SyncEngine::read_only(*reader, store, clock, {.read_back = true, .seed = 1});
  for (int round = 0; round < 3; ++round) {
    store.edit("alice", "mine" + std::to_string(round), Action::kAdd, at("10:40:00")).value();
    store.edit("alice", "theirs", Action::kDelete, at("10:40:00")).value();
    const auto report = engine.sync({"alice", UserToken::make("t").value()});
    ASSERT_TRUE(report) << report.error().message;
    EXPECT_EQ(report->unsent.size(), static_cast<std::size_t>(round) + 2);
  }
  EXPECT_THAT(seen, ::testing::Each("GET /getUserFavorites"));
  EXPECT_EQ(seen.size(), 3u);
}

}  // namespace
}  // namespace favsync
