#include "contract_tests/runner.h"

#include <set>

#include <gmock/gmock.h>

namespace favsync::contract {
namespace {

using testing::Contains;
using testing::ElementsAre;
using testing::IsEmpty;
using testing::Not;

std::vector<std::string> ids(const std::vector<std::string>& only,
                             const std::vector<std::string>& skip = {}) {
  Options options;
  options.only = only;
  options.skip = skip;
  std::vector<std::string> names;
  for (const Check* check : select(options)) names.emplace_back(check->id);
  return names;
}

TEST(Select, WithoutGlobsItIsTheWholeCatalogueInOrder) {
  const auto names = ids({});
  ASSERT_EQ(names.size(), all_checks().size());
  for (std::size_t i = 0; i < names.size(); ++i) EXPECT_EQ(names[i], all_checks()[i].id);
}

TEST(Select, CheckThatRestsOnNothingComesAlone) {
  EXPECT_THAT(ids({"read.answers"}), ElementsAre("read.answers"));
}

TEST(Select, WhatACheckRestsOnComesAlong) {
  const auto names = ids({"write.delete"});
  std::set<std::string_view> open{"write.delete"};
  std::set<std::string_view> wanted;
  while (!open.empty()) {
    const std::string_view id = *open.begin();
    open.erase(open.begin());
    if (!wanted.insert(id).second) continue;
    const auto& needs = find_check(id)->needs;
    open.insert(needs.begin(), needs.end());
  }
  EXPECT_THAT(names, Contains("read.answers"));
  EXPECT_EQ(names.size(), wanted.size());
  for (const auto& name : names) EXPECT_TRUE(wanted.contains(name)) << name;
}

TEST(Select, GlobsMatchWholeIds) {
  const auto names = ids({"list.*"});
  EXPECT_THAT(names, Contains("list.json"));
  EXPECT_THAT(ids({"list"}), IsEmpty());
}

TEST(Select, SkipWinsOverOnlyAndOverWhatIsNeeded) {
  EXPECT_THAT(ids({"list.*"}, {"list.json"}), Not(Contains("list.json")));
  EXPECT_THAT(ids({"write.delete"}, {"read.answers"}), Not(Contains("read.answers")));
  EXPECT_THAT(ids({"read.answers"}, {"*"}), IsEmpty());
}

TEST(Select, SkippedCheckPullsNothingAlong) {
  EXPECT_THAT(ids({"write.delete"}, {"write.delete"}), IsEmpty());
}

TEST(MatchesACheck, TellsASlipFromASelection) {
  EXPECT_TRUE(matches_a_check("read.answers"));
  EXPECT_TRUE(matches_a_check("write.*"));
  EXPECT_FALSE(matches_a_check("write.delte"));
  EXPECT_FALSE(matches_a_check(""));
}

TEST(Catalogue, IdsAreUniqueWordsAndNeedsAreKnown) {
  std::set<std::string_view> seen;
  for (const auto& check : all_checks()) {
    SCOPED_TRACE(check.id);
    EXPECT_THAT(std::string(check.id), testing::MatchesRegex("[a-z][a-z0-9-]*(\\.[a-z0-9-]+)+"));
    EXPECT_TRUE(seen.insert(check.id).second);
    for (const auto need : check.needs) {
      EXPECT_NE(find_check(need), nullptr) << need;
      EXPECT_NE(need, check.id);
    }
  }
}

TEST(Catalogue, EveryCheckSaysWhatAndWhere) {
  for (const auto& check : all_checks()) {
    SCOPED_TRACE(check.id);
    EXPECT_THAT(std::string(check.clause), testing::MatchesRegex("[1-6]\\.[0-9]+"));
    EXPECT_FALSE(check.title.empty());
    EXPECT_FALSE(check.steps.empty());
    EXPECT_FALSE(check.hint.empty());
    EXPECT_NE(check.run == nullptr, check.stories == nullptr);
    EXPECT_EQ(check.stories == nullptr, check.wave.empty());
  }
}

TEST(Catalogue, HoldsFortyChecksOverEverySection) {
  EXPECT_GE(all_checks().size(), 40u);
  std::set<char> sections;
  for (const auto& check : all_checks()) sections.insert(check.clause.front());
  EXPECT_EQ(sections, (std::set<char>{'1', '2', '3', '4', '5', '6'}));
}

TEST(Certify, NothingSelectedSendsNothing) {
  Options options;
  options.skip = {"*"};
  options.token = *UserToken::make("t");
  const Report report = certify(options);
  EXPECT_TRUE(report.nothing_selected);
  EXPECT_EQ(report.requests, 0);
  EXPECT_EQ(report.exit_status(false), 2);
}

}  // namespace
}  // namespace favsync::contract
