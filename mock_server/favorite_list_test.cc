#include "mock_server/favorite_list.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

namespace favsync::mock {
namespace {

using ::testing::ElementsAre;

Favorite at(std::int64_t millis, Action action = Action::kAdd, std::string item = "x") {
  return {std::move(item), action, Timestamp::from_unix_millis(millis)};
}

TEST(FavoriteList, JudgesByDateAlone) {
  const Favorite stored = at(5);
  EXPECT_EQ(judge(nullptr, at(1)), Verdict::kApplied);
  EXPECT_EQ(judge(&stored, at(6, Action::kDelete)), Verdict::kApplied);
  EXPECT_EQ(judge(&stored, at(4, Action::kDelete)), Verdict::kOlder);
  EXPECT_EQ(judge(&stored, at(5, Action::kDelete)), Verdict::kEqual);
  EXPECT_EQ(judge(&stored, at(5)), Verdict::kDuplicate);
}

TEST(FavoriteList, AnyOrderOfArrivalGivesTheSameList) {
  std::vector<Favorite> writes = {at(1), at(2, Action::kDelete), at(3)};
  std::sort(writes.begin(), writes.end(),
            [](const Favorite& a, const Favorite& b) { return a.action_date < b.action_date; });
  do {
    FavoriteList list;
    for (const Favorite& write : writes) (void)list.apply({write});
    EXPECT_THAT(list.rows(), ElementsAre(at(3)));
  } while (std::next_permutation(
      writes.begin(), writes.end(),
      [](const Favorite& a, const Favorite& b) { return a.action_date < b.action_date; }));
}

TEST(FavoriteList, KeepsTheOrderInWhichItemsFirstCame) {
  FavoriteList list;
  (void)list.apply(
      {at(1, Action::kAdd, "b"), at(1, Action::kAdd, "a"), at(2, Action::kDelete, "b")});
  EXPECT_THAT(list.rows(), ElementsAre(at(2, Action::kDelete, "b"), at(1, Action::kAdd, "a")));
}

TEST(FavoriteList, ThePrintedListIsSharedUntilTheNextChange) {
  FavoriteList list;
  (void)list.apply({at(1)});
  const auto printed = list.printed();
  (void)list.apply({at(1), at(0, Action::kDelete)});
  EXPECT_EQ(list.printed(), printed);
  (void)list.apply({at(2, Action::kDelete)});
  EXPECT_NE(list.printed(), printed);
  EXPECT_EQ(*printed, R"([{"item":"x","actionDate":"1970-01-01T00:00:00.001Z","action":"ADD"}])");
}

TEST(FavoriteList, CountsAddsAndDeletes) {
  FavoriteList list;
  list.assign({at(1, Action::kAdd, "a"), at(1, Action::kDelete, "b"), at(1, Action::kDelete, "c")});
  EXPECT_EQ(list.tally().adds, 1u);
  EXPECT_EQ(list.tally().deletes, 2u);
}

TEST(FavoriteRows, AnItemWithSeveralRowsIsFoundByItsNewestAndErasedWhole) {
  FavoriteRows rows;
  rows.put(at(1));
  rows.append(at(2, Action::kDelete));
  rows.put(at(1, Action::kAdd, "y"));
  EXPECT_EQ(*rows.find("x"), at(2, Action::kDelete));
  EXPECT_TRUE(rows.erase(rows.find("x")->item));
  EXPECT_FALSE(rows.erase("x"));
  EXPECT_EQ(*rows.find("y"), at(1, Action::kAdd, "y"));
  EXPECT_EQ(rows.size(), 1u);
}

}  // namespace
}  // namespace favsync::mock
