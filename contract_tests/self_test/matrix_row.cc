#include "contract_tests/self_test/matrix_row.h"

#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/reports/reports.h"
#include "contract_tests/runner.h"
#include "contract_tests/self_test/mock_partner.h"
#include "mock_server/mock_server.h"
#include "mock_server/partner_api.h"
#include "mock_server/partner_state.h"
#include "wire/clock.h"

namespace favsync::contract {
namespace {

// Goes on from a moment of its own as fast as true time does.
class RunningClock final : public Clock {
 public:
  explicit RunningClock(Timestamp start) : start_(start) {}
  Timestamp now() const override {
    return start_.plus(std::chrono::steady_clock::now() - begun_).floor_to_millis();
  }

 private:
  const Timestamp start_;
  const std::chrono::steady_clock::time_point begun_ = std::chrono::steady_clock::now();
};

void fill_findings(MatrixRow& row, const Report& report) {
  row.verdict = report.verdict();
  row.requests = report.requests;
  row.duration = report.duration;
  for (const auto& check : report.checks) {
    const Kill kill{std::string(check.check->id), check.finding.reason};
    if (check.finding.status == CheckStatus::kFail) row.failed.push_back(kill);
    if (check.finding.status == CheckStatus::kWarn) row.warned.push_back(kill);
  }
  row.text = to_text(report, {.quiet = true});
}

MatrixRow run(const mock::Behavior* behavior, bool read_only, const RowSettings& settings) {
  const RunningClock clock(settings.at);
  MockServer::Options mock;
  mock.scenario = mock::default_scenario();
  mock.clock = &clock;
  mock.read_only = read_only;
  MatrixRow row;
  row.read_only = read_only;
  if (behavior) {
    row.behavior = behavior->id;
    row.kind = behavior->kind;
    row.clause = behavior->clause;
    row.breaks = behavior->breaks;
    (behavior->kind == mock::BehaviorKind::kDefect ? mock.defects : mock.quirks)
        .emplace_back(behavior->id);
  }
  MockServer server(mock);
  Options options;
  use_mock(options, server);
  options.poison_item = "session_to_be_spoilt";
  options.now = [&clock] {
    const Timestamp now = clock.now();
    return Instant{now.seconds(), static_cast<std::int32_t>(now.nanoseconds())};
  };
  options.timeout = std::chrono::milliseconds(4000);
  options.restart = [&server] {
    server.api().restart();
    return 0;
  };
  if (row.behavior == "revocation-unchecked") {
    server.user("alice").token("alice-revoked-token");
    server.api().state().revoke_token("alice-revoked-token");
    options.expired_token = *UserToken::make("alice-revoked-token");
  }
  options.seed = settings.seed;
  options.depth = settings.depth;
  options.only = settings.only;
  options.sabotaged = settings.sabotaged;
  if (row.behavior == "settles-in-300-ms") options.settle = std::chrono::milliseconds(500);
  if (row.behavior == "before-1970-clamped") options.depth = Depth::kDeep;
  if (read_only) options.profile = Profile::kReadOnly;
  fill_findings(row, certify(options));
  row.fired = behavior ? server.fired(behavior->id) : 0;
  return row;
}

}  // namespace

Timestamp golden_instant() {
  return *parse_strict_timestamp("2026-03-11T15:04:05.678Z");
}

const Kill* MatrixRow::first() const {
  if (!failed.empty()) return &failed.front();
  return warned.empty() ? nullptr : &warned.front();
}

std::string MatrixRow::complaint(const RecordedRow* declared) const {
  const Kill* found = first();
  const std::string at = found ? to_text(*found) : "nothing";
  if (breaks == mock::Breaks::kMust) {
    if (fired == 0) return "was not exercised";
    if (verdict != Verdict::kNotConformant) return "lives";
  } else if (verdict != Verdict::kConformant) {
    return fmt::format("alarm: {} at {}", to_string(verdict), at);
  }
  if (breaks == mock::Breaks::kShould && !found) {
    return fired == 0 ? "was not exercised" : "no warning";
  }
  if (breaks == mock::Breaks::kNothing) return found ? "warning: " + at : "";
  if (!declared || !declared->first) return fmt::format("dies at {}, and is declared nowhere", at);
  if (declared->declares(*found)) return {};
  return fmt::format("{} at {}; declared: {}", breaks == mock::Breaks::kMust ? "dies" : "warning",
                     at, to_text(*declared->first));
}

MatrixRow MatrixRow::without(std::string_view check) const {
  MatrixRow row = *this;
  const auto of_check = [&](const Kill& kill) { return kill.check == check; };
  std::erase_if(row.failed, of_check);
  std::erase_if(row.warned, of_check);
  if (row.failed.empty() && row.verdict == Verdict::kNotConformant) {
    row.verdict = Verdict::kConformant;
  }
  return row;
}

MatrixRow run_row(const mock::Behavior* behavior, const RowSettings& settings) {
  return run(behavior, behavior && behavior->needs_read_only, settings);
}

MatrixRow run_clean_read_only(const RowSettings& settings) {
  return run(nullptr, true, settings);
}

RecordedRow record(const MatrixRow& row, const RecordedRow* declared) {
  RecordedRow made;
  made.behavior = row.behavior;
  made.kind = row.behavior.empty() ? "clean" : mock::to_string(row.kind);
  made.clause = row.clause;
  made.breaks = mock::to_string(row.breaks);
  made.verdict = to_string(row.verdict);
  if (const Kill* first = row.first()) made.first = *first;
  if (declared) {
    made.also = declared->also;
    made.why = declared->why;
    // One of the places where it may show first is as good as the other: the file keeps its own.
    if (made.first && declared->declares(*made.first)) made.first = declared->first;
  }
  made.failed = row.failed;
  made.warned = row.warned;
  if (const auto* behavior = mock::find_behavior(row.behavior)) {
    made.story = behavior->story;
    made.cure = behavior->cure;
  }
  return made;
}

}  // namespace favsync::contract
