#include "favsync/fleet_metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "favsync/commands.h"
#include "favsync/fleet_output.h"

namespace favsync {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

TEST(FleetMetrics, RoundsAndCyclesAreCountedByPartnerAndNeverByUser) {
  FleetMetrics metrics;
  const FleetUser alice{"alice", "https://a.example", UserToken::make("t").value()};
  SyncReport report;
  report.pulled.resize(3);
  report.requests = 2;
  metrics.count_round({alice, report, std::chrono::milliseconds{3}});
  metrics.count_round({alice, fail(ErrorCode::kTimeout, "late"), std::chrono::milliseconds{3}});
  FleetCycle cycle;
  cycle.synced = cycle.failed = 1;
  cycle.partners.push_back(
      {"https://a.example", CircuitBreaker::State::kOpen, {.opened = 2, .refused = 0}, 2, 1, 1});
  metrics.count_cycle(cycle, Timestamp::from_unix(1493721912));
  EXPECT_THAT(
      metrics.text(),
      AllOf(HasSubstr("favsync_sync_rounds_total{partner=\"https://a.example\",result=\"ok\"} 1"),
            HasSubstr(
                "favsync_sync_rounds_total{partner=\"https://a.example\",result=\"timeout\"} 1"),
            HasSubstr("favsync_sync_favorites_total{outcome=\"pulled\","
                      "partner=\"https://a.example\"} 3"),
            HasSubstr("favsync_sync_round_seconds_bucket{partner=\"https://a.example\","
                      "le=\"0.005\"} 2"),
            HasSubstr("state=\"open\"} 1"), HasSubstr("state=\"closed\"} 0"),
            HasSubstr("favsync_sync_last_cycle_timestamp_seconds 1493721912"),
            Not(HasSubstr("alice"))));
}

FleetCycle cycle_with(std::map<ErrorCode, std::size_t> errors, std::size_t synced) {
  FleetCycle cycle;
  cycle.errors = std::move(errors);
  cycle.synced = synced;
  for (const auto& [code, count] : cycle.errors) cycle.failed += count;
  return cycle;
}

TEST(FleetExitStatus, SaysTheWorstThatHappened) {
  EXPECT_EQ(exit_status_of(cycle_with({}, 5)), kConformant);
  EXPECT_EQ(exit_status_of(cycle_with({{ErrorCode::kTimeout, 1}}, 5)), kNotConformant);
  EXPECT_EQ(exit_status_of(cycle_with({{ErrorCode::kConnection, 1}}, 5)), kNotConformant);
  EXPECT_EQ(exit_status_of(cycle_with({{ErrorCode::kConnection, 6}}, 0)), kNoConnection);
  EXPECT_EQ(
      exit_status_of(cycle_with({{ErrorCode::kConnection, 5}, {ErrorCode::kUnavailable, 9}}, 0)),
      kNoConnection);
  EXPECT_EQ(exit_status_of(cycle_with({{ErrorCode::kUnavailable, 9}}, 0)), kNotConformant);
  EXPECT_EQ(exit_status_of(cycle_with({{ErrorCode::kStorage, 1}}, 5)), kOwnFault);
  auto parked = cycle_with({}, 5);
  parked.parked = 1;
  EXPECT_EQ(exit_status_of(parked), kNotConformant);
}

TEST(FleetOutput, JsonHasTheNumbersAndTheFirstFailures) {
  auto cycle = cycle_with({{ErrorCode::kUnauthorized, 1}}, 2);
  cycle.users = 3;
  const auto json =
      print_cycle_json(cycle, 7, {{"bob", {ErrorCode::kUnauthorized, "sign in", std::nullopt}}});
  EXPECT_THAT(json, AllOf(HasSubstr("\"cycle\":7"), HasSubstr("\"errors\":{\"unauthorized\":1}"),
                          HasSubstr("\"failures\":[{\"user\":\"bob\",\"code\":\"unauthorized\","
                                    "\"message\":\"sign in\"}]")));
  EXPECT_THAT(print_cycle_text(cycle, 7),
              HasSubstr("cycle 7: 3 users in 0.00 s: 2 synced, 1 failed (unauthorized 1)"));
}

}  // namespace
}  // namespace favsync
