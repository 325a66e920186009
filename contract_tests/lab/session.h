#pragma once

#include <chrono>
#include <mutex>
#include <string>
#include <string_view>

#include "contract_tests/http/http_client.h"
#include "contract_tests/lab/exchange_log.h"
#include "contract_tests/options.h"

namespace favsync::contract {

// Sends requests for the whole run: keeps to --max-rps, waits out 429 and 503, logs each exchange
// under the check in progress. Safe from any thread, each with its own HttpClient.
class Session {
 public:
  Session(const Options& options, ExchangeLog& log);

  // Sends once and logs.
  Exchange send_once(HttpClient& client, const Request& request);
  // Sends, and while the partner answers 429, or 503 with a wait, waits as Retry-After says (else
  // one second) and sends again: at most three times, and never beyond the limits of Options. The
  // last answer returns.
  Exchange send(HttpClient& client, const Request& request);
  // Sends and hangs up before the answer.
  Exchange send_and_hang_up(HttpClient& client, const Request& request);

  // The check that the next exchanges belong to.
  void set_check(std::string_view id);
  // Sleeps, unless the run is cancelled.
  void pause(std::chrono::milliseconds duration) const;
  bool cancelled() const;
  int requests() const { return log_.count(); }
  std::chrono::milliseconds waited() const { return waited_; }
  ExchangeLog& log() { return log_; }
  const Options& options() const { return options_; }
  HttpClient new_client() const;

 private:
  Exchange finish(Exchange exchange);
  void keep_pace();

  const Options& options_;
  ExchangeLog& log_;
  std::mutex mutex_;
  std::string check_;
  SteadyTime next_slot_{};
  std::chrono::milliseconds waited_{0};
};

// What Retry-After asks for: seconds or an HTTP date against the answer's own Date; nothing when
// the header is missing or cannot be read.
std::optional<std::chrono::milliseconds> retry_after(const Exchange& exchange);
// Reads an HTTP date such as "Tue, 02 May 2017 10:45:12 GMT".
std::optional<Instant> read_http_date(std::string_view text);

}  // namespace favsync::contract
