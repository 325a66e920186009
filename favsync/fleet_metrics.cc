#include "favsync/fleet_metrics.h"

#include <array>

#include <prometheus/counter.h>
#include <prometheus/gauge.h>
#include <prometheus/histogram.h>
#include <prometheus/registry.h>
#include <prometheus/text_serializer.h>

namespace favsync {
namespace {

using prometheus::BuildCounter;
using prometheus::BuildGauge;
using prometheus::BuildHistogram;
using Counters = prometheus::Family<prometheus::Counter>;
using Gauges = prometheus::Family<prometheus::Gauge>;
using Histograms = prometheus::Family<prometheus::Histogram>;

const prometheus::Histogram::BucketBoundaries kRoundSeconds = {
    0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60};

constexpr std::array kBreakerStates = {CircuitBreaker::State::kClosed, CircuitBreaker::State::kOpen,
                                       CircuitBreaker::State::kHalfOpen};

}  // namespace

struct FleetMetrics::Parts {
  prometheus::Registry registry;
  Counters& rounds = BuildCounter()
                         .Name("favsync_sync_rounds_total")
                         .Help("Rounds, by what they came to: ok, or the name of the error")
                         .Register(registry);
  Histograms& seconds = BuildHistogram()
                            .Name("favsync_sync_round_seconds")
                            .Help("Time of one user's round")
                            .Register(registry);
  Counters& requests = BuildCounter()
                           .Name("favsync_sync_requests_total")
                           .Help("Requests sent in rounds that got a list, retries included")
                           .Register(registry);
  Counters& favorites = BuildCounter()
                            .Name("favsync_sync_favorites_total")
                            .Help("Favourites, by what became of them")
                            .Register(registry);
  Counters& unchanged = BuildCounter()
                            .Name("favsync_sync_not_modified_total")
                            .Help("Rounds that ended with 304 and nothing to send")
                            .Register(registry);
  Gauges& breaker = BuildGauge()
                        .Name("favsync_sync_breaker_state")
                        .Help("1 for the state in which the partner's circuit breaker is")
                        .Register(registry);
  Gauges& opened = BuildGauge()
                       .Name("favsync_sync_breaker_opened")
                       .Help("Times that the partner's circuit breaker opened")
                       .Register(registry);
  Gauges& users = BuildGauge()
                      .Name("favsync_sync_users")
                      .Help("Users of the last cycle, by what became of their rounds")
                      .Register(registry);
  prometheus::Counter& cycles = BuildCounter()
                                    .Name("favsync_sync_cycles_total")
                                    .Help("Cycles over all users")
                                    .Register(registry)
                                    .Add({});
  prometheus::Gauge& cycle_seconds = BuildGauge()
                                         .Name("favsync_sync_cycle_seconds")
                                         .Help("Time of the last cycle")
                                         .Register(registry)
                                         .Add({});
  prometheus::Gauge& ended_at = BuildGauge()
                                    .Name("favsync_sync_last_cycle_timestamp_seconds")
                                    .Help("When the last cycle ended, in seconds since 1970")
                                    .Register(registry)
                                    .Add({});
};

FleetMetrics::FleetMetrics() : parts_(std::make_unique<Parts>()) {}
FleetMetrics::~FleetMetrics() = default;

void FleetMetrics::count_round(const FleetOutcome& outcome) {
  const std::string& partner = outcome.user.url;
  const auto& result = outcome.result;
  const Error* error = !result ? &result.error() : nullptr;
  if (result && result->push_error) error = &*result->push_error;
  parts_->rounds
      .Add({{"partner", partner}, {"result", error ? std::string(to_string(error->code)) : "ok"}})
      .Increment();
  parts_->seconds.Add({{"partner", partner}}, kRoundSeconds)
      .Observe(std::chrono::duration<double>(outcome.duration).count());
  if (!result) return;
  parts_->requests.Add({{"partner", partner}}).Increment(result->requests);
  if (result->not_modified) parts_->unchanged.Add({{"partner", partner}}).Increment();
  const auto count = [&](const char* outcome_name, std::size_t number) {
    parts_->favorites.Add({{"partner", partner}, {"outcome", outcome_name}})
        .Increment(static_cast<double>(number));
  };
  count("pulled", result->pulled.size());
  count("pushed", result->pushed.size());
  count("unsent", result->unsent.size());
  count("rejected", result->rejected.size());
  count("conflict", result->conflicts.size());
  count("skipped", result->skipped.size());
}

void FleetMetrics::count_cycle(const FleetCycle& cycle, Timestamp now) {
  parts_->cycles.Increment();
  parts_->cycle_seconds.Set(std::chrono::duration<double>(cycle.duration).count());
  parts_->ended_at.Set(static_cast<double>(now.unix_millis()) / 1000);
  const auto users = [&](const char* state, std::size_t number) {
    parts_->users.Add({{"state", state}}).Set(static_cast<double>(number));
  };
  users("synced", cycle.synced);
  users("failed", cycle.failed);
  users("parked", cycle.parked);
  users("stopped", cycle.stopped);
  for (const auto& partner : cycle.partners) {
    for (const auto state : kBreakerStates) {
      parts_->breaker.Add({{"partner", partner.url}, {"state", std::string(to_string(state))}})
          .Set(partner.breaker == state ? 1 : 0);
    }
    parts_->opened.Add({{"partner", partner.url}}).Set(static_cast<double>(partner.counts.opened));
  }
}

std::string FleetMetrics::text() const {
  return prometheus::TextSerializer().Serialize(parts_->registry.Collect());
}

}  // namespace favsync
