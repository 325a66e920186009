#include "contract_tests/reports/test_report.h"

namespace favsync::contract {

const Check& must_check() {
  static const Check kCheck{.id = "made-up.must",
                            .clause = "4.2",
                            .title = "A write takes effect",
                            .hint = "The code that writes."};
  return kCheck;
}

const Check& other_must() {
  static const Check kCheck{
      .id = "made-up.other", .clause = "3.1", .title = "A read answers", .hint = "The server."};
  return kCheck;
}

const Check& should_check() {
  static const Check kCheck{.id = "made-up.should",
                            .clause = "4.5",
                            .level = Level::kShould,
                            .title = "A tie changes nothing",
                            .hint = "Compare with > and not with >=."};
  return kCheck;
}

CheckReport ended(const Check& check, CheckStatus status) {
  CheckReport report;
  report.check = &check;
  report.finding.status = status;
  report.duration = std::chrono::milliseconds(4);
  report.requests = 2;
  if (status == CheckStatus::kPass) return report;
  report.finding.reason = "made-up-reason";
  report.finding.message = "what was found";
  return report;
}

Report report_of(std::vector<CheckReport> more) {
  Report report;
  report.url = "http://127.0.0.1:8080";
  report.profile = Profile::kTwoWay;
  report.profile_was_found = true;
  report.seed = 7;
  report.started = Instant{1'493'721'912, 0};
  report.duration = std::chrono::milliseconds(1230);
  report.requests = 5;
  report.checks.push_back(ended(other_must(), CheckStatus::kPass));
  for (auto& check : more) report.checks.push_back(std::move(check));
  return report;
}

}  // namespace favsync::contract
