#include "contract_tests/lab/exchange_log.h"

namespace favsync::contract {

std::string ExchangeLog::clean(std::string_view text) const {
  std::string cleaned(text);
  for (const auto& secret : secrets_) cleaned = redact(cleaned, secret);
  return cleaned;
}

// The first kMaxBody bytes, cleaned before they are cut, so that no part of a secret stays at the
// cut.
std::string ExchangeLog::clean_start(std::string_view text) const {
  constexpr std::size_t kLongestSecret = 32u << 10;  // percent-encoded
  return clean(text.substr(0, kMaxBody + kLongestSecret)).substr(0, kMaxBody);
}

int ExchangeLog::record(Exchange& exchange, std::string_view origin, std::string_view check) {
  const auto clean_all = [this](const Headers& headers) {
    Headers cleaned;
    for (const auto& [name, value] : headers) cleaned.emplace_back(clean(name), clean(value));
    return cleaned;
  };
  const Request& request = exchange.request;
  LoggedExchange kept;
  kept.check = check;
  kept.method = request.method;
  kept.url = clean(std::string(origin) + request.path +
                   (request.query.empty() ? "" : "?" + request.query));
  kept.request_headers = clean_all(request.headers);
  kept.request_body = clean_start(request.body ? *request.body : "");
  kept.outcome = to_string(exchange.outcome);
  kept.problem = clean(exchange.problem);
  kept.status = exchange.status;
  kept.headers = clean_all(exchange.headers);
  kept.body = clean_start(exchange.body);
  kept.body_bytes = exchange.body.size();
  for (const auto& anomaly : exchange.anomalies) kept.anomalies.push_back(clean(anomaly));
  kept.started = exchange.started;
  kept.duration = exchange.duration;
  // A token that stood in the body itself may come back with it; one that rode on the request may
  // not.
  const bool in_body =
      request.body && kept.request_body != std::string_view(*request.body).substr(0, kMaxBody);
  const bool answer_holds_secret = kept.headers != exchange.headers ||
                                   kept.body != std::string_view(exchange.body).substr(0, kMaxBody);
  if (answer_holds_secret) {
    exchange.headers = kept.headers;
    exchange.body = clean(exchange.body);
    exchange.problem = kept.problem;
    exchange.anomalies = kept.anomalies;
  }
  const bool leaks = !in_body && answer_holds_secret;
  const std::lock_guard lock(mutex_);
  kept.number = exchange.number = static_cast<int>(exchanges_.size()) + 1;
  if (leaks && first_leak_ == 0) first_leak_ = kept.number;
  exchanges_.push_back(std::move(kept));
  return exchange.number;
}

int ExchangeLog::first_leak() const {
  const std::lock_guard lock(mutex_);
  return first_leak_;
}

int ExchangeLog::count() const {
  const std::lock_guard lock(mutex_);
  return static_cast<int>(exchanges_.size());
}

std::vector<LoggedExchange> ExchangeLog::all() const {
  const std::lock_guard lock(mutex_);
  return {exchanges_.begin(), exchanges_.end()};
}

const LoggedExchange* ExchangeLog::find(int number) const {
  const std::lock_guard lock(mutex_);
  if (number < 1 || static_cast<std::size_t>(number) > exchanges_.size()) return nullptr;
  return &exchanges_[static_cast<std::size_t>(number) - 1];
}

}  // namespace favsync::contract
