// Whole rounds against a partner in memory, honest or not: what holds at the end, and how much is
// sent.
#include <gmock/gmock.h>
#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sync_engine.h"
#include "sync_engine/test_partner.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Favorite add(std::string item, std::string_view time = "10:00:00") {
  return {std::move(item), Action::kAdd, at(time)};
}

// A backend with one user, in front of a partner.
struct World {
  explicit World(TestPartner::Tie tie = TestPartner::Tie::kKeepOwn) : partner(tie) {}

  SyncReport round(SyncOptions options = {}) {
    auto engine = SyncEngine::two_way(partner, store, clock, options);
    engine.set_sleeper([](auto, auto&) { return true; });
    return engine.sync({"alice", UserToken::make("t").value()}).value();
  }
  bool agrees() {
    const auto records = store.load("alice").value();
    return records.size() == partner.favorites.size() &&
           std::ranges::all_of(records, [&](const FavoriteRecord& record) {
             const auto found = partner.favorites.find(record.favorite.item);
             return found != partner.favorites.end() && found->second == record.favorite;
           });
  }

  InMemoryFavoriteStore store;
  ManualClock clock{at("10:46:00")};
  TestPartner partner;
};

TEST(SyncRounds, LostAnswerIsHealedByTheNextListWithoutSendingAgain) {
  World world;
  world.store.offer("alice", add("a")).value();
  world.partner.loses_answers = true;
  EXPECT_EQ(world.round({.retry = {.max_attempts = 1}}).push_error->code, ErrorCode::kConnection);
  world.partner.loses_answers = false;
  EXPECT_EQ(world.round().same, 1u);
  EXPECT_THAT(world.partner.posts, SizeIs(1));
}

TEST(SyncRounds, OneBadItemDoesNotKeepTheOthersFromBeingSent) {
  World world;
  for (int i = 0; i < 100; ++i) world.store.offer("alice", add(std::to_string(i))).value();
  world.partner.refused_item = "42";
  const auto report = world.round();
  EXPECT_THAT(report.pushed, SizeIs(99));
  ASSERT_THAT(report.rejected, SizeIs(1));
  EXPECT_EQ(report.rejected[0].favorite.item, "42");
  EXPECT_THAT(world.partner.favorites, SizeIs(99));
  EXPECT_LE(world.partner.posts.size(), 16u);
}

TEST(SyncRounds, BadItemIsGivenUpAfterMaxTriesUntilTheUserChangesIt) {
  World world;
  world.store.offer("alice", add("a")).value();
  world.partner.refused_item = "a";
  for (int i = 0; i < 5; ++i) world.round();
  EXPECT_THAT(world.partner.posts, SizeIs(3));
  EXPECT_THAT(world.round().warnings, ::testing::ElementsAre(HasSubstr("left alone")));
  world.store.edit("alice", "a", Action::kDelete, world.clock.now()).value();
  world.round();
  EXPECT_THAT(world.partner.posts, SizeIs(4));
}

TEST(SyncRounds, PartnerThatRefusesEverythingIsNotAskedForEver) {
  World world;
  for (int i = 0; i < 100; ++i) world.store.offer("alice", add("x" + std::to_string(i))).value();
  struct Refuser final : PartnerClient {
    Result<PartnerList> get_favorites(const UserToken&) override { return PartnerList{}; }
    Result<PostReceipt> post_favorites(const UserToken&, std::span<const Favorite>) override {
      ++posts;
      return fail(ErrorCode::kRejected, "400");
    }
    int posts = 0;
  } refuser;
  auto engine = SyncEngine::two_way(refuser, world.store, world.clock, {.max_rejected_posts = 10});
  const auto report = engine.sync({"alice", UserToken::make("t").value()}).value();
  EXPECT_EQ(refuser.posts, 11);
  EXPECT_EQ(report.push_error->code, ErrorCode::kRejected);
  EXPECT_EQ(report.rejected.size() + report.unsent.size(), 100u);
}

TEST(SyncRounds, ReadBackFindsWritesThatWereDroppedAndSendsThemMaxTriesTimes) {
  World world;
  world.store.offer("alice", add("a")).value();
  world.partner.drops_writes = true;
  const SyncOptions options{.read_back = true};
  EXPECT_THAT(world.round(options).warnings, ::testing::ElementsAre(HasSubstr("does not list 1")));
  for (int i = 0; i < 4; ++i) world.round(options);
  EXPECT_THAT(world.partner.posts, SizeIs(3));
}

TEST(SyncRounds, PartnerThatFallsBackBehindAnAgreementIsSentToMaxTriesTimes) {
  World world;
  world.partner.favorites["a"] = add("a", "10:00:01");
  world.round();
  world.partner.drops_writes = true;
  for (int i = 0; i < 5; ++i) {
    world.partner.favorites["a"] = add("a", "09:00:00");
    world.round();
  }
  EXPECT_THAT(world.partner.posts, SizeIs(3));
  EXPECT_EQ(world.store.find("alice", "a").value()->favorite, add("a", "10:00:01"));
}

TEST(SyncRounds, PartnerThatConfirmsNothingIsSettledByItsList) {
  World world;
  world.store.offer("alice", add("a")).value();
  world.partner.confirms_nothing = true;
  EXPECT_FALSE(world.store.find("alice", "a").value()->is_clean());
  world.round();
  world.round();
  EXPECT_THAT(world.partner.posts, SizeIs(1));
  EXPECT_EQ(world.store.find("alice", "a").value()->tries, 0);
}

TEST(SyncRounds, AnotherPartnerIsSentWhatAFormerOneHadAgreedTo) {
  World world;
  const auto sync = [&](PartnerClient& partner, std::string name) {
    auto engine =
        SyncEngine::two_way(partner, world.store, world.clock, {.retry = {.max_attempts = 1}});
    return engine.sync({"alice", UserToken::make("t").value(), std::move(name)});
  };
  world.store.offer("alice", add("a")).value();
  ASSERT_TRUE(sync(world.partner, "one"));
  TestPartner two;
  EXPECT_THAT(sync(two, "two")->warnings,
              ::testing::ElementsAre(HasSubstr("last synced with one")));
  EXPECT_EQ(two.favorites, world.partner.favorites);
}

TEST(SyncRounds, PartnerThatDoesNotAnswerLeavesTheFormerAgreementsAlone) {
  World world;
  world.store.offer("alice", add("a")).value();
  world.round();
  world.store.bind_partner("alice", "one").value();
  struct Silent final : PartnerReader {
    Result<PartnerList> get_favorites(const UserToken&) override {
      return fail(ErrorCode::kMalformedReply, "HTML");
    }
  } silent;
  auto engine = SyncEngine::read_only(silent, world.store, world.clock);
  EXPECT_FALSE(engine.sync({"alice", UserToken::make("t").value(), "two"}));
  EXPECT_TRUE(world.store.find("alice", "a").value()->is_clean());
}

rc::Gen<std::vector<Favorite>> any_list() {
  return rc::gen::container<std::vector<Favorite>>(rc::gen::map(
      rc::gen::tuple(rc::gen::inRange(0, 6), rc::gen::inRange(0, 4), rc::gen::arbitrary<bool>()),
      [](const std::tuple<int, int, bool>& drawn) {
        const auto& [item, tick, is_add] = drawn;
        return Favorite{"item" + std::to_string(item), is_add ? Action::kAdd : Action::kDelete,
                        Timestamp::from_unix(1493719200 + tick)};
      }));
}

void start(World& world) {
  for (const auto& favorite : *any_list()) world.store.offer("alice", favorite).value();
  for (const auto& favorite : *any_list()) world.partner.put(favorite);
}

rc::Gen<TestPartner::Tie> any_tie() {
  return rc::gen::element(TestPartner::Tie::kKeepOwn, TestPartner::Tie::kAcceptEqual,
                          TestPartner::Tie::kDeleteWins, TestPartner::Tie::kAddWins);
}

RC_GTEST_PROP(SyncRounds, BaseAwareAgreesWithEveryHonestPartnerInTwoRounds, ()) {
  World world(*any_tie());
  start(world);
  const SyncOptions options{.ties = TiePolicy::kBaseAware};
  world.round(options);
  world.round(options);
  RC_ASSERT(world.agrees());
  const auto posts = world.partner.posts.size();
  world.round(options);
  RC_ASSERT(world.partner.posts.size() == posts);
}

RC_GTEST_PROP(SyncRounds, OneRoundAgreesOnAllButTiesAndASecondSendsNothing, ()) {
  World world(*any_tie());
  start(world);
  const auto conflicts = world.round().conflicts.size();
  const auto posts = world.partner.posts.size();
  RC_ASSERT(conflicts > 0 || world.agrees());
  const auto second = world.round();
  RC_ASSERT(world.partner.posts.size() == posts);
  RC_ASSERT(second.pulled.empty());
  RC_ASSERT(second.conflicts.size() == conflicts);
}

RC_GTEST_PROP(SyncRounds, BatchesOfAnySizeEndAsOneBatchDoes, ()) {
  World one, many;
  const auto local = *any_list(), listed = *any_list();
  for (auto* world : {&one, &many}) {
    for (const auto& favorite : local) world->store.offer("alice", favorite).value();
    for (const auto& favorite : listed) world->partner.put(favorite);
  }
  one.round();
  many.round({.max_batch = *rc::gen::inRange<std::size_t>(1, 4)});
  RC_ASSERT(one.store.load("alice").value() == many.store.load("alice").value());
  RC_ASSERT(one.partner.favorites == many.partner.favorites);
}

RC_GTEST_PROP(SyncRounds, ReadOnlyRoundsChangeNothingAtThePartner, ()) {
  World world(*any_tie());
  start(world);
  const auto before = world.partner.favorites;
  auto engine = SyncEngine::read_only(world.partner, world.store, world.clock);
  RC_ASSERT(engine.sync({"alice", UserToken::make("t").value()}).has_value());
  RC_ASSERT(world.partner.favorites == before);
  RC_ASSERT(world.partner.posts.empty());
}

}  // namespace
}  // namespace favsync
