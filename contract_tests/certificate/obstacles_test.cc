#include "contract_tests/certificate/obstacles.h"

#include <gmock/gmock.h>

#include "contract_tests/certificate/test_certificate.h"

namespace favsync::contract {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

// The report with that check ended so.
Report with(std::string_view id, CheckStatus status) {
  Report report = conformant_report();
  check_of(report, id).finding.status = status;
  return report;
}

TEST(Obstacles, RunOfEveryCheckHasNone) {
  EXPECT_THAT(obstacles(conformant_report()), IsEmpty());
}

TEST(Obstacles, MustThatWasNotExercisedIsNone) {
  EXPECT_THAT(obstacles(with("list.empty", CheckStatus::kNotExercised)), IsEmpty());
}

TEST(Obstacles, WarningIsNone) {
  EXPECT_THAT(obstacles(with("list.digits", CheckStatus::kWarn)), IsEmpty());
  EXPECT_THAT(obstacles(with("list.gmt", CheckStatus::kWarn)), IsEmpty());
}

TEST(Obstacles, EachOpenMustIsNamed) {
  EXPECT_THAT(obstacles(with("list.gmt", CheckStatus::kFail)), ElementsAre("failed: list.gmt"));
  EXPECT_THAT(obstacles(with("list.gmt", CheckStatus::kError)),
              ElementsAre("favsync itself failed in: list.gmt"));
  EXPECT_THAT(obstacles(with("list.gmt", CheckStatus::kBlocked)),
              ElementsAre("a MUST was blocked: list.gmt"));
  EXPECT_THAT(obstacles(with("list.gmt", CheckStatus::kInconclusive)),
              ElementsAre("a MUST was inconclusive: list.gmt"));
}

TEST(Obstacles, OpenShouldIsNoneButItsFailureIs) {
  EXPECT_THAT(obstacles(with("list.digits", CheckStatus::kBlocked)), IsEmpty());
  EXPECT_THAT(obstacles(with("list.digits", CheckStatus::kFail)),
              ElementsAre("failed: list.digits"));
}

TEST(Obstacles, WaivedFailureIsOneAndAWaivedWarningIsNot) {
  Report report = with("list.gmt", CheckStatus::kWaived);
  check_of(report, "list.gmt").waived_from = CheckStatus::kFail;
  EXPECT_THAT(obstacles(report), ElementsAre("waived: list.gmt"));
  check_of(report, "list.gmt").waived_from = CheckStatus::kWarn;
  EXPECT_THAT(obstacles(report), IsEmpty());
}

TEST(Obstacles, NarrowedSelectionIsOne) {
  Report report = conformant_report();
  report.options.skip = {"bulk.*"};
  EXPECT_THAT(obstacles(report), ElementsAre("checks were left out with --only or --skip"));
}

TEST(Obstacles, QuickDepthIsOneAndDeepIsNot) {
  Report report = conformant_report();
  report.depth = Depth::kQuick;
  EXPECT_THAT(obstacles(report), ElementsAre("the depth was quick, not standard"));
  report.depth = Depth::kDeep;
  EXPECT_THAT(obstacles(report), IsEmpty());
}

TEST(Obstacles, EveryCheckOfTheSetNeedsAResult) {
  Report report = conformant_report();
  std::erase_if(report.checks,
                [](const CheckReport& check) { return check.check->id == "list.gmt"; });
  EXPECT_THAT(obstacles(report), ElementsAre("set 2026-1 has checks without a result: list.gmt"));
  report = conformant_report();
  check_of(report, "list.gmt").unscored = true;
  EXPECT_THAT(obstacles(report), ElementsAre("set 2026-1 has checks without a result: list.gmt"));
}

TEST(Obstacles, SetMustBeChosenAndKnown) {
  Report report = conformant_report();
  report.requirement_set = "2031-1";
  EXPECT_THAT(obstacles(report),
              ElementsAre("this favsync does not know the requirement set 2031-1"));
  report.requirement_set = "";
  EXPECT_THAT(obstacles(report), ElementsAre("no requirement set was chosen"));
}

TEST(Obstacles, InterruptionAndUnfinishedRestoreAreOnes) {
  Report report = conformant_report();
  report.restore.unfinished = {"session_1 of the first user"};
  report.interrupted = true;
  EXPECT_THAT(obstacles(report),
              ElementsAre("the run was interrupted", "the test data was not put back (1 items)"));
}

TEST(Obstacles, RunThatDidNotStartIsOne) {
  Report report;
  report.no_connection = "refused";
  EXPECT_THAT(obstacles(report), ElementsAre("there was no connection"));
}

TEST(Obstacles, ListThatBreaksARuleWhoseCheckPassedIsOne) {
  Report report = conformant_report();
  report.exchanges[0].body =
      R"([{"item":"x","actionDate":"2017-05-02T10:45:12.798Z","action":"add"}])";
  const auto found = obstacles(report);
  ASSERT_EQ(found.size(), 1u);
  EXPECT_THAT(found[0], HasSubstr("exchange 1 contradicts list.action, which passed: [0].action"));
}

TEST(Obstacles, SentenceNamesTheFirstAndCountsTheRest) {
  EXPECT_EQ(no_certificate({"a"}), "no certificate: a");
  EXPECT_EQ(no_certificate({"a", "b", "c", "d", "e"}), "no certificate: a; b; c (and 2 more)");
}

}  // namespace
}  // namespace favsync::contract
