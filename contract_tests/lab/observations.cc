#include "contract_tests/lab/observations.h"

#include <algorithm>

namespace favsync::contract {
namespace {

constexpr std::size_t kMost = 20;  // changes of a kind that are kept

}  // namespace

void Observations::add(const Listing& listing) {
  if (listing.is_list) ++lists_;
  longest_ = std::max(longest_, listing.length);
  for (const auto& problem : listing.problems) {
    const bool known = std::any_of(problems_.begin(), problems_.end(), [&](const Seen& seen) {
      return seen.problem.rule == problem.rule && seen.problem.warning == problem.warning;
    });
    if (!known) problems_.push_back({problem, listing.exchange});
  }
}

void Observations::keep_list(const Exchange& exchange) {
  last_list_.number = exchange.number;
  last_list_.status = exchange.status;
  last_list_.headers = exchange.headers;
  last_list_.started = exchange.started;
  last_list_.duration = exchange.duration;
}

void Observations::add_foreign_change(const Mismatch& mismatch, int exchange,
                                      std::size_t list_length) {
  ++foreign_count_;
  if (foreign_.size() < kMost) foreign_.push_back({mismatch, exchange, list_length});
}

void Observations::add_untouched_change(const Mismatch& mismatch, int exchange,
                                        std::size_t list_length) {
  if (untouched_.size() < kMost) untouched_.push_back({mismatch, exchange, list_length});
}

void Observations::drop_untouched_changes_since(int number) {
  std::erase_if(untouched_,
                [&](const UntouchedChange& change) { return change.exchange > number; });
}

void Observations::note_unstable(Finding finding) {
  if (!unstable_) unstable_ = std::move(finding);
}

void Observations::add(const Exchange& exchange) {
  for (const auto& anomaly : exchange.anomalies) {
    const bool known = std::any_of(anomalies_.begin(), anomalies_.end(),
                                   [&](const Framing& seen) { return seen.anomaly == anomaly; });
    if (!known) anomalies_.push_back({anomaly, exchange.number});
  }
}

const Observations::Seen* Observations::find(ListRule rule) const {
  const Seen* warning = nullptr;
  for (const auto& seen : problems_) {
    if (seen.problem.rule != rule) continue;
    if (!seen.problem.warning) return &seen;
    if (!warning) warning = &seen;
  }
  return warning;
}

const ListProblem* Observations::first(ListRule rule) const {
  const Seen* seen = find(rule);
  return seen ? &seen->problem : nullptr;
}

int Observations::exchange_of(ListRule rule) const {
  const Seen* seen = find(rule);
  return seen ? seen->exchange : 0;
}

}  // namespace favsync::contract
