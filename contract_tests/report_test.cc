#include "contract_tests/report.h"

#include <ostream>

#include <gmock/gmock.h>

#include "contract_tests/reports/test_report.h"

namespace favsync::contract {
namespace {

Report with(CheckStatus must, CheckStatus should = CheckStatus::kPass) {
  return report_of({ended(must_check(), must), ended(should_check(), should)});
}

struct Row {
  const char* name;
  CheckStatus must, should;
  Verdict verdict;
  int exit, strict_exit;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

class ExitStatus : public testing::TestWithParam<Row> {};

TEST_P(ExitStatus, IsThePublishedOne) {
  const Report report = with(GetParam().must, GetParam().should);
  EXPECT_EQ(report.verdict(), GetParam().verdict);
  EXPECT_EQ(report.exit_status(false), GetParam().exit);
  EXPECT_EQ(report.exit_status(true), GetParam().strict_exit);
}

using S = CheckStatus;
INSTANTIATE_TEST_SUITE_P(
    Table, ExitStatus,
    testing::Values(
        Row{"AllPass", S::kPass, S::kPass, Verdict::kConformant, 0, 0},
        Row{"MustFails", S::kFail, S::kPass, Verdict::kNotConformant, 1, 1},
        Row{"ShouldWarns", S::kPass, S::kWarn, Verdict::kConformant, 0, 1},
        Row{"MustWarns", S::kWarn, S::kPass, Verdict::kConformant, 0, 1},
        Row{"MustSkipped", S::kSkipped, S::kPass, Verdict::kConformant, 0, 0},
        Row{"MustNotExercised", S::kNotExercised, S::kPass, Verdict::kConformant, 0, 4},
        Row{"MustBlocked", S::kBlocked, S::kPass, Verdict::kInconclusive, 4, 4},
        Row{"MustInconclusive", S::kInconclusive, S::kPass, Verdict::kInconclusive, 4, 4},
        Row{"MustEndedByFavsync", S::kError, S::kPass, Verdict::kInconclusive, 5, 5},
        Row{"ShouldEndedByFavsync", S::kPass, S::kError, Verdict::kConformant, 5, 5},
        Row{"ShouldBlocked", S::kPass, S::kBlocked, Verdict::kConformant, 0, 0},
        Row{"ShouldInconclusive", S::kPass, S::kInconclusive, Verdict::kConformant, 0, 0},
        Row{"ShouldNotExercised", S::kPass, S::kNotExercised, Verdict::kConformant, 0, 0}),
    [](const auto& row) { return row.param.name; });

TEST(Report, NothingSelectedIsTwo) {
  Report report;
  report.nothing_selected = "nothing";
  EXPECT_EQ(report.exit_status(false), 2);
}

TEST(Report, NoConnectionIsThree) {
  Report report;
  report.no_connection = "refused";
  EXPECT_EQ(report.exit_status(false), 3);
}

TEST(Report, InterruptIs130AndNeverConformant) {
  Report report = with(CheckStatus::kPass);
  report.interrupted = true;
  EXPECT_EQ(report.exit_status(false), 130);
  EXPECT_EQ(report.verdict(), Verdict::kInconclusive);
}

TEST(Report, UnfinishedRestoreIsSixUnlessAMustFailed) {
  Report report = with(CheckStatus::kPass);
  report.restore.unfinished = {"first user: session_1"};
  EXPECT_EQ(report.exit_status(false), 6);
  Report failed = with(CheckStatus::kFail);
  failed.restore.unfinished = {"first user: session_1"};
  EXPECT_EQ(failed.exit_status(false), 1);
}

TEST(Report, NothingJudgedIsNoSuccess) {
  EXPECT_EQ(Report{}.verdict(), Verdict::kInconclusive);
  Report skipped = with(CheckStatus::kSkipped);
  skipped.checks.front().finding.status = CheckStatus::kSkipped;
  EXPECT_EQ(skipped.verdict(), Verdict::kInconclusive);
  EXPECT_EQ(skipped.exit_status(false), 4);
}

TEST(Report, ShouldAloneIsNoSuccess) {
  Report report = with(CheckStatus::kSkipped);
  report.checks.front().finding.status = CheckStatus::kSkipped;
  ASSERT_EQ(report.checks.back().finding.status, CheckStatus::kPass);
  EXPECT_EQ(report.verdict(), Verdict::kInconclusive);
}

TEST(Report, ProvisionalNamesTheMustsThatWereNotExercised) {
  const Report report = with(CheckStatus::kNotExercised, CheckStatus::kNotExercised);
  EXPECT_TRUE(report.provisional());
  ASSERT_EQ(report.not_exercised_musts().size(), 1u);
  EXPECT_EQ(report.not_exercised_musts().front()->check->id, "made-up.must");
  EXPECT_FALSE(with(CheckStatus::kPass).provisional());
}

TEST(Report, FailedReportIsNotProvisional) {
  Report report = with(CheckStatus::kFail);
  report.checks.push_back(ended(other_must(), CheckStatus::kNotExercised));
  EXPECT_FALSE(report.provisional());
}

TEST(Report, FirstFailureIsTheFirstInOrder) {
  const Report report =
      report_of({ended(should_check(), CheckStatus::kWarn), ended(must_check(), CheckStatus::kFail),
                 ended(other_must(), CheckStatus::kFail)});
  ASSERT_NE(report.first_failure(), nullptr);
  EXPECT_EQ(report.first_failure()->check->id, "made-up.must");
  EXPECT_EQ(report.count(CheckStatus::kFail), 2);
}

}  // namespace
}  // namespace favsync::contract
