#include "contract_tests/requirement_sets.h"

#include <algorithm>
#include <set>

#include <gmock/gmock.h>

#include "contract_tests/check.h"

namespace favsync::contract {
namespace {

using testing::HasSubstr;

bool is_known(std::string_view id) {
  return find_check(id) != nullptr;
}

TEST(RequirementSets, TheCatalogueHasEveryCheckOfEverySet) {
  for (const auto& set : requirement_sets()) {
    for (const auto id : set.checks) {
      EXPECT_TRUE(is_known(id)) << id << " stands in set " << set.id
                                << " and was dropped or renamed; ids never change";
    }
  }
}

TEST(RequirementSets, EveryCheckIsInTheNewestSetOrAPreview) {
  const auto preview = preview_checks();
  for (const auto& check : all_checks()) {
    const bool waits = std::find(preview.begin(), preview.end(), check.id) != preview.end();
    EXPECT_NE(newest_requirement_set().contains(check.id), waits)
        << check.id << ": put it into the newest set (while that is unreleased) or into "
        << "preview_checks(), in contract_tests/requirement_sets.cc";
  }
  for (const auto id : preview) EXPECT_TRUE(is_known(id)) << id;
}

TEST(RequirementSets, AreSortedWithoutRepetitionAndOfGrowingIds) {
  std::string_view before;
  for (const auto& set : requirement_sets()) {
    EXPECT_LT(before, set.id);
    before = set.id;
    EXPECT_TRUE(std::is_sorted(set.checks.begin(), set.checks.end())) << set.id;
    const std::set<std::string_view> once(set.checks.begin(), set.checks.end());
    EXPECT_EQ(once.size(), set.checks.size()) << set.id;
  }
}

TEST(RequirementSets, UnknownOneIsToldWithThoseThatExist) {
  const auto found = find_requirement_set("2026-2");
  ASSERT_FALSE(found);
  EXPECT_EQ(found.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(found.error().message,
              HasSubstr("\"2026-2\": no such requirement set; expected 2026-1"));
  EXPECT_EQ((*find_requirement_set("2026-1"))->id, "2026-1");
}

TEST(RequirementSets, DigestIsOfTheSortedIds) {
  constexpr std::string_view kOneWay[] = {"b", "a"};
  constexpr std::string_view kOtherWay[] = {"a", "b"};
  // From `printf 'a\nb\n' | sha256sum`.
  constexpr auto kDigest = "911169ddaaf146aff539f58c26c489af3b892dff0fe283c1c264c65ae5aa59a2";
  EXPECT_EQ(digest({"x", kOneWay}), kDigest);
  EXPECT_EQ(digest({"x", kOtherWay}), kDigest);
}

}  // namespace
}  // namespace favsync::contract
