#include "mock_server/journal.h"

#include <algorithm>
#include <utility>

namespace favsync::mock {

std::string_view to_string(Phase phase) {
  switch (phase) {
    case Phase::kReceived:
      return "received";
    case Phase::kDecided:
      return "decided";
    case Phase::kCommitted:
      return "committed";
    case Phase::kSent:
      return "sent";
    case Phase::kAborted:
      return "aborted";
  }
  return "aborted";
}

std::optional<Phase> parse_phase(std::string_view name) {
  for (const Phase phase :
       {Phase::kReceived, Phase::kDecided, Phase::kCommitted, Phase::kSent, Phase::kAborted}) {
    if (to_string(phase) == name) return phase;
  }
  return std::nullopt;
}

std::size_t Exchange::bytes() const {
  std::size_t total = sizeof(Exchange) + method.size() + path.size() + query.size() + token.size() +
                      user.size() + why.size() + refused_body.size() +
                      behaviors.size() * sizeof(std::string_view);
  for (const Decision& decision : decisions) {
    total += sizeof(Decision) + decision.favorite.item.size() + decision.why.size();
  }
  for (const std::string& fault : faults) total += sizeof(fault) + fault.size();
  for (const std::string& step : steps) total += sizeof(step) + step.size();
  return total;
}

bool JournalQuery::matches(const Exchange& exchange) const {
  if (exchange.number <= after) return false;
  if (!user.empty() && exchange.user != user) return false;
  if (!method.empty() && exchange.method != method) return false;
  if (!path.empty() && exchange.path != path) return false;
  if (status && exchange.status != *status) return false;
  if (phase && exchange.phase != *phase) return false;
  return item.empty() ||
         std::any_of(exchange.decisions.begin(), exchange.decisions.end(),
                     [&](const Decision& decision) { return decision.favorite.item == item; });
}

Journal::Journal(JournalLimits limits)
    : limits_{std::max<std::size_t>(limits.max_exchanges, 1), limits.max_bytes} {}

std::uint64_t Journal::open(Exchange exchange) {
  const std::size_t bytes = exchange.bytes();
  const std::lock_guard lock(mutex_);
  exchange.number = next_++;
  ++received_;
  bytes_ += bytes;
  entries_.push_back(std::move(exchange));
  evict();
  return next_ - 1;
}

void Journal::settle(std::uint64_t number, Exchange exchange) {
  const std::lock_guard lock(mutex_);
  Exchange* held = entry(number);
  if (held == nullptr) return;
  bytes_ -= held->bytes();
  held->phase = std::max(held->phase, exchange.phase);
  held->token = std::move(exchange.token);
  held->user = std::move(exchange.user);
  held->query = std::move(exchange.query);
  held->status = exchange.status;
  held->reply_bytes = exchange.reply_bytes;
  held->handling = exchange.handling;
  held->decisions = std::move(exchange.decisions);
  held->why = std::move(exchange.why);
  held->refused_body = std::move(exchange.refused_body);
  held->behaviors = std::move(exchange.behaviors);
  held->faults = std::move(exchange.faults);
  held->steps = std::move(exchange.steps);
  bytes_ += held->bytes();
  evict();
  if (waiting_ > 0) changed_.notify_all();
}

void Journal::mark(std::uint64_t number, Phase phase) {
  mark(std::span(&number, 1), phase);
}

void Journal::mark(std::span<const std::uint64_t> numbers, Phase phase) {
  const std::lock_guard lock(mutex_);
  for (const std::uint64_t number : numbers) mark_locked(number, phase);
  if (waiting_ > 0) changed_.notify_all();
}

void Journal::mark_locked(std::uint64_t number, Phase phase) {
  Exchange* held = entry(number);
  if (held == nullptr || held->phase == Phase::kSent) return;
  held->phase = std::max(held->phase, phase);
}

std::vector<Exchange> Journal::find(const JournalQuery& query) const {
  std::vector<Exchange> found;
  const std::lock_guard lock(mutex_);
  for (auto exchange = entries_.rbegin(); exchange != entries_.rend(); ++exchange) {
    if (exchange->number <= query.after) break;
    if (!query.matches(*exchange)) continue;
    found.push_back(*exchange);
    if (query.limit != 0 && found.size() == query.limit) break;
  }
  std::reverse(found.begin(), found.end());
  return found;
}

std::optional<Exchange> Journal::at(std::uint64_t number) const {
  const std::lock_guard lock(mutex_);
  const Exchange* held = const_cast<Journal*>(this)->entry(number);
  return held == nullptr ? std::nullopt : std::optional(*held);
}

JournalCounts Journal::counts() const {
  const std::lock_guard lock(mutex_);
  return {received_, evicted_, entries_.size(), bytes_};
}

void Journal::clear() {
  const std::lock_guard lock(mutex_);
  entries_.clear();
  bytes_ = 0;
  received_ = 0;
  evicted_ = 0;
}

bool Journal::wait_for(const JournalQuery& query, std::size_t count,
                       std::chrono::milliseconds timeout) const {
  const auto enough = [&] {
    const auto matching = std::count_if(
        entries_.begin(), entries_.end(),
        [&](const Exchange& exchange) { return exchange.status != 0 && query.matches(exchange); });
    return static_cast<std::size_t>(matching) >= count;
  };
  std::unique_lock lock(mutex_);
  ++waiting_;
  const bool arrived = changed_.wait_for(lock, timeout, enough);
  --waiting_;
  return arrived;
}

Exchange* Journal::entry(std::uint64_t number) {
  // Numbers run without gaps from the first entry that is held.
  if (entries_.empty() || number < entries_.front().number) return nullptr;
  const std::uint64_t position = number - entries_.front().number;
  return position < entries_.size() ? &entries_[position] : nullptr;
}

void Journal::evict() {
  // The newest stays, whatever its size: a client that just got its answer looks for it.
  while (entries_.size() > 1 &&
         (entries_.size() > limits_.max_exchanges || bytes_ > limits_.max_bytes)) {
    bytes_ -= entries_.front().bytes();
    entries_.pop_front();
    ++evicted_;
  }
}

}  // namespace favsync::mock
