// A user with more records than are in memory at once, and partners that bound what they take.
#include <random>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sync_engine.h"
#include "sync_engine/test_partner.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using ::testing::ElementsAre;

// Takes at most `limit` favourites in one POST, and refuses more with a 4xx.
class NarrowPartner final : public PartnerClient {
 public:
  explicit NarrowPartner(std::size_t limit) : limit_(limit) {}
  Result<PartnerList> get_favorites(const UserToken& token) override {
    return partner.get_favorites(token);
  }
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override {
    sizes.push_back(favorites.size());
    if (favorites.size() > limit_) return fail(ErrorCode::kRejected, "partner answered 413");
    return partner.post_favorites(token, favorites);
  }
  TestPartner partner;
  std::vector<std::size_t> sizes;

 private:
  std::size_t limit_;
};

SyncReport round(PartnerClient& partner, FavoriteStore& store, SyncOptions options) {
  const ManualClock clock(at("10:46:00"));
  options.seed = 1;
  return SyncEngine::two_way(partner, store, clock, options)
      .sync({"alice", UserToken::make("t").value()})
      .value();
}

void fill(FavoriteStore& store, TestPartner& partner, unsigned seed) {
  std::mt19937 random(seed);
  for (int i = 0; i < 60; ++i) {
    const auto favorite = [&] {
      return Favorite{"item" + std::to_string(random() % 40),
                      random() % 2 ? Action::kAdd : Action::kDelete,
                      at("10:00:00." + std::to_string(100 + random() % 800))};
    };
    store.offer("alice", favorite()).value();
    partner.put(favorite());
  }
}

TEST(LargeList, PagesOfAnySizeEndAsOnePageDoes) {
  for (unsigned seed = 1; seed <= 10; ++seed) {
    InMemoryFavoriteStore whole_store;
    TestPartner whole_partner;
    fill(whole_store, whole_partner, seed);
    auto expected = round(whole_partner, whole_store, {.ties = TiePolicy::kBaseAware});
    for (const std::size_t page : {1u, 3u, 7u, 40u}) {
      SCOPED_TRACE(::testing::Message() << "seed " << seed << ", pages of " << page);
      InMemoryFavoriteStore store;
      TestPartner partner;
      fill(store, partner, seed);
      auto report = round(partner, store, {.ties = TiePolicy::kBaseAware, .page_items = page});
      EXPECT_EQ(store.load("alice").value(), whole_store.load("alice").value());
      EXPECT_EQ(partner.favorites, whole_partner.favorites);
      EXPECT_EQ(report.pushed, expected.pushed);
      EXPECT_EQ(report.kept, expected.kept);
      EXPECT_EQ(report.same, expected.same);
      std::ranges::sort(report.pulled, {}, &Favorite::item);
      std::ranges::sort(expected.pulled, {}, &Favorite::item);
      EXPECT_EQ(report.pulled, expected.pulled);
    }
  }
}

TEST(LargeList, BatchesShrinkToWhatThePartnerTookAndStaySoForTheRound) {
  NarrowPartner partner(30);
  InMemoryFavoriteStore store;
  for (int i = 0; i < 200; ++i) {
    store.offer("alice", {"item" + std::to_string(i), Action::kAdd, at("10:00:00")}).value();
  }
  const auto report = round(partner, store, {});
  EXPECT_EQ(report.pushed.size(), 200u);
  EXPECT_TRUE(report.rejected.empty());
  EXPECT_THAT(partner.sizes, ElementsAre(100, 50, 25, 25, 50, 25, 25, 25, 25, 25, 25));
}

}  // namespace
}  // namespace favsync
