#pragma once

#include <deque>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/http/exchange.h"
#include "wire/user_token.h"

namespace favsync::contract {

// An exchange as it is kept and shown: secrets replaced at capture, bodies cut to a bound.
struct LoggedExchange {
  int number = 0;
  std::string check;  // id of the check that sent it
  std::string method;
  std::string url;
  Headers request_headers;
  std::string request_body;
  std::string outcome;  // "answered", "timed-out", …
  std::string problem;
  int status = 0;
  Headers headers;
  std::string body;
  std::size_t body_bytes = 0;  // before it was cut
  std::vector<std::string> anomalies;
  Instant started;
  std::chrono::milliseconds duration{0};
};

// All exchanges of a run, in the order of sending. Tokens never enter it: each is replaced by its
// fingerprint when an exchange is recorded. Safe from any thread.
class ExchangeLog {
 public:
  static constexpr std::size_t kMaxBody = 16u << 10;  // bytes of each body that are kept

  explicit ExchangeLog(std::vector<UserToken> secrets) : secrets_(std::move(secrets)) {}

  // Numbers the exchange (from 1) and keeps a redacted copy under the id of `check`. `origin` is
  // put before the path.
  // An answer that holds one of the secrets is cleaned in `exchange` too, so that no finding quotes
  // it.
  int record(Exchange& exchange, std::string_view origin, std::string_view check);

  int count() const;
  std::vector<LoggedExchange> all() const;
  // The exchange of that number, if it is kept.
  const LoggedExchange* find(int number) const;
  // Number of the first exchange whose answer held one of the secrets; 0 if none did.
  int first_leak() const;
  // `text` without any of the secrets.
  std::string clean(std::string_view text) const;

 private:
  std::string clean_start(std::string_view text) const;
  const std::vector<UserToken> secrets_;
  mutable std::mutex mutex_;
  std::deque<LoggedExchange> exchanges_;
  int first_leak_ = 0;
};

}  // namespace favsync::contract
