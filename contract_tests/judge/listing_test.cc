#include "contract_tests/judge/listing.h"

#include <ostream>

#include <gmock/gmock.h>

namespace favsync::contract {
namespace {

using testing::Contains;
using testing::Field;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

Exchange answer(std::string body, int status = 200, std::string type = "application/json") {
  Exchange exchange;
  exchange.number = 7;
  exchange.outcome = Outcome::kAnswered;
  exchange.status = status;
  if (!type.empty()) exchange.headers.emplace_back("Content-Type", std::move(type));
  exchange.body = std::move(body);
  return exchange;
}

std::string favorite(std::string_view item = "\"a\"", std::string_view action = "\"ADD\"",
                     std::string_view date = "\"2017-05-02T10:45:12.798Z\"") {
  return "{\"item\":" + std::string(item) + ",\"action\":" + std::string(action) +
         ",\"actionDate\":" + std::string(date) + "}";
}

TEST(JudgeList, HonestListIsReadWithoutAProblem) {
  const Listing listing = judge_list(answer(
      R"([{"actionDate":"2017-05-02T10:45:12.798Z","item":"session_21982","action":"ADD"},)"
      R"({"actionDate":"2017-05-02T10:50:12.698Z","item":"session_21985","action":"DELETE"}])"));
  EXPECT_THAT(listing.problems, IsEmpty());
  EXPECT_TRUE(listing.is_list);
  EXPECT_EQ(listing.exchange, 7);
  EXPECT_EQ(listing.length, 2u);
  ASSERT_THAT(listing.state, SizeIs(2));
  EXPECT_EQ(to_text(listing.state.at("session_21982")), "ADD of 2017-05-02T10:45:12.798Z");
  EXPECT_EQ(listing.state.at("session_21985").act, Act::kDelete);
}

TEST(JudgeList, OddButLegalListsPass) {
  for (const std::string& body :
       {std::string("[]"), std::string(" [ ] \r\n"),
        "[" + favorite("\"\\u0061\"") + "," + favorite("\"A\"") + "]",
        std::string(R"([{"item":"a","action":"ADD","actionDate":"2017-05-02T10:45:12.798Z",)"
                    R"("title":{"de":"x"},"tags":[1,null]}])")}) {
    const Listing listing = judge_list(answer(body, 200, "Application/JSON; charset=utf-8"));
    EXPECT_TRUE(listing.is_list) << body;
    EXPECT_THAT(listing.problems, IsEmpty()) << body;
  }
}

// One answer that breaks exactly one rule.
struct Spoiled {
  const char* name;
  Exchange exchange;
  ListRule rule;
  bool warning;
  const char* reason;
  const char* message;
  bool is_list = true;
};

void PrintTo(const Spoiled& spoiled, std::ostream* out) {
  *out << spoiled.name;
}

class SpoiledList : public testing::TestWithParam<Spoiled> {};

TEST_P(SpoiledList, BreaksItsRuleAloneAndSaysSo) {
  const Listing listing = judge_list(GetParam().exchange);
  ASSERT_THAT(listing.problems, SizeIs(1));
  const ListProblem& problem = listing.problems.front();
  EXPECT_EQ(problem.rule, GetParam().rule);
  EXPECT_EQ(problem.warning, GetParam().warning);
  EXPECT_EQ(problem.reason, GetParam().reason);
  EXPECT_EQ(problem.message, GetParam().message);
  EXPECT_FALSE(problem.expected.empty());
  EXPECT_FALSE(problem.actual.empty());
  EXPECT_EQ(listing.is_list, GetParam().is_list);
}

Exchange timed_out() {
  Exchange exchange;
  exchange.outcome = Outcome::kTimedOut;
  exchange.problem = "the time limit passed";
  return exchange;
}

Exchange redirect() {
  Exchange exchange = answer("", 302, "");
  exchange.headers.emplace_back("Location", "https://login.example/");
  return exchange;
}

Spoiled status(const char* name, Exchange exchange, const char* reason, const char* message) {
  return {name, std::move(exchange), ListRule::kStatus, false, reason, message, false};
}

Spoiled whole(const char* name, std::string body, ListRule rule, const char* reason,
              const char* message) {
  return {name, answer(std::move(body)), rule, false, reason, message, false};
}

Spoiled element(const char* name, const std::string& body, ListRule rule, const char* reason,
                const char* message) {
  return {name, answer("[" + body + "]"), rule, false, reason, message};
}

Spoiled date(const char* name, std::string_view date, ListRule rule, bool warning,
             const char* reason, const char* message) {
  return {name,   answer("[" + favorite("\"a\"", "\"ADD\"", date) + "]"), rule, warning, reason,
          message};
}

INSTANTIATE_TEST_SUITE_P(
    Whole, SpoiledList,
    testing::Values(
        status("NoAnswer", timed_out(), "timed-out", "no whole answer: the time limit passed"),
        status("Refused", answer("{}", 401), "status-401",
               "answered 401: the token that should be valid is refused; is it fresh, and does it "
               "ride as the partner expects (--auth)?"),
        status("NotFound", answer("", 404), "status-404",
               "answered 404: no such endpoint; is the base URL right?"),
        status("Redirect", redirect(), "status-302",
               "answered 302: redirects to https://login.example/; redirects are not followed, "
               "because the token would travel along"),
        status("Broken", answer("oops", 500), "status-500", "answered 500"),
        whole("Empty", "", ListRule::kJson, "empty-body", "an empty body"),
        whole("Bom", "\xEF\xBB\xBF[]", ListRule::kJson, "byte-order-mark",
              "a byte order mark (EF BB BF) before the JSON"),
        whole("Object", R"({"favorites":[]})", ListRule::kArray, "not-an-array",
              "the top level is an object, with a list in \"favorites\"; expected the array "
              "itself"),
        whole("Null", "null", ListRule::kArray, "not-an-array",
              "the top level is null; expected the array itself"),
        Spoiled{"TextType", answer("[]", 200, "text/plain"), ListRule::kContentType, true,
                "content-type", "Content-Type is \"text/plain\""},
        Spoiled{"NoType", answer("[]", 200, ""), ListRule::kContentType, true, "content-type",
                "no Content-Type"}),
    [](const auto& spoiled) { return spoiled.param.name; });

INSTANTIATE_TEST_SUITE_P(
    Elements, SpoiledList,
    testing::Values(
        element("Number", "7", ListRule::kElement, "not-an-object",
                "[0]: expected an object, got a number"),
        element("MemberTwice",
                R"({"item":"a","action":"ADD","action":"DELETE",)"
                R"("actionDate":"2017-05-02T10:45:12.798Z"})",
                ListRule::kElement, "duplicate-member",
                "[0].action: the member stands twice in its object"),
        element("NoItem", R"({"action":"ADD","actionDate":"2017-05-02T10:45:12.798Z"})",
                ListRule::kItem, "missing", "[0].item: missing"),
        element("NumericItem", favorite("21982"), ListRule::kItem, "not-a-string",
                "[0].item: expected a string, got 21982 (a number)"),
        element("EmptyItem", favorite("\"\""), ListRule::kItem, "empty",
                "[0].item: an empty string"),
        element("Twice", favorite() + "," + favorite(), ListRule::kUnique, "listed-twice",
                "[1]: item \"a\" stands in the list again"),
        element("LowerCaseAction", favorite("\"a\"", "\"add\""), ListRule::kAction,
                "not-add-or-delete", "[0].action: expected \"ADD\" or \"DELETE\", got \"add\""),
        element("NoAction", R"({"item":"a","actionDate":"2017-05-02T10:45:12.798Z"})",
                ListRule::kAction, "missing",
                "[0].action: expected \"ADD\" or \"DELETE\", got nothing"),
        element("NoDate", R"({"item":"a","action":"ADD"})", ListRule::kDate, "missing",
                "[0].actionDate: expected a string, got nothing"),
        date("EpochDate", "1493721912798", ListRule::kDate, false, "not-a-string",
             "[0].actionDate: expected a string, got 1493721912798"),
        date("NoZone", "\"2017-05-02T10:45:12.798\"", ListRule::kDate, false, "not-rfc3339",
             "[0].actionDate \"2017-05-02T10:45:12.798\": no zone; expected 'Z' at the end"),
        date("LocalOffset", "\"2017-05-02T12:45:12.798+02:00\"", ListRule::kGmt, false,
             "local-offset",
             "[0].actionDate \"2017-05-02T12:45:12.798+02:00\": an offset other than GMT; expected "
             "'Z'"),
        date("PlusZero", "\"2017-05-02T10:45:12.798+00:00\"", ListRule::kGmt, true, "plus-zero",
             "[0].actionDate \"2017-05-02T10:45:12.798+00:00\": GMT written as +00:00; the form is "
             "'Z'"),
        date("NoFraction", "\"2017-05-02T10:45:12Z\"", ListRule::kDigits, true, "fraction-digits",
             "[0].actionDate \"2017-05-02T10:45:12Z\": 0 fraction digits; the article's form has "
             "three"),
        date("SixDigitsForNothing", "\"2017-05-02T10:45:12.798000Z\"", ListRule::kDigits, true,
             "fraction-digits",
             "[0].actionDate \"2017-05-02T10:45:12.798000Z\": 6 fraction digits; the article's "
             "form has three")),
    [](const auto& spoiled) { return spoiled.param.name; });

TEST(JudgeList, HtmlIsNamedSo) {
  const Listing listing = judge_list(answer("<!doctype html>\n<html><body>Sign in</body></html>"));
  ASSERT_THAT(listing.problems, SizeIs(1));
  EXPECT_EQ(listing.problems[0].rule, ListRule::kJson);
  EXPECT_EQ(listing.problems[0].reason, "html");
  EXPECT_THAT(listing.problems[0].message, HasSubstr("it begins: <!doctype html>"));
}

TEST(JudgeList, WhatIsNoJsonIsRefused) {
  for (const char* body : {"[", "[]]", "[1,]", "[{\"item\":\"\xff\"}]", "[{'item':'a'}]", "[NaN]",
                           "[] []", "[\"\x01\"]", "// note\n[]"}) {
    const Listing listing = judge_list(answer(body));
    ASSERT_THAT(listing.problems, SizeIs(1)) << body;
    EXPECT_EQ(listing.problems[0].rule, ListRule::kJson) << body;
    EXPECT_EQ(listing.problems[0].reason, "not-json") << body;
    EXPECT_FALSE(listing.is_list) << body;
  }
}

TEST(JudgeList, NestingBombIsRefusedUnread) {
  const Listing listing = judge_list(answer(std::string(2'000'000, '[')));
  ASSERT_THAT(listing.problems, SizeIs(1));
  EXPECT_THAT(listing.problems[0].message, HasSubstr("nested 2000000 levels deep"));
}

TEST(JudgeList, FinerDatesMayHaveMoreDigits) {
  const auto body = "[" + favorite("\"a\"", "\"ADD\"", "\"2017-05-02T10:45:12.798001Z\"") + "]";
  EXPECT_THAT(judge_list(answer(body)).problems, IsEmpty());
}

TEST(JudgeList, OfAnItemThatStandsTwiceTheNewestCounts) {
  const Listing listing = judge_list(answer(
      "[" + favorite() + "," + favorite("\"a\"", "\"DELETE\"", "\"2017-05-02T10:45:12.799Z\"") +
      "," + favorite("\"a\"", "\"ADD\"", "\"2017-05-02T10:45:12.797Z\"") + "]"));
  EXPECT_EQ(listing.state.at("a").act, Act::kDelete);
  EXPECT_EQ(listing.length, 3u);
}

TEST(JudgeList, ManyOfOneKindAreCountedAndNotAllTold) {
  std::string body = "[7";
  for (int i = 0; i < 9; ++i) body += ",7";
  const Listing listing = judge_list(answer(body + "]"));
  ASSERT_THAT(listing.problems, SizeIs(3));
  EXPECT_EQ(listing.problems[0].message, "[0]: expected an object, got a number (and 9 more)");
}

TEST(JudgeList, BadElementDoesNotHideTheOthers) {
  const Listing listing = judge_list(answer("[" + favorite("7") + "," + favorite("\"b\"") + "]"));
  EXPECT_THAT(listing.state, SizeIs(1));
  EXPECT_TRUE(listing.state.contains("b"));
  EXPECT_THAT(listing.problems, Contains(Field(&ListProblem::rule, ListRule::kItem)));
}

TEST(Value, FinerThanAMillisecondMayBeCutOrRounded) {
  const Instant sent{100, 798'600'000};
  EXPECT_TRUE(same_to_the_millisecond(sent, {100, 798'000'000}));
  EXPECT_TRUE(same_to_the_millisecond(sent, {100, 799'000'000}));
  EXPECT_FALSE(same_to_the_millisecond(sent, {100, 797'000'000}));
  EXPECT_FALSE(same_to_the_millisecond({100, 798'000'000}, {100, 799'000'000}));
  EXPECT_FALSE(agrees({Act::kAdd, sent}, {Act::kDelete, sent}));
}

}  // namespace
}  // namespace favsync::contract
