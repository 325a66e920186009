// What was waived and what did not count shows in every form of the report.
#include <gmock/gmock.h>

#include "contract_tests/reports/evidence.h"
#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/test_report.h"

namespace favsync::contract {
namespace {

using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

TEST(ScoringInReports, TextHasIt) {
  const std::string text = to_text(full_report(), {});
  EXPECT_THAT(text, AllOf(HasSubstr("wavd made-up.waived"), HasSubstr("1 waived"),
                          HasSubstr("1 unscored (not in set 2026-1)"),
                          HasSubstr("A repetition changes nothing (unscored)"),
                          HasSubstr("stale waiver: made-up.other for made-up-reason (Ada")));
}

TEST(ScoringInReports, MarkdownHasIt) {
  EXPECT_THAT(to_markdown(full_report()),
              AllOf(HasSubstr("made-up.waived"), HasSubstr("failed, unscored"),
                    HasSubstr("used waiver: made-up.waived"),
                    HasSubstr("1 check not in requirement set 2026-1, so unscored")));
}

TEST(ScoringInReports, HtmlHasIt) {
  EXPECT_THAT(to_html(full_report()),
              AllOf(HasSubstr("data-status=\"waived\""), HasSubstr(">failed, unscored<"),
                    HasSubstr("stale waiver: made-up.other")));
}

TEST(ScoringInReports, AnnotationsLeaveUnscoredChecksOut) {
  EXPECT_THAT(to_github_annotations(full_report()),
              AllOf(HasSubstr("made-up.must"), Not(HasSubstr("made-up.newer"))));
}

TEST(ScoringInReports, EvidenceKeepsIt) {
  const auto again = read_evidence(to_evidence(full_report()));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->waivers, full_report().waivers);
  EXPECT_EQ(again->requirement_set, "2026-1");
  EXPECT_EQ(again->count_unscored(), 1);
  EXPECT_EQ(again->checks[again->checks.size() - 2].waived_from, CheckStatus::kFail);
}

}  // namespace
}  // namespace favsync::contract
