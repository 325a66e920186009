#include "contract_tests/lab/session.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <thread>

#include <fmt/format.h>

namespace favsync::contract {

using std::chrono::milliseconds;

namespace {

// Requests in a row without an answer in time, after which no more are sent.
constexpr int kMostSilent = 3;

}  // namespace

std::optional<Instant> read_http_date(std::string_view text) {
  std::tm fields{};
  const std::string copy(text);
  const char* end = strptime(copy.c_str(), "%a, %d %b %Y %H:%M:%S GMT", &fields);
  if (!end || *end != '\0') return std::nullopt;
  return Instant{timegm(&fields), 0};
}

std::optional<milliseconds> retry_after(const Exchange& exchange) {
  const std::string_view text = exchange.header("Retry-After");
  if (text.empty()) return std::nullopt;
  std::uint32_t seconds = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seconds);
  if (error == std::errc() && end == text.data() + text.size()) {
    return milliseconds(std::int64_t{seconds} * 1000);
  }
  const auto until = read_http_date(text);
  if (!until) return std::nullopt;
  const Instant from = read_http_date(exchange.header("Date")).value_or(exchange.started);
  return std::max(milliseconds(0), std::chrono::duration_cast<milliseconds>(*until - from));
}

Session::Session(const Options& options, ExchangeLog& log) : options_(options), log_(log) {}

HttpClient Session::new_client() const {
  return HttpClient(options_.target, {options_.timeout, options_.limits, options_.cancel});
}

void Session::set_check(std::string_view id) {
  const std::lock_guard lock(mutex_);
  check_ = id;
}

milliseconds Session::waited() const {
  const std::lock_guard lock(mutex_);
  return waited_;
}

Obstacles Session::obstacles() const {
  const std::lock_guard lock(mutex_);
  return obstacles_;
}

std::optional<SkewInterval> Session::clock_skew() const {
  const std::lock_guard lock(mutex_);
  return skew_.interval();
}

bool Session::cancelled() const {
  return options_.cancel && options_.cancel->load(std::memory_order_relaxed);
}

Session::Stop Session::stop() const {
  if (cancelled()) return Stop::kInterrupted;
  const std::lock_guard lock(mutex_);
  if (restoring_) return Stop::kNone;
  if (options_.max_requests && sent_ >= *options_.max_requests) return Stop::kBudget;
  return nobody_answers_ ? Stop::kNobodyAnswers : Stop::kNone;
}

Finding Session::why_stopped() const {
  switch (stop()) {
    case Stop::kBudget:
      return Finding::inconclusive(
          "budget", fmt::format("the {} requests of --max-requests are used up; allow more, or "
                                "choose checks with --only",
                                *options_.max_requests));
    case Stop::kNobodyAnswers:
      return Finding::inconclusive("nobody-answers",
                                   "three requests in a row got no connection or no answer in "
                                   "time, so no more were sent; is the partner still up?");
    case Stop::kInterrupted:
    case Stop::kNone:
      break;
  }
  return Finding::inconclusive("interrupted", "the run was interrupted");
}

void Session::try_again() {
  const std::lock_guard lock(mutex_);
  nobody_answers_ = false;
  silent_in_a_row_ = kMostSilent - 1;  // one more failure opens it again
}

void Session::start_restoring() {
  const std::lock_guard lock(mutex_);
  restoring_ = true;
}

void Session::pause(milliseconds duration) const {
  const SteadyTime until = std::chrono::steady_clock::now() + duration;
  while (!cancelled()) {
    const auto left = until - std::chrono::steady_clock::now();
    if (left <= milliseconds(0)) return;
    std::this_thread::sleep_for(std::min<std::chrono::nanoseconds>(left, milliseconds(50)));
  }
}

void Session::keep_pace() {
  if (!options_.max_rps) return;
  SteadyTime slot;
  {
    const std::lock_guard lock(mutex_);
    const auto gap = std::chrono::duration_cast<SteadyTime::duration>(
        std::chrono::duration<double>(1.0 / *options_.max_rps));
    slot = std::max(next_slot_, std::chrono::steady_clock::now());
    next_slot_ = slot + gap;
  }
  pause(std::chrono::duration_cast<milliseconds>(slot - std::chrono::steady_clock::now()));
}

// Counts the request against the budget; false when it may not be sent.
bool Session::may_send() {
  const bool stopped = stop() != Stop::kNone;
  const std::lock_guard lock(mutex_);
  if (stopped || (!restoring_ && options_.max_requests && sent_ >= *options_.max_requests)) {
    ++obstacles_.withheld;
    return false;
  }
  ++sent_;
  return true;
}

Exchange Session::withheld(const Request& request) {
  Exchange exchange;
  exchange.request = request;
  exchange.outcome = Outcome::kCancelled;
  exchange.problem = why_stopped().message;
  return exchange;
}

Exchange Session::finish(Exchange exchange) {
  std::string check;
  {
    const std::lock_guard lock(mutex_);
    check = check_;
    skew_.observe(exchange);
    answered_before_ = answered_before_ || exchange.answered();
  }
  log_.record(exchange, options_.target.origin() + options_.target.base_path, check);
  return exchange;
}

Exchange Session::send_once(HttpClient& client, const Request& request) {
  keep_pace();
  return may_send() ? finish(client.send(request)) : withheld(request);
}

Exchange Session::send_and_hang_up(HttpClient& client, const Request& request) {
  keep_pace();
  return may_send() ? finish(client.send_and_hang_up(request)) : withheld(request);
}

// A connection that is refused has carried nothing: trying again repeats no write.
Exchange Session::try_connecting(HttpClient& client, const Request& request) {
  constexpr milliseconds kWaits[] = {milliseconds(200), milliseconds(1000)};
  Exchange exchange = send_once(client, request);
  for (const milliseconds wait : kWaits) {
    {
      const std::lock_guard lock(mutex_);
      if (exchange.outcome != Outcome::kNoConnection || !answered_before_ || nobody_answers_) {
        return exchange;
      }
    }
    pause(wait);
    if (stop() != Stop::kNone) return exchange;
    exchange = send_once(client, request);
  }
  if (exchange.outcome == Outcome::kNoConnection) {
    const std::lock_guard lock(mutex_);
    ++obstacles_.unreachable;
    nobody_answers_ = true;
  }
  return exchange;
}

void Session::count_silence(const Exchange& exchange) {
  if (exchange.outcome == Outcome::kCancelled) return;
  const std::lock_guard lock(mutex_);
  const bool silent = exchange.outcome == Outcome::kTimedOut;
  obstacles_.silent += silent ? 1 : 0;
  silent_in_a_row_ = silent ? silent_in_a_row_ + 1 : 0;
  if (silent_in_a_row_ >= kMostSilent) nobody_answers_ = true;
}

// Whether the wait fits the limits of the run.
bool Session::take_wait(milliseconds wait) {
  const std::lock_guard lock(mutex_);
  if (wait > options_.max_wait || waited_ + wait > options_.max_total_wait) return false;
  waited_ += wait;
  return true;
}

Exchange Session::send(HttpClient& client, const Request& request) {
  constexpr int kMostTries = 4;
  for (int tries = 1;; ++tries) {
    Exchange exchange = try_connecting(client, request);
    count_silence(exchange);
    const bool told_to_wait =
        exchange.answered() && (exchange.status == 429 || exchange.status == 503);
    if (!told_to_wait || cancelled()) return exchange;
    const milliseconds wait =
        std::max(retry_after(exchange).value_or(milliseconds(1000)), milliseconds(20));
    if (tries == kMostTries || stop() != Stop::kNone || !take_wait(wait)) {
      // A bare 503 may also be how a server fails; the check itself says what it makes of that.
      const bool by_intent = exchange.status == 429 || !exchange.header("Retry-After").empty();
      const std::lock_guard lock(mutex_);
      obstacles_.told_to_wait += by_intent ? 1 : 0;
      return exchange;
    }
    pause(wait);
  }
}

}  // namespace favsync::contract
