// The reference engine among a partner's edits: every order of GET, edit and POST ends in
// agreement.
#include "mock_server/order_explorer.h"

#include <memory>
#include <set>
#include <string>

#include <gmock/gmock.h>

#include "sync_engine/http_partner_client.h"
#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sync_engine.h"

namespace favsync {
namespace {

using testing::HasSubstr;
using testing::SizeIs;

const Timestamp kStart = Timestamp::from_unix(1'800'000'000);

Timestamp at(int seconds) {
  return kStart.plus(std::chrono::seconds(seconds));
}

// Alice at a mock and at the engine, which has something to send.
struct World {
  World() {
    server->user("alice").token("t1").adds("shared", at(0));
    connect();
    edit("mine", Action::kAdd, at(1));
  }
  void connect() {
    HttpPartnerOptions options;
    options.base_url = server->url();
    partner = HttpPartnerClient::make(options).value();
  }
  void edit(const std::string& item, Action action, Timestamp when) {
    ASSERT_TRUE(store.edit("alice", item, action, when));
  }
  void sync() {
    SyncEngine engine = SyncEngine::two_way(*partner, store, clock);
    engine.set_sleeper([](std::chrono::milliseconds, const Error&) { return true; });
    (void)engine.sync({"alice", UserToken::make("t1").value()});
  }
  std::set<std::string> here() {
    std::set<std::string> rows;
    const auto records = store.load("alice").value();
    for (const FavoriteRecord& record : records) {
      rows.insert(line(record.favorite));
    }
    return rows;
  }
  std::set<std::string> there() {
    std::set<std::string> rows;
    for (const Favorite& favorite : server->user("alice").favorites()) rows.insert(line(favorite));
    return rows;
  }
  static std::string line(const Favorite& favorite) {
    return favorite.item + " " + std::string(to_string(favorite.action)) + " " +
           to_string(favorite.action_date);
  }

  std::shared_ptr<MockServer> server = std::make_shared<MockServer>();
  InMemoryFavoriteStore store;
  ManualClock clock{at(1000)};
  std::unique_ptr<HttpPartnerClient> partner;
};

SyncTrial trial_of(const std::shared_ptr<World>& world, std::vector<std::function<void()>> edits,
                   std::vector<std::string> expected) {
  return {.server = world->server,
          .sync = [world] { world->sync(); },
          .edits = std::move(edits),
          .verdict = [world, expected]() -> std::optional<std::string> {
            if (world->here() != world->there()) return "the two sides differ";
            for (const std::string& row : expected) {
              if (!world->here().contains(row)) return "lost: " + row;
            }
            return std::nullopt;
          }};
}

TEST(OrderExplorer, TheEngineLosesNoEditOfThePartnersSideInAnyOrder) {
  const auto outcomes = explore_orders([] {
    auto world = std::make_shared<World>();
    return trial_of(world,
                    {[world] { world->server->user("alice").deletes("shared", at(10)); },
                     [world] { world->server->user("alice").adds("mine", at(20)); }},
                    {"shared DELETE " + to_string(at(10)), "mine ADD " + to_string(at(20))});
  });
  EXPECT_THAT(outcomes, SizeIs(21));
  for (const OrderOutcome& outcome : outcomes) EXPECT_FALSE(outcome.wrong) << outcome.story();
}

TEST(OrderExplorer, TheEngineLosesNoEditOfItsOwnInAnyOrder) {
  const auto outcomes = explore_orders([] {
    auto world = std::make_shared<World>();
    return trial_of(world,
                    {[world] { world->edit("mine", Action::kDelete, at(30)); },
                     [world] { world->server->user("alice").adds("other", at(31)); }},
                    {"mine DELETE " + to_string(at(30)), "other ADD " + to_string(at(31))});
  });
  EXPECT_THAT(outcomes, SizeIs(21));
  for (const OrderOutcome& outcome : outcomes) EXPECT_FALSE(outcome.wrong) << outcome.story();
}

TEST(OrderExplorer, APartnerThatLosesUpdatesIsFoundOutAndTheOrderTold) {
  // Last arrival wins: what the partner's side changed after the list was read is overwritten.
  const auto outcomes = explore_orders([] {
    auto world = std::make_shared<World>();
    MockServer::Options options;
    options.defects = {"last-arrival-wins"};
    world->server = std::make_shared<MockServer>(options);
    world->server->user("alice").token("t1").adds("shared", at(0));
    world->connect();
    return trial_of(world, {[world] { world->server->user("alice").deletes("mine", at(50)); }},
                    {"mine DELETE " + to_string(at(50))});
  });
  ASSERT_THAT(outcomes, SizeIs(6));
  std::string wrong;
  for (const OrderOutcome& outcome : outcomes) {
    if (outcome.wrong) wrong += outcome.story() + "\n";
  }
  EXPECT_THAT(wrong, HasSubstr("edit 1 list-read: "));
  EXPECT_THAT(wrong, HasSubstr("edit 1 post-sent: "));
  EXPECT_THAT(wrong, testing::Not(HasSubstr("edit 1 before: ")));
  EXPECT_THAT(wrong, testing::Not(HasSubstr("edit 1 after: ")));
}

}  // namespace
}  // namespace favsync
