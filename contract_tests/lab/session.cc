#include "contract_tests/lab/session.h"

#include <algorithm>
#include <charconv>
#include <ctime>
#include <thread>
#include <utility>

#include "contract_tests/wall_clock.h"

namespace favsync::contract {

using std::chrono::milliseconds;

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

bool Session::cancelled() const {
  return options_.cancel && options_.cancel->load(std::memory_order_relaxed);
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

Exchange Session::finish(Exchange exchange) {
  std::string check;
  {
    const std::lock_guard lock(mutex_);
    check = check_;
  }
  log_.record(exchange, options_.target.origin() + options_.target.base_path, check);
  return exchange;
}

Exchange Session::send_once(HttpClient& client, const Request& request) {
  keep_pace();
  const Instant started = wall_clock(options_);
  Exchange exchange = client.send(request);
  exchange.started = started;
  return finish(std::move(exchange));
}

Exchange Session::send_and_hang_up(HttpClient& client, const Request& request) {
  keep_pace();
  const Instant started = wall_clock(options_);
  Exchange exchange = client.send_and_hang_up(request);
  exchange.started = started;
  return finish(std::move(exchange));
}

Exchange Session::send(HttpClient& client, const Request& request) {
  constexpr int kMostTries = 4;
  for (int tries = 1;; ++tries) {
    Exchange exchange = send_once(client, request);
    const bool told_to_wait =
        exchange.answered() && (exchange.status == 429 || exchange.status == 503);
    if (!told_to_wait || tries == kMostTries || cancelled()) return exchange;
    const milliseconds wait =
        std::max(retry_after(exchange).value_or(milliseconds(1000)), milliseconds(20));
    {
      const std::lock_guard lock(mutex_);
      if (wait > options_.max_wait || waited_ + wait > options_.max_total_wait) return exchange;
      waited_ += wait;
    }
    pause(wait);
  }
}

}  // namespace favsync::contract
