// One contract for every FavoriteStore: each test runs against each implementation.
#include "sync_engine/favorite_store.h"

#include <unistd.h>

#include <chrono>
#include <filesystem>
#include <memory>
#include <thread>

#include <gtest/gtest.h>

#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sqlite_favorite_store.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

struct MemoryKind {
  InMemoryFavoriteStore store;
};

struct SqliteKind {
  TemporaryFolder folder;
  std::unique_ptr<SqliteFavoriteStore> owner =
      SqliteFavoriteStore::open(folder.file("store.db")).value();
  SqliteFavoriteStore& store = *owner;
};

template <typename Kind>
class FavoriteStoreContract : public ::testing::Test {
 protected:
  FavoriteStore& store() { return kind_.store; }
  Kind kind_;
};
using Kinds = ::testing::Types<MemoryKind, SqliteKind>;
TYPED_TEST_SUITE(FavoriteStoreContract, Kinds);

TYPED_TEST(FavoriteStoreContract, PagesFollowEachOtherInTheOrderOfTheWhole) {
  auto& store = this->store();
  for (const char* item : {"b", "a", "d", "aa", "c"}) {
    store.edit("alice", item, Action::kAdd, at("10:00:00")).value();
  }
  store.edit("bob", "bb", Action::kAdd, at("10:00:00")).value();
  std::vector<FavoriteRecord> together;
  std::string after;
  std::vector<std::size_t> sizes;
  while (sizes.empty() || sizes.back() == 2) {
    const auto page = store.load_page("alice", after, 2).value();
    sizes.push_back(page.size());
    together.insert(together.end(), page.begin(), page.end());
    after = together.back().favorite.item;
  }
  EXPECT_EQ(sizes, (std::vector<std::size_t>{2, 2, 1}));
  EXPECT_EQ(together, store.load("alice").value());
  EXPECT_TRUE(store.load_page("carol", {}, 2).value().empty());
}

TYPED_TEST(FavoriteStoreContract, ValidatorIsKeptUntilItIsForgottenAndBelongsToOneUser) {
  auto& store = this->store();
  EXPECT_EQ(store.validator("alice").value(), std::nullopt);
  const ListValidator noted{"https://a.example", "W/\"1\"", at("10:00:00.798")};
  ASSERT_TRUE(store.set_validator("alice", noted));
  EXPECT_EQ(store.validator("alice").value(), noted);
  EXPECT_EQ(store.validator("bob").value(), std::nullopt);
  ASSERT_TRUE(store.set_validator("alice", std::nullopt));
  EXPECT_EQ(store.validator("alice").value(), std::nullopt);
}

TYPED_TEST(FavoriteStoreContract, UnknownUserHasNoFavorites) {
  EXPECT_TRUE(this->store().load("alice").value().empty());
  EXPECT_FALSE(this->store().find("alice", "a").value());
}

TYPED_TEST(FavoriteStoreContract, AppliedRecordsComeBackOrderedAndWhole) {
  const FavoriteRecord b{{"b", Action::kDelete, at("10:00:00.000000001")}, ItemState{}, 2};
  const FavoriteRecord a{{"a", Action::kAdd, at("09:00:00")}, std::nullopt, 0};
  const std::vector<RecordUpdate> updates{{std::nullopt, b}, {std::nullopt, a}};
  EXPECT_EQ(this->store().apply("alice", updates).value(), 0u);
  EXPECT_EQ(this->store().load("alice").value(), (std::vector{a, b}));
  EXPECT_EQ(this->store().find("alice", "b").value(), b);
}

TYPED_TEST(FavoriteStoreContract, UpdateOfAnItemThatChangedMeanwhileIsPassedOver) {
  const auto first = this->store().edit("alice", "a", Action::kAdd, at("10:00:00")).value();
  const auto second = this->store().edit("alice", "a", Action::kDelete, at("10:00:01")).value();
  const FavoriteRecord stale{{"a", Action::kAdd, at("11:00:00")}, std::nullopt, 0};
  const std::vector<RecordUpdate> updates{{state_of(first), stale}};
  EXPECT_EQ(this->store().apply("alice", updates).value(), 1u);
  EXPECT_EQ(this->store().find("alice", "a").value()->favorite, second);
}

TYPED_TEST(FavoriteStoreContract, UpdateThatExpectsNoItemNeverOverwritesOne) {
  const auto first = this->store().edit("alice", "a", Action::kAdd, at("10:00:00")).value();
  const std::vector<RecordUpdate> updates{
      {std::nullopt, {{"a", Action::kDelete, at("11:00:00")}, std::nullopt, 0}}};
  EXPECT_EQ(this->store().apply("alice", updates).value(), 1u);
  EXPECT_EQ(this->store().find("alice", "a").value()->favorite, first);
}

TYPED_TEST(FavoriteStoreContract, UsersNeverSeeEachOthersRecords) {
  this->store().edit("alice", "a", Action::kAdd, at("10:00:00")).value();
  this->store().edit("Alice", "b", Action::kAdd, at("10:00:00")).value();
  ASSERT_EQ(this->store().load("alice").value().size(), 1u);
  EXPECT_EQ(this->store().load("alice").value()[0].favorite.item, "a");
  EXPECT_FALSE(this->store().find("Alice", "a").value());
}

TYPED_TEST(FavoriteStoreContract, ItemsCompareByteForByte) {
  using namespace std::string_literals;
  const std::vector<std::string> items{"A", "a", "01", "1", "a\0b"s, "a ", "\u00e9", "e\u0301"};
  for (const auto& item : items) {
    this->store().edit("alice", item, Action::kAdd, at("10:00:00")).value();
  }
  EXPECT_EQ(this->store().load("alice").value().size(), items.size());
  EXPECT_EQ(this->store().find("alice", "a\0b"s).value()->favorite.item, "a\0b"s);
}

TYPED_TEST(FavoriteStoreContract, EditIsStampedInWholeMilliseconds) {
  const auto edit = this->store().edit("alice", "a", Action::kAdd, at("10:00:00.7989")).value();
  EXPECT_EQ(edit.action_date, at("10:00:00.798"));
}

TYPED_TEST(FavoriteStoreContract, EditIsNewerThanWhatItEditsThoughTheClockStandsBehind) {
  this->store().offer("alice", {"a", Action::kAdd, at("10:00:00.0005")}).value();
  const auto edit = this->store().edit("alice", "a", Action::kDelete, at("09:00:00")).value();
  EXPECT_EQ(edit.action_date, at("10:00:00.001"));
  const auto again = this->store().edit("alice", "a", Action::kAdd, at("10:00:00.001")).value();
  EXPECT_EQ(again.action_date, at("10:00:00.002"));
}

TYPED_TEST(FavoriteStoreContract, EditOfTheLastDateThereIsIsRefused) {
  const auto end = Timestamp::from_unix(Timestamp::kMaxSeconds, 999'999'999);
  this->store().offer("alice", {"a", Action::kAdd, end}).value();
  const auto edit = this->store().edit("alice", "a", Action::kDelete, at("10:00:00"));
  ASSERT_FALSE(edit);
  EXPECT_EQ(edit.error().code, ErrorCode::kLimitExceeded);
  EXPECT_EQ(this->store().find("alice", "a").value()->favorite.action, Action::kAdd);
}

TYPED_TEST(FavoriteStoreContract, EditOfNoItemIsRefused) {
  EXPECT_EQ(this->store().edit("alice", "", Action::kAdd, at("10:00:00")).error().code,
            ErrorCode::kInvalidArgument);
}

TYPED_TEST(FavoriteStoreContract, EditKeepsTheBaseAndStartsCountingTriesAnew) {
  const FavoriteRecord agreed{
      {"a", Action::kAdd, at("09:00:00")}, ItemState{Action::kAdd, at("09:00:00")}, 3};
  this->store().apply("alice", std::vector<RecordUpdate>{{std::nullopt, agreed}}).value();
  this->store().edit("alice", "a", Action::kDelete, at("10:00:00")).value();
  const auto record = this->store().find("alice", "a").value();
  EXPECT_EQ(record->base, agreed.base);
  EXPECT_EQ(record->tries, 0);
}

TYPED_TEST(FavoriteStoreContract, AcknowledgementOfAnOldValueLeavesANewerEditUnsent) {
  const auto sent = this->store().edit("alice", "a", Action::kAdd, at("10:00:00")).value();
  this->store().edit("alice", "a", Action::kDelete, at("10:00:01")).value();
  ASSERT_TRUE(this->store().acknowledge("alice", std::vector{sent}));
  const auto record = this->store().find("alice", "a").value();
  EXPECT_EQ(record->base, state_of(sent));
  EXPECT_FALSE(record->is_clean());
}

TYPED_TEST(FavoriteStoreContract, AcknowledgementOfAnUnknownItemStoresNothing) {
  ASSERT_TRUE(this->store().acknowledge(
      "alice", std::vector<Favorite>{{"a", Action::kAdd, at("10:00:00")}}));
  EXPECT_TRUE(this->store().load("alice").value().empty());
}

TYPED_TEST(FavoriteStoreContract, OfferedChangeTakesEffectOnlyIfItWins) {
  EXPECT_TRUE(this->store().offer("alice", {"a", Action::kAdd, at("10:00:00")}).value());
  EXPECT_FALSE(this->store().offer("alice", {"a", Action::kDelete, at("09:59:59")}).value());
  EXPECT_FALSE(this->store().offer("alice", {"a", Action::kAdd, at("10:00:00")}).value());
  EXPECT_TRUE(this->store().offer("alice", {"a", Action::kDelete, at("10:00:00")}).value());
  EXPECT_EQ(this->store().find("alice", "a").value()->favorite.action, Action::kDelete);
}

TYPED_TEST(FavoriteStoreContract, DatesSurviveToTheNanosecondFromYear1ToYear9999) {
  const std::vector<Timestamp> moments{Timestamp::from_unix(Timestamp::kMinSeconds),
                                       Timestamp::from_unix(-1, 500'000'000),
                                       Timestamp::from_unix(9223372037, 1),
                                       Timestamp::from_unix(Timestamp::kMaxSeconds, 999'999'999)};
  for (const auto& moment : moments) {
    const auto item = to_string(moment);
    this->store().offer("alice", {item, Action::kAdd, moment}).value();
    EXPECT_EQ(this->store().find("alice", item).value()->favorite.action_date, moment) << item;
  }
}

TYPED_TEST(FavoriteStoreContract, AnotherPartnerStartsWithoutBasesAndWithTheFavorites) {
  EXPECT_EQ(this->store().bind_partner("alice", "https://one").value(), std::nullopt);
  const auto sent = this->store().edit("alice", "a", Action::kAdd, at("10:00:00")).value();
  ASSERT_TRUE(this->store().acknowledge("alice", std::vector{sent}));
  EXPECT_EQ(this->store().bind_partner("alice", "https://one").value(), std::nullopt);
  EXPECT_TRUE(this->store().find("alice", "a").value()->is_clean());
  EXPECT_EQ(this->store().bind_partner("alice", "https://two").value(), "https://one");
  EXPECT_EQ(this->store().find("alice", "a").value()->base, std::nullopt);
  EXPECT_EQ(this->store().find("alice", "a").value()->favorite, sent);
}

TYPED_TEST(FavoriteStoreContract, EditsFromSeveralThreadsAllTakeEffectInOrder) {
  constexpr int kEdits = 25;
  std::vector<std::thread> devices;
  for (int device = 0; device < 4; ++device) {
    devices.emplace_back([&] {
      for (int i = 0; i < kEdits; ++i) {
        EXPECT_TRUE(this->store().edit("alice", "a", Action::kAdd, at("10:00:00")));
      }
    });
  }
  for (auto& device : devices) device.join();
  EXPECT_EQ(this->store().find("alice", "a").value()->favorite.action_date,
            at("10:00:00").plus(std::chrono::milliseconds{4 * kEdits - 1}));
}

}  // namespace
}  // namespace favsync
