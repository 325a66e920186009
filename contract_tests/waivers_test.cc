#include "contract_tests/waivers.h"

#include <gmock/gmock.h>

#include "contract_tests/reports/test_report.h"

namespace favsync::contract {
namespace {

using testing::HasSubstr;

constexpr auto kToday = "2026-11-24";

std::string file_with(const std::string& check, const std::string& expires,
                      const std::string& more = "") {
  return "[\n {\"check\": \"" + check + "\", \"reason\": \"restamped\", \"owner\": \"Ada\",\n  " +
         "\"expires\": \"" + expires + "\", \"why\": \"release 2 mends it\"" + more + "}\n]\n";
}

std::string complaint(const std::string& text) {
  const auto waivers = read_waivers(text, "w.json");
  return waivers ? "" : waivers.error().message;
}

Waiver waiver(std::string reason = "made-up-reason", std::string expires = "2026-11-24") {
  return {"made-up.must", std::move(reason), "Ada", std::move(expires), "known"};
}

Report waived(Report report, const std::vector<Waiver>& waivers) {
  settle_waivers(report, waivers, kToday);
  return report;
}

const CheckReport& must_of(const Report& report) {
  return report.checks.at(1);
}

TEST(ReadWaivers, EveryMemberIsKept) {
  const auto waivers = read_waivers(file_with("write.keeps-date", "2027-03-31"), "w.json");
  ASSERT_TRUE(waivers) << waivers.error().message;
  EXPECT_EQ(*waivers, (std::vector<Waiver>{{"write.keeps-date", "restamped", "Ada", "2027-03-31",
                                            "release 2 mends it"}}));
  EXPECT_TRUE(read_waivers("[]", "w.json")->empty());
}

TEST(ReadWaivers, SlipsAreToldWithLineAndPlace) {
  EXPECT_EQ(complaint(file_with("write.keeps-date", "2027-03-31", ", \"ower\": \"x\"")),
            "w.json:3: [0].ower: unknown member; did you mean \"owner\"?");
  EXPECT_THAT(complaint(file_with("write.keeps-dat", "2027-03-31")),
              HasSubstr("w.json:2: [0].check: no check is called \"write.keeps-dat\"; did you mean "
                        "\"write.keeps-date\"?"));
  EXPECT_THAT(complaint("{}"), HasSubstr("w.json:1: expected an array of waivers"));
  EXPECT_THAT(complaint("[{}]"), HasSubstr("[0]: member \"check\" is missing"));
  EXPECT_THAT(complaint("[1]"), HasSubstr("[0]: expected an object, got 1"));
  EXPECT_THAT(complaint("[] // so"), HasSubstr("not JSON"));
}

TEST(ReadWaivers, LastDayIsADayOfTheCalendar) {
  for (const char* day : {"2027-02-29", "2027-3-31", "soon", "2027-03-31T00:00:00Z", "27-03-31",
                          "2027-13-01", "-027-03-31", "2027-03--1"}) {
    EXPECT_THAT(complaint(file_with("write.keeps-date", day)),
                HasSubstr("[0].expires: expected the last day on which it holds"))
        << day;
  }
  EXPECT_EQ(complaint(file_with("write.keeps-date", "2028-02-29")), "");
}

TEST(ReadWaivers, SameCheckAndReasonTwiceIsRefused) {
  const std::string one = file_with("write.keeps-date", "2027-03-31");
  const std::string two = one.substr(0, one.size() - 3) + "," + one.substr(1);
  EXPECT_THAT(complaint(two), HasSubstr("[1]: the same check and reason as [0]"));
}

TEST(Waive, FailureOfThatReasonIsWaivedAndDoesNotFailTheRun) {
  const Report report = waived(report_of({ended(must_check(), CheckStatus::kFail)}), {waiver()});
  EXPECT_EQ(must_of(report).finding.status, CheckStatus::kWaived);
  EXPECT_EQ(must_of(report).waived_from, CheckStatus::kFail);
  EXPECT_THAT(must_of(report).finding.message, HasSubstr("(waived: known; Ada, until 2026-11-24)"));
  EXPECT_EQ(report.verdict(), Verdict::kConformant);
  EXPECT_EQ(report.exit_status(true), 0);
  ASSERT_EQ(report.waivers.size(), 1u);
  EXPECT_EQ(report.waivers[0].state, WaiverState::kUsed);
}

TEST(Waive, FlakyFailureOfThatReasonIsWaivedToo) {
  Report failed = report_of({ended(must_check(), CheckStatus::kFail)});
  failed.checks[1].finding.reason += ".flaky";
  EXPECT_EQ(must_of(waived(failed, {waiver()})).finding.status, CheckStatus::kWaived);
  EXPECT_EQ(must_of(waived(failed, {waiver("made-up-reason.flaky")})).finding.status,
            CheckStatus::kWaived);
}

TEST(Waive, AnotherReasonStillFails) {
  const Report report =
      waived(report_of({ended(must_check(), CheckStatus::kFail)}), {waiver("restamped")});
  EXPECT_EQ(report.exit_status(false), 1);
  EXPECT_EQ(report.waivers[0].state, WaiverState::kUnused);
}

TEST(Waive, ExpiredWaiverIsIgnored) {
  const Report report = waived(report_of({ended(must_check(), CheckStatus::kFail)}),
                               {waiver("made-up-reason", "2026-11-23")});
  EXPECT_EQ(report.exit_status(false), 1);
  EXPECT_EQ(report.waivers[0].state, WaiverState::kExpired);
}

TEST(Waive, WhatCouldNotBeJudgedIsNotWaived) {
  for (const auto status :
       {CheckStatus::kInconclusive, CheckStatus::kError, CheckStatus::kNotExercised}) {
    const Report report = waived(report_of({ended(must_check(), status)}), {waiver()});
    EXPECT_EQ(must_of(report).finding.status, status);
    EXPECT_EQ(report.waivers[0].state, WaiverState::kUnused);
  }
}

TEST(Waive, PassMakesTheWaiverStaleAndFailsOnlyStrictly) {
  const Report report = waived(report_of({ended(must_check(), CheckStatus::kPass)}), {waiver()});
  EXPECT_EQ(report.waivers[0].state, WaiverState::kStale);
  EXPECT_EQ(report.exit_status(false), 0);
  EXPECT_EQ(report.exit_status(true), 1);
}

TEST(Waive, WhatRestsOnAWaivedCheckIsWaivedWithIt) {
  CheckReport blocked = ended(other_must(), CheckStatus::kBlocked);
  blocked.finding.reason = "made-up.must";
  const Report report =
      waived(report_of({ended(must_check(), CheckStatus::kFail), blocked}), {waiver()});
  EXPECT_EQ(report.checks[2].finding.status, CheckStatus::kWaived);
  EXPECT_EQ(report.checks[2].waived_from, CheckStatus::kBlocked);
  EXPECT_EQ(report.verdict(), Verdict::kConformant);
}

TEST(Waive, WhatRestsOnAnotherFailureStaysBlocked) {
  CheckReport blocked = ended(other_must(), CheckStatus::kBlocked);
  blocked.finding.reason = "made-up.should";
  const Report report =
      waived(report_of({ended(must_check(), CheckStatus::kFail), blocked}), {waiver()});
  EXPECT_EQ(report.checks[2].finding.status, CheckStatus::kBlocked);
  EXPECT_EQ(report.verdict(), Verdict::kInconclusive);
}

TEST(Waive, NothingJudgedButWhatIsWaivedIsNoSuccess) {
  Report report = report_of({ended(must_check(), CheckStatus::kFail)});
  report.checks.erase(report.checks.begin());
  EXPECT_EQ(waived(report, {waiver()}).exit_status(false), 4);
}

TEST(Unscored, NeverTouchesTheVerdict) {
  Report report = report_of({ended(must_check(), CheckStatus::kFail),
                             ended(other_must(), CheckStatus::kNotExercised),
                             ended(should_check(), CheckStatus::kWarn)});
  for (std::size_t i = 1; i < report.checks.size(); ++i) report.checks[i].unscored = true;
  EXPECT_EQ(report.verdict(), Verdict::kConformant);
  EXPECT_EQ(report.first_failure(), nullptr);
  EXPECT_FALSE(report.provisional());
  EXPECT_EQ(report.exit_status(true), 0);
  EXPECT_EQ(report.count(CheckStatus::kFail), 0);
  EXPECT_EQ(report.count_unscored(), 3);
}

TEST(Unscored, PassAloneIsNoSuccess) {
  Report report = report_of({});
  report.checks[0].unscored = true;
  EXPECT_EQ(report.exit_status(false), 4);
}

TEST(Unscored, FaultOfFavsyncIsNeverASuccess) {
  Report report = report_of({ended(must_check(), CheckStatus::kError)});
  report.checks[1].unscored = true;
  EXPECT_EQ(report.exit_status(false), 5);
}

}  // namespace
}  // namespace favsync::contract
