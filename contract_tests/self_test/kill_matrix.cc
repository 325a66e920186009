#include "contract_tests/self_test/kill_matrix.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/reports/reports.h"
#include "contract_tests/runner.h"
#include "mock_server/mock_server.h"
#include "mock_server/partner_api.h"
#include "mock_server/partner_state.h"

namespace favsync::contract {
namespace {

Options options_for(MockServer& server) {
  server.user("alice").token("alice-second-token");
  server.user("alice").token("alice-expired-token", std::chrono::seconds(0));
  server.user("nobody").token("nobody-token");
  Options options;
  options.target = *Target::parse(server.url());
  options.token = *UserToken::make("alice-token");
  options.other_token = *UserToken::make("bob-token");
  options.same_user_token = *UserToken::make("alice-second-token");
  options.expired_token = *UserToken::make("alice-expired-token");
  options.empty_token = *UserToken::make("nobody-token");
  options.poison_item = "session_to_be_spoilt";
  options.settle = std::chrono::milliseconds(0);
  options.timeout = std::chrono::milliseconds(4000);
  options.restart = [&server] {
    server.api().restart();
    return 0;
  };
  return options;
}

// Clauses that say the same of a fault: an instant that does not survive (§2.5) is a write that
// does not show its instant (§4.2), and so on. The declared one, or one of its kin, must be cited.
bool cites(std::string_view cited, std::string_view declared) {
  constexpr std::pair<std::string_view, std::string_view> kKin[] = {
      {"4.2", "2.5"}, {"2.5", "4.2"}, {"2.5", "4.4"}, {"4.4", "4.2"},
      {"3.4", "3.3"}, {"2.3", "4.2"}, {"4.2", "3.3"}, {"2.5", "3.3"},
      {"4.3", "3.3"}, {"2.4", "2.3"}, {"2.4", "2.5"}, {"4.2", "4.9"}};
  return cited == declared ||
         std::find(std::begin(kKin), std::end(kKin), std::pair(cited, declared)) != std::end(kKin);
}

}  // namespace

std::string MatrixRow::complaint() const {
  if (breaks == mock::Breaks::kMust) {
    if (fired == 0) return "was not exercised";
    if (verdict != Verdict::kNotConformant) return "lives";
    // A cache of two seconds that mixes users up hides one user's own writes just as well.
    if (behavior == "shared-cache" && clause_of_first == "4.2") return {};
    if (!cites(clause_of_first, clause))
      return fmt::format("dies at {} (§{})", first, clause_of_first);
    return {};
  }
  if (verdict != Verdict::kConformant) {
    return fmt::format("alarm: {} at {}", to_string(verdict), first);
  }
  if (breaks == mock::Breaks::kShould && warned.empty()) {
    return fired == 0 ? "was not exercised" : "no warning";
  }
  if (breaks == mock::Breaks::kNothing && !warned.empty()) return "warning: " + first;
  return {};
}

MatrixRow run_row(const mock::Behavior* behavior, std::uint64_t seed, const MatrixScope& scope) {
  MockServer::Options mock;
  mock.scenario = mock::default_scenario();
  MatrixRow row;
  if (behavior) {
    row.behavior = behavior->id;
    row.kind = behavior->kind;
    row.clause = behavior->clause;
    row.breaks = behavior->breaks;
    mock.read_only = behavior->needs_read_only;
    (behavior->kind == mock::BehaviorKind::kDefect ? mock.defects : mock.quirks)
        .emplace_back(behavior->id);
  }
  MockServer server(mock);
  Options options = options_for(server);
  if (behavior && behavior->id == "revocation-unchecked") {
    server.user("alice").token("alice-revoked-token");
    server.api().state().revoke_token("alice-revoked-token");
    options.expired_token = *UserToken::make("alice-revoked-token");
  }
  options.seed = seed;
  options.depth = scope.depth;
  options.only = scope.only;
  if (behavior && behavior->id == "settles-in-300-ms")
    options.settle = std::chrono::milliseconds(500);
  if (behavior && behavior->id == "before-1970-clamped") options.depth = Depth::kDeep;
  if (behavior && behavior->needs_read_only) options.profile = Profile::kReadOnly;
  const Report report = certify(options);
  row.verdict = report.verdict();
  row.requests = report.requests;
  row.fired = behavior ? server.fired(behavior->id) : 0;
  const CheckReport* first = report.first_failure();
  for (const auto& check : report.checks) {
    if (check.finding.status == CheckStatus::kFail) row.failed.emplace_back(check.check->id);
    if (check.finding.status != CheckStatus::kWarn) continue;
    row.warned.emplace_back(check.check->id);
    if (!first && !report.first_failure()) first = &check;
  }
  if (first) {
    row.first = first->check->id;
    row.clause_of_first = first->check->clause;
    row.reason = first->finding.reason;
  }
  row.text = to_text(report, {.quiet = true});
  return row;
}

std::vector<MatrixRow> run_matrix(std::uint64_t seed, int jobs,
                                  const std::function<void(const MatrixRow&)>& done) {
  std::vector<const mock::Behavior*> todo{nullptr};
  for (const auto& behavior : mock::all_behaviors()) todo.push_back(&behavior);
  std::vector<MatrixRow> rows(todo.size());
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int job = 0; job < jobs; ++job) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < todo.size(); i = next++) {
        rows[i] = run_row(todo[i], seed);
        const std::lock_guard lock(mutex);
        if (done) done(rows[i]);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return rows;
}

std::vector<std::string> checks_that_killed_nothing(const std::vector<MatrixRow>& rows) {
  std::set<std::string_view> killers;
  for (const auto& row : rows) killers.insert(row.failed.begin(), row.failed.end());
  std::vector<std::string> idle;
  for (const auto& check : all_checks()) {
    if (check.level == Level::kMust && !killers.contains(check.id)) idle.emplace_back(check.id);
  }
  return idle;
}

std::string to_text(const std::vector<MatrixRow>& rows) {
  std::string text;
  int dead = 0, defects = 0, green = 0, quirks = 0;
  for (const auto& row : rows) {
    const bool defect = row.kind == mock::BehaviorKind::kDefect;
    const std::string complaint = row.complaint();
    (defect ? defects : quirks) += 1;
    if (complaint.empty()) (defect ? dead : green) += 1;
    text += fmt::format("{} {:<34} {:<28} {}{}\n", complaint.empty() ? "ok " : "BAD",
                        row.behavior.empty() ? "(clean)" : row.behavior, row.first, row.reason,
                        complaint.empty() ? "" : "   <-- " + complaint);
  }
  text += fmt::format("{} of {} defects found where declared, {} of {} correct ones green\n", dead,
                      defects, green, quirks);
  for (const auto& id : checks_that_killed_nothing(rows)) text += "kills nothing: " + id + "\n";
  return text;
}

std::string to_json(const std::vector<MatrixRow>& rows) {
  nlohmann::ordered_json document = nlohmann::ordered_json::array();
  for (const auto& row : rows) {
    document.push_back({{"behavior", row.behavior},
                        {"kind", mock::to_string(row.kind)},
                        {"clause", row.clause},
                        {"verdict", to_string(row.verdict)},
                        {"first", row.first},
                        {"reason", row.reason}});
  }
  return document.dump(1) + "\n";
}

}  // namespace favsync::contract
