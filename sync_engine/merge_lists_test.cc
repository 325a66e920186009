#include "sync_engine/merge_lists.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using ::testing::ElementsAre;

Favorite favorite(std::string item, Action action = Action::kAdd, Timestamp date = at("10:00:00")) {
  return {std::move(item), action, date};
}

TEST(FoldDuplicates, ListWithoutRepetitionsIsUnchanged) {
  const std::vector list{favorite("b"), favorite("a"), favorite("B")};
  EXPECT_EQ(fold_duplicates(list), list);
  EXPECT_TRUE(fold_duplicates({}).empty());
}

TEST(FoldDuplicates, NewestOfEachItemStandsWhereTheItemFirstStood) {
  EXPECT_THAT(fold_duplicates({favorite("b"), favorite("a", Action::kAdd, at("09:00:00")),
                               favorite("b", Action::kDelete, at("10:00:00.001")),
                               favorite("a", Action::kDelete, at("08:00:00")), favorite("c")}),
              ElementsAre(favorite("b", Action::kDelete, at("10:00:00.001")),
                          favorite("a", Action::kAdd, at("09:00:00")), favorite("c")));
}

TEST(ItemIndex, FindsEveryRecordAndNothingElse) {
  std::vector<FavoriteRecord> records;
  std::vector<Favorite> asked;
  for (int i = 0; i < 5000; ++i) {
    records.push_back({favorite("session_" + std::to_string(i)), std::nullopt, 0});
    asked.push_back(favorite("session_" + std::to_string(9999 - 2 * i)));
  }
  const ItemIndex index(records);
  const auto found = index.find_all(asked);
  for (int i = 0; i < 5000; ++i) {
    const int number = 9999 - 2 * i;
    const auto expected = number < 5000 ? static_cast<std::uint32_t>(number) : ItemIndex::kNone;
    EXPECT_EQ(found[i], expected) << number;
    EXPECT_EQ(index.find(asked[i].item), expected) << number;
  }
}

TEST(ItemIndex, ItemsOfEveryLengthAreToldApartByTheirLastByte) {
  std::vector<FavoriteRecord> records;
  for (std::size_t length = 1; length <= 100; ++length) {
    records.push_back({favorite(std::string(length, 'x')), std::nullopt, 0});
  }
  const ItemIndex index(records);
  for (std::size_t length = 1; length <= 100; ++length) {
    std::string item(length, 'x');
    EXPECT_EQ(index.find(item), length - 1);
    item.back() = 'y';
    EXPECT_EQ(index.find(item), ItemIndex::kNone);
  }
}

TEST(ItemIndex, EmptyListFindsNothing) {
  EXPECT_EQ(ItemIndex({}).find("a"), ItemIndex::kNone);
}

TEST(MergeLists, EveryItemOfEitherSideIsDecidedOnce) {
  const std::vector<FavoriteRecord> records{{favorite("here"), std::nullopt, 0},
                                            {favorite("both"), std::nullopt, 0}};
  const std::vector incoming{favorite("there"), favorite("both")};
  const auto merged = merge(records, ItemIndex(records), incoming, {});
  ASSERT_EQ(merged.size(), 3u);
  EXPECT_EQ(merged[0].decision.outcome, Outcome::kPulled);
  EXPECT_EQ(merged[1].decision.outcome, Outcome::kSame);
  EXPECT_EQ(merged[1].record, 1u);
  EXPECT_EQ(merged[2].decision.outcome, Outcome::kAbsent);
  EXPECT_TRUE(merged[2].decision.push);
}

TEST(RecordAfter, TriesEndWithAgreement) {
  const FavoriteRecord record{favorite("a"), std::nullopt, 2};
  const Favorite same = favorite("a");
  EXPECT_EQ(record_after({.outcome = Outcome::kSame, .agree = true}, &record, &same).tries, 0);
  EXPECT_EQ(record_after({.outcome = Outcome::kKept, .push = true}, &record, &same).tries, 2);
}

TEST(TiePolicy, NamesAreReadAndAnythingElseIsRefusedWithTheNames) {
  EXPECT_EQ(parse_tie_policy("base-aware").value(), TiePolicy::kBaseAware);
  EXPECT_EQ(parse_tie_policy("Local").error().message,
            "tie policy \"Local\": expected local, base-aware or join");
}

}  // namespace
}  // namespace favsync
