#include "contract_tests/located_json.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

namespace favsync::contract {
namespace {

constexpr std::string_view kKnown[] = {"check", "owner"};

std::string complaint(std::string_view text, JsonComments comments = JsonComments::kRefused) {
  const auto document = LocatedJson::parse(text, "f.json", comments);
  return document ? "" : document.error().message;
}

std::string line_of(std::string_view text, std::string_view place) {
  const auto document = LocatedJson::parse(text, "f.json", JsonComments::kAllowed);
  return document ? document->error(place, "here").value().message : document.error().message;
}

TEST(LocatedJson, EveryValueHasItsLine) {
  constexpr auto kText = "[\n {\"a\": 1,\n  \"b\": [true,\n 2\n,\n\"x\"]},\n null]";
  EXPECT_EQ(line_of(kText, ""), "f.json:1: here");
  EXPECT_EQ(line_of(kText, "[0]"), "f.json:2: [0]: here");
  EXPECT_EQ(line_of(kText, "[0].a"), "f.json:2: [0].a: here");
  EXPECT_EQ(line_of(kText, "[0].b"), "f.json:3: [0].b: here");
  EXPECT_EQ(line_of(kText, "[0].b[1]"), "f.json:4: [0].b[1]: here");
  EXPECT_EQ(line_of(kText, "[0].b[2]"), "f.json:6: [0].b[2]: here");
  EXPECT_EQ(line_of(kText, "[1]"), "f.json:7: [1]: here");
}

TEST(LocatedJson, CommentsCountAsLinesWhereTheyAreAllowed) {
  constexpr auto kText = "{ // why\n /* and\n so on */ \"a\": 1}";
  EXPECT_EQ(line_of(kText, "a"), "f.json:3: a: here");
  EXPECT_THAT(complaint(kText), testing::StartsWith("f.json:1:3: not JSON"));
}

TEST(LocatedJson, WhatIsNoJsonIsToldWithLineAndColumn) {
  EXPECT_THAT(complaint("{\n  \"a\": tru }"), testing::StartsWith("f.json:2:"));
  EXPECT_THAT(complaint(""), testing::StartsWith("f.json:1:1: not JSON"));
  EXPECT_THAT(complaint("{} x"), testing::StartsWith("f.json:1:4: not JSON"));
}

TEST(LocatedJson, MemberThatStandsTwiceIsRefused) {
  EXPECT_EQ(complaint("{\"a\": 1,\n\"b\": {\"c\": 1,\n \"c\": 2}}"),
            "f.json:3: b.c: stands twice in its object; keep one of them");
  EXPECT_EQ(complaint("[{\"a\": 1}, {\"a\": 1}]"), "");
}

TEST(LocatedJson, UnknownMemberIsToldWithTheNearest) {
  const auto document =
      *LocatedJson::parse("{\"check\": \"x\",\n\"ownr\": \"y\"}", "f.json", JsonComments::kRefused);
  EXPECT_EQ(document.expect_members(document.root(), "", kKnown, kKnown).error().message,
            "f.json:2: ownr: unknown member; did you mean \"owner\"?");
}

TEST(LocatedJson, MissingMemberAndWrongKindAreTold) {
  const auto document =
      *LocatedJson::parse("{\"check\": 7, \"owner\": \"\"}", "f.json", JsonComments::kRefused);
  constexpr std::string_view kNeeded[] = {"check", "why"};
  constexpr std::string_view kAll[] = {"check", "owner", "why"};
  EXPECT_EQ(document.expect_members(document.root(), "", kNeeded, kAll).error().message,
            "f.json:1: member \"why\" is missing");
  EXPECT_EQ(document.text_member(document.root(), "", "check").error().message,
            "f.json:1: check: expected a text that is not empty, got 7");
  EXPECT_EQ(document.text_member(document.root(), "", "owner").error().message,
            "f.json:1: owner: expected a text that is not empty, got \"\"");
}

}  // namespace
}  // namespace favsync::contract
