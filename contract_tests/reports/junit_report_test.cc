#include <set>

#include <gmock/gmock.h>
#include <pugixml.hpp>

#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/test_report.h"

namespace favsync::contract {
namespace {

using testing::HasSubstr;

// The test suite in the document, or a null node where it cannot be parsed.
pugi::xml_node suite_of(pugi::xml_document& document, const Report& report) {
  if (!document.load_string(to_junit(report).c_str())) return {};
  return document.child("testsuites").child("testsuite");
}

Report every_status() {
  std::vector<CheckReport> checks;
  for (const auto status :
       {CheckStatus::kWarn, CheckStatus::kFail, CheckStatus::kSkipped, CheckStatus::kNotExercised,
        CheckStatus::kBlocked, CheckStatus::kInconclusive, CheckStatus::kError,
        CheckStatus::kWaived}) {
    checks.push_back(ended(must_check(), status));
  }
  return report_of(std::move(checks));
}

TEST(JunitReport, CountsWhatItHolds) {
  pugi::xml_document document;
  const auto suite = suite_of(document, every_status());
  ASSERT_TRUE(suite);
  EXPECT_EQ(suite.attribute("tests").as_int(), 9);
  EXPECT_EQ(suite.attribute("failures").as_int(), 1);
  EXPECT_EQ(suite.attribute("errors").as_int(), 3);
  EXPECT_EQ(suite.attribute("skipped").as_int(), 3);
  EXPECT_STREQ(suite.attribute("time").value(), "1.230");
  EXPECT_STREQ(suite.attribute("timestamp").value(), "2017-05-02T10:45:12Z");
  EXPECT_EQ(document.child("testsuites").attribute("tests").as_int(), 9);
}

TEST(JunitReport, EachStatusIsTheElementThatReadersKnow) {
  pugi::xml_document document;
  std::vector<std::string> elements;
  for (const auto testcase : suite_of(document, every_status()).children("testcase")) {
    elements.emplace_back(testcase.first_child().name());
  }
  EXPECT_THAT(elements, testing::ElementsAre("", "system-out", "failure", "skipped", "skipped",
                                             "error", "error", "error", "skipped"));
}

TEST(JunitReport, UnscoredChecksAreSkippedUnlessFavsyncFailed) {
  Report report =
      report_of({ended(must_check(), CheckStatus::kFail), ended(must_check(), CheckStatus::kPass),
                 ended(must_check(), CheckStatus::kError)});
  for (std::size_t i = 1; i < report.checks.size(); ++i) report.checks[i].unscored = true;
  pugi::xml_document document;
  const auto suite = suite_of(document, report);
  std::vector<std::string> elements;
  for (const auto testcase : suite.children("testcase")) {
    elements.emplace_back(testcase.first_child().name());
  }
  EXPECT_THAT(elements, testing::ElementsAre("", "skipped", "", "error"));
  EXPECT_EQ(suite.attribute("failures").as_int(), 0);
  EXPECT_EQ(suite.attribute("skipped").as_int(), 1);
  EXPECT_EQ(suite.attribute("errors").as_int(), 1);
}

TEST(JunitReport, FailureSaysAllThatThereIsToSay) {
  CheckReport failed = ended(must_check(), CheckStatus::kFail);
  failed.finding.expected = "<ADD> & \"more\"";
  failed.finding.actual = "DELETE";
  pugi::xml_document document;
  const auto testcase = suite_of(document, report_of({failed})).last_child();
  EXPECT_STREQ(testcase.attribute("name").value(), "made-up.must");
  EXPECT_STREQ(testcase.attribute("classname").value(), "favsync.made-up");
  const auto failure = testcase.child("failure");
  EXPECT_STREQ(failure.attribute("message").value(), "what was found");
  EXPECT_STREQ(failure.attribute("type").value(), "made-up-reason");
  EXPECT_STREQ(
      failure.text().get(),
      "§4.2 what was found\nreason: made-up-reason\nexpected: <ADD> & \"more\"\nactual: DELETE\n"
      "look at: The code that writes.\n");
}

TEST(JunitReport, NamesOfTheWholeCatalogueAreUnique) {
  std::vector<CheckReport> checks;
  for (const auto& check : all_checks()) checks.push_back(ended(check, CheckStatus::kPass));
  Report report = report_of({});
  report.checks = std::move(checks);
  pugi::xml_document document;
  std::set<std::string> names;
  for (const auto testcase : suite_of(document, report).children("testcase")) {
    EXPECT_TRUE(names.insert(testcase.attribute("name").value()).second)
        << testcase.attribute("name").value();
  }
  EXPECT_EQ(names.size(), all_checks().size());
}

TEST(JunitReport, ControlCharactersDoNotBreakIt) {
  std::string hostile = "a";
  for (char c = 1; c < 0x20; ++c) hostile += c;
  CheckReport failed = ended(must_check(), CheckStatus::kFail);
  failed.finding.message = hostile + "]]></failure><b>";
  failed.finding.actual = hostile;
  pugi::xml_document document;
  const std::string text = to_junit(report_of({failed}));
  ASSERT_TRUE(document.load_string(text.c_str()));
  for (const char c : text) {
    EXPECT_TRUE(static_cast<unsigned char>(c) >= 0x20 || c == '\n' || c == '\t') << int{c};
  }
  EXPECT_THAT(document.child("testsuites").child("testsuite").last_child().child_value("failure"),
              HasSubstr("]]></failure><b>"));
}

}  // namespace
}  // namespace favsync::contract
