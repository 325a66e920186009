#include "contract_tests/certificate/test_certificate.h"

#include <algorithm>
#include <stdexcept>

#include "contract_tests/reports/test_report.h"
#include "contract_tests/requirement_sets.h"

namespace favsync::contract {
namespace {

LoggedExchange list_answer() {
  LoggedExchange exchange;
  exchange.number = 1;
  exchange.check = "read.answers";
  exchange.method = "GET";
  exchange.url = "https://api.partner.example/v1/getUserFavorites?x=1";
  exchange.outcome = "answered";
  exchange.status = 200;
  exchange.version = "HTTP/1.1";
  exchange.headers = {{"Content-Type", "application/json"}};
  exchange.body =
      R"([{"item":"session_1","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"}])";
  exchange.body_bytes = exchange.body.size();
  exchange.started = Instant{1'795'521'600, 0};
  return exchange;
}

}  // namespace

Report conformant_report() {
  Report report = report_of({});
  report.checks.clear();
  for (const auto& check : all_checks()) {
    const bool other_profile = check.applies == Applies::kReadOnly;
    report.checks.push_back(
        ended(check, other_profile ? CheckStatus::kSkipped : CheckStatus::kPass));
  }
  report.url = "https://api.partner.example/v1";
  report.suite_version = "0.1.0";
  report.contract_revision = "1";
  report.requirement_set = newest_requirement_set().id;
  report.options.auth = "bearer";
  report.options.tokens = {"first", "other"};
  report.exchanges = {list_answer()};
  report.requests = 1;
  report.requests_by_phase = count_phases(report.exchanges);
  return report;
}

CheckReport& check_of(Report& report, std::string_view id) {
  const auto found = std::find_if(report.checks.begin(), report.checks.end(),
                                  [&](const CheckReport& check) { return check.check->id == id; });
  if (found == report.checks.end()) throw std::out_of_range(std::string(id));
  return *found;
}

const SigningKey& test_key() {
  static const SigningKey kKey = *SigningKey::generate();
  return kKey;
}

Issue test_issue() {
  Issue issue;
  issue.subject = {"Example Ltd", "Conference API", "build 77"};
  issue.issued = to_instant({.year = 2026, .month = 11, .day = 24, .hour = 12});
  issue.evidence_name = "certificate.evidence.json";
  return issue;
}

}  // namespace favsync::contract
