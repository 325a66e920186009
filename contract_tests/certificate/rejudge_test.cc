#include "contract_tests/certificate/rejudge.h"

#include <gmock/gmock.h>

#include "contract_tests/certificate/test_certificate.h"

namespace favsync::contract {
namespace {

using testing::HasSubstr;
using testing::IsEmpty;

Report with_body(std::string body) {
  Report report = conformant_report();
  report.exchanges[0].body = std::move(body);
  return report;
}

struct Spoiled {
  const char* check;
  const char* body;
};

class ListJudgedAgain : public testing::TestWithParam<Spoiled> {};

TEST_P(ListJudgedAgain, ContradictsItsCheckUnlessThatFailed) {
  Report report = with_body(GetParam().body);
  const auto found = judge_again(report).contradictions;
  ASSERT_FALSE(found.empty());
  EXPECT_THAT(found.front(), HasSubstr(std::string("exchange 1 contradicts ") + GetParam().check));
  check_of(report, GetParam().check).finding.status = CheckStatus::kFail;
  EXPECT_THAT(judge_again(report).contradictions, IsEmpty());
}

INSTANTIATE_TEST_SUITE_P(
    EachRule, ListJudgedAgain,
    testing::Values(
        Spoiled{"list.json", "[{]"}, Spoiled{"list.array", "{}"}, Spoiled{"list.elements", "[1]"},
        Spoiled{"list.item",
                R"([{"item":"","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"}])"},
        Spoiled{"list.action",
                R"([{"item":"x","actionDate":"2017-05-02T10:45:12.798Z","action":"Add"}])"},
        Spoiled{"list.date", R"([{"item":"x","actionDate":"yesterday","action":"ADD"}])"},
        Spoiled{"list.gmt",
                R"([{"item":"x","actionDate":"2017-05-02T10:45:12.798+02:00","action":"ADD"}])"},
        Spoiled{"list.unique",
                R"([{"item":"x","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"},
                    {"item":"x","actionDate":"2017-05-02T10:45:12.799Z","action":"ADD"}])"}),
    [](const auto& row) {
      std::string name = row.param.check;
      name[name.find('.')] = '_';
      return name;
    });

TEST(JudgeAgain, GoodListIsCountedAndContradictsNothing) {
  const Rejudged again = judge_again(conformant_report());
  EXPECT_EQ(again.lists, 1);
  EXPECT_EQ(again.cut, 0);
  EXPECT_THAT(again.contradictions, IsEmpty());
}

TEST(JudgeAgain, WarningsAreNoContradiction) {
  EXPECT_THAT(
      judge_again(
          with_body(R"([{"item":"x","actionDate":"2017-05-02T10:45:12+00:00","action":"ADD"}])"))
          .contradictions,
      IsEmpty());
}

TEST(JudgeAgain, OfWhatWasCutTheBeginningIsJudged) {
  const std::string good =
      R"([{"item":"a]}\"","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"})";
  Report report = with_body(good + R"(, {"item":"b","action)");
  report.exchanges[0].body_cut = true;
  EXPECT_EQ(judge_again(report).lists, 1);
  EXPECT_EQ(judge_again(report).cut, 1);
  EXPECT_THAT(judge_again(report).contradictions, IsEmpty());
  report.exchanges[0].body = good + "," + good.substr(1) + ",{";
  EXPECT_THAT(judge_again(report).contradictions,
              testing::ElementsAre(HasSubstr("contradicts list.unique")));
  report.exchanges[0].body = good.substr(0, 20);
  EXPECT_THAT(judge_again(report).contradictions, IsEmpty());
}

TEST(JudgeAgain, WhatWasCutAndIsNoArrayContradicts) {
  Report report = with_body("<html>");
  report.exchanges[0].body_cut = true;
  EXPECT_THAT(judge_again(report).contradictions,
              testing::ElementsAre(HasSubstr("contradicts list.json")));
}

TEST(JudgeAgain, OnlyAnswersWith200ToGetAreLists) {
  Report report = with_body("no list");
  report.exchanges[0].status = 401;
  EXPECT_EQ(judge_again(report).lists, 0);
  report.exchanges[0].status = 200;
  report.exchanges[0].method = "POST";
  EXPECT_EQ(judge_again(report).lists, 0);
  report.exchanges[0].method = "GET";
  report.exchanges[0].outcome = "truncated";
  EXPECT_EQ(judge_again(report).lists, 0);
}

}  // namespace
}  // namespace favsync::contract
