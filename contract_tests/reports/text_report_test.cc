#include <gmock/gmock.h>

#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/test_report.h"

namespace favsync::contract {
namespace {

using testing::HasSubstr;
using testing::Not;

Report failed_report() {
  CheckReport failed = ended(must_check(), CheckStatus::kFail);
  failed.finding.reason = "restamped";
  failed.finding.message = "the date is another one (3 of 3 tries)";
  failed.finding.expected = "ADD of 2017-05-02T10:45:12.798Z";
  failed.finding.actual = "ADD of 2026-01-01T00:00:00.000Z";
  failed.finding.exchanges = {4, 5};
  Report report = report_of({failed});
  report.restore.touched = 2;
  report.restore.left_removed = 1;
  return report;
}

TEST(TextReport, OneFailureIsToldLikeThis) {
  EXPECT_EQ(to_text(failed_report(), {}),
            R"(http://127.0.0.1:8080  two-way (found out), standard depth, seed 7
pass made-up.other                A read answers
FAIL made-up.must                 A write takes effect
       §4.2      the date is another one (3 of 3 tries)
       reason    restamped
       expected  ADD of 2017-05-02T10:45:12.798Z
       actual    ADD of 2026-01-01T00:00:00.000Z
       look at   The code that writes.
       exchanges #4, #5

not conformant: 1 passed, 1 failed
Test data: 2 items written; 0 put back with new dates; 1 that were new stay listed as DELETE.
Mend this first: made-up.must (§4.2): the date is another one (3 of 3 tries)
See also: favsync explain made-up.must
5 requests in 1.2 s.
)");
}

TEST(TextReport, ColourOnlyWhenAskedFor) {
  EXPECT_THAT(to_text(failed_report(), {}), Not(HasSubstr("\x1b")));
  EXPECT_THAT(to_text(failed_report(), {.colour = true}), HasSubstr("\x1b[31;1mFAIL\x1b[0m"));
}

TEST(TextReport, QuietLeavesOutWhatPassed) {
  const std::string text = to_text(failed_report(), {.quiet = true});
  EXPECT_THAT(text, Not(HasSubstr("made-up.other")));
  EXPECT_THAT(text, HasSubstr("FAIL made-up.must"));
  EXPECT_THAT(text, HasSubstr("not conformant"));
}

TEST(TextReport, ProvisionalSaysWhatIsOpen) {
  const std::string text =
      to_text(report_of({ended(must_check(), CheckStatus::kNotExercised)}), {});
  EXPECT_THAT(text, HasSubstr("conformant (provisional): 1 passed, 1 not exercised"));
  EXPECT_THAT(text, HasSubstr("  not exercised: made-up.must: what was found"));
}

TEST(TextReport, UnfinishedRestoreIsSaid) {
  Report report = report_of({});
  report.restore.unfinished = {"first user: session_1", "first user: session_2"};
  EXPECT_THAT(to_text(report, {}),
              HasSubstr("not put back: 2 of the items written, the first: first user: session_1"));
}

TEST(TextReport, ReasonNotToStartIsOneLine) {
  Report report;
  report.no_connection = "http://h:1: refused";
  EXPECT_EQ(to_text(report, {}), "no connection: http://h:1: refused\n");
  Report empty;
  empty.nothing_selected = "nothing matches";
  EXPECT_EQ(to_text(empty, {}), "nothing matches\n");
}

}  // namespace
}  // namespace favsync::contract
