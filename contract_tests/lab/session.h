#pragma once

#include <chrono>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>

#include "contract_tests/finding.h"
#include "contract_tests/http/http_client.h"
#include "contract_tests/lab/clock_skew.h"
#include "contract_tests/lab/exchange_log.h"
#include "contract_tests/options.h"

namespace favsync::contract {

// What got in the way of asking so far: counts that only grow, so that two looks tell what happened
// between them.
struct Obstacles {
  int withheld = 0;      // requests that were not sent any more; see Session::stop
  int unreachable = 0;   // requests for which no connection was to be had
  int told_to_wait = 0;  // requests that were answered 429, or 503 with Retry-After, to the last
  int silent = 0;        // requests that got no answer in time
};

// Sends requests for the whole run: keeps to --max-rps and --max-requests, waits out 429 and 503,
// stops when nobody answers any more, logs each exchange under the check in progress. Safe from any
// thread, each with its own HttpClient.
class Session {
 public:
  Session(const Options& options, ExchangeLog& log);

  // Sends once and logs. When the run has stopped: sends nothing, and the outcome is kCancelled.
  Exchange send_once(HttpClient& client, const Request& request);
  // Sends, and while the partner answers 429 or 503, waits as Retry-After says (else one second)
  // and sends again: at most three times, and never beyond the limits of Options. Where no
  // connection is to be had though there was one before, tries twice more. The last answer returns.
  Exchange send(HttpClient& client, const Request& request);
  // Sends and hangs up before the answer.
  Exchange send_and_hang_up(HttpClient& client, const Request& request);

  // Why nothing is sent any more: an interruption, the budget, or the circuit breaker: three
  // requests in a row without a connection or an answer in time.
  enum class Stop { kNone, kInterrupted, kBudget, kNobodyAnswers };
  Stop stop() const;
  // The same as a finding: inconclusive, with what to do.
  Finding why_stopped() const;
  // Closes the circuit breaker again, to see whether somebody answers by now.
  void try_again();
  // From here on only the test data is put back: neither budget nor circuit breaker hold.
  void start_restoring();
  Obstacles obstacles() const;

  // The check that the next exchanges belong to.
  void set_check(std::string_view id);
  // Sleeps, unless the run is cancelled.
  void pause(std::chrono::milliseconds duration) const;
  bool cancelled() const;
  int requests() const { return log_.count(); }
  std::chrono::milliseconds waited() const;
  std::optional<SkewInterval> clock_skew() const;
  ExchangeLog& log() { return log_; }
  const Options& options() const { return options_; }
  HttpClient new_client() const;

 private:
  bool may_send();
  Exchange withheld(const Request& request);
  Exchange finish(Exchange exchange);
  Exchange try_connecting(HttpClient& client, const Request& request);
  void count_silence(const Exchange& exchange);
  bool take_wait(std::chrono::milliseconds wait);
  void keep_pace();

  const Options& options_;
  ExchangeLog& log_;
  mutable std::mutex mutex_;
  std::string check_;
  SteadyTime next_slot_{};
  std::chrono::milliseconds waited_{0};
  int sent_ = 0;
  int silent_in_a_row_ = 0;
  bool answered_before_ = false, nobody_answers_ = false, restoring_ = false;
  Obstacles obstacles_;
  ClockSkew skew_;
};

// What Retry-After asks for: seconds or an HTTP date against the answer's own Date; nothing when
// the header is missing or cannot be read.
std::optional<std::chrono::milliseconds> retry_after(const Exchange& exchange);
// Reads an HTTP date such as "Tue, 02 May 2017 10:45:12 GMT".
std::optional<Instant> read_http_date(std::string_view text);

}  // namespace favsync::contract
