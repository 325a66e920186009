#include "favsync/progress.h"

#include <gmock/gmock.h>

namespace favsync {
namespace {

using contract::Check;
using contract::CheckReport;
using contract::CheckStatus;

class Progress : public testing::Test {
 protected:
  ProgressLine line(std::size_t width, bool colour = false) {
    return {[this](std::string_view text) { printed_ += text; }, [this] { return now_; }, width,
            colour};
  }
  CheckReport failed() const {
    CheckReport report;
    report.check = &check_;
    report.finding.status = CheckStatus::kFail;
    report.finding.message = "the date is another one\x1b[2J";
    return report;
  }
  const Check check_{.id = "write.keeps-date", .clause = "4.2"};
  std::chrono::steady_clock::time_point now_{};
  std::string printed_;
};

TEST_F(Progress, SaysWhichCheckHowManyRequestsAndHowLong) {
  ProgressLine bar = line(80);
  CheckReport passed;
  passed.check = &check_;
  bar.started(check_, 12, 103);
  bar.finished(passed, 87);
  printed_.clear();
  now_ += std::chrono::milliseconds(3250);
  bar.tick();
  EXPECT_EQ(printed_, "\r\x1b[K[12/103] write.keeps-date  87 requests  3.2 s");
}

TEST_F(Progress, FailureComesAtOnceAndDrivesNoTerminal) {
  ProgressLine bar = line(80);
  bar.started(check_, 1, 2);
  printed_.clear();
  bar.finished(failed(), 1);
  EXPECT_EQ(printed_,
            "\r\x1b[KFAIL write.keeps-date (§4.2): the date is another one\\x1b[2J\n"
            "\r\x1b[K[1/2] write.keeps-date  1 request  0.0 s");
}

TEST_F(Progress, NeverWrapsAndIsTakenAway) {
  ProgressLine bar = line(10);
  bar.started(check_, 1, 2);
  EXPECT_EQ(printed_, "\r\x1b[K[1/2] wri");
  printed_.clear();
  bar.end();
  bar.tick();
  EXPECT_EQ(printed_, "\r\x1b[K");
}

}  // namespace
}  // namespace favsync
