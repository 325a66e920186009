#include "contract_tests/reports/test_report.h"

#include <iterator>

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

namespace {

LoggedExchange exchange(int number, std::string check, std::string method) {
  LoggedExchange kept;
  kept.number = number;
  kept.check = std::move(check);
  kept.method = std::move(method);
  kept.url = "http://127.0.0.1:8080/getUserFavorites";
  kept.request_headers = {{"Authorization", "Bearer <token:first>"}};
  kept.outcome = "answered";
  kept.status = 200;
  kept.version = "HTTP/1.1";
  kept.headers = {{"Content-Type", "application/json"}, {"Server", "made-up/1"}};
  kept.body = R"([{"item":"session_1","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"}])";
  kept.body_bytes = kept.body.size();
  kept.started = Instant{1'493'721'913, 250'000'000};
  kept.duration = std::chrono::milliseconds(12);
  return kept;
}

std::vector<LoggedExchange> exchanges() {
  LoggedExchange post = exchange(2, "made-up.must", "POST");
  post.url = "http://127.0.0.1:8080/postUserFavorites?a=1&b=2";
  post.request_headers.emplace_back("Content-Type", "application/json");
  post.request_body =
      R"([{"item":"session_1","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"}])";
  post.request_body_bytes = post.request_body.size();
  post.status = 204;
  post.body.clear();
  post.body_bytes = 0;
  LoggedExchange hostile = exchange(3, "made-up.must", "GET");
  hostile.body = "<script>alert('x')</script>]]>\n::error::x\n```\x1b[31m|\xff";
  hostile.body_bytes = 100'000;
  hostile.body_cut = true;
  hostile.anomalies = {"two answers on the line"};
  hostile.reused_connection = true;
  LoggedExchange lost = exchange(4, "restore", "GET");
  lost.outcome = "timed-out";
  lost.problem = "no whole answer within 10 s";
  lost.status = 0;
  lost.version.clear();
  lost.headers.clear();
  lost.body.clear();
  lost.body_bytes = 0;
  return {exchange(1, "preflight", "GET"), post, hostile, lost};
}

}  // namespace

Report full_report() {
  static const Check kChecks[] = {
      {.id = "made-up.warned",
       .clause = "4.5",
       .level = Level::kShould,
       .title = "A tie changes nothing",
       .hint = "Compare with > and not with >=."},
      {.id = "made-up.skipped", .clause = "6.1", .title = "A POST is refused"},
      {.id = "made-up.not-exercised", .clause = "1.2", .title = "Users are kept apart"},
      {.id = "made-up.blocked",
       .clause = "4.4",
       .title = "The newest wins",
       .needs = {"made-up.must"}},
      {.id = "made-up.inconclusive", .clause = "4.8", .title = "Nothing is lost"},
      {.id = "made-up.error", .clause = "3.5", .level = Level::kInfo, .title = "A header is there"},
      {.id = "made-up.waived", .clause = "4.9", .title = "A hundred are taken"},
      {.id = "made-up.newer", .clause = "4.6", .title = "A repetition changes nothing"}};
  const CheckStatus statuses[] = {CheckStatus::kWarn,         CheckStatus::kSkipped,
                                  CheckStatus::kNotExercised, CheckStatus::kBlocked,
                                  CheckStatus::kInconclusive, CheckStatus::kError,
                                  CheckStatus::kWaived,       CheckStatus::kFail};
  CheckReport failed = ended(must_check(), CheckStatus::kFail);
  failed.finding.reason = "restamped";
  failed.finding.message = "item \"session_1\": the date is another one <b>&</b> (3 of 3 tries)";
  failed.finding.expected = "ADD of 2017-05-02T10:45:12.798Z";
  failed.finding.actual = "ADD of 2026-01-01T00:00:00.000Z";
  failed.finding.exchanges = {2, 3};
  Report report = report_of({failed});
  for (std::size_t i = 0; i < std::size(kChecks); ++i) {
    report.checks.push_back(ended(kChecks[i], statuses[i]));
  }
  report.checks[report.checks.size() - 2].waived_from = CheckStatus::kFail;
  report.checks.back().unscored = true;
  report.requirement_set = "2026-1";
  report.waivers = {
      {{"made-up.waived", "made-up-reason", "Ada", "2027-03-31", "known"}, WaiverState::kUsed},
      {{"made-up.other", "made-up-reason", "Ada", "2027-03-31", "mended?"}, WaiverState::kStale}};
  report.suite_version = "0.0.0-test";
  report.contract_revision = "1";
  report.seed = 18'446'744'073'709'551'615u;
  report.options.auth = "bearer";
  report.options.timeout = std::chrono::milliseconds(10'000);
  report.options.max_rps = "2.5";
  report.options.item_prefix = "session_9";
  report.options.tokens = {"first", "other"};
  report.exchanges = exchanges();
  report.requests = 4;
  report.requests_by_phase = count_phases(report.exchanges);
  report.observations = {{"list.longest", "2"}, {"partner.server", "made-up/1 <i>"}};
  report.restore.put_back = 1;
  report.restore.left_removed = 2;
  report.restore.unfinished = {"session_1 of the first user"};
  return report;
}

}  // namespace favsync::contract
