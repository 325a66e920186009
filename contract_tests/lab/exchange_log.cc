#include "contract_tests/lab/exchange_log.h"

namespace favsync::contract {

std::string ExchangeLog::clean(std::string_view text) const {
  std::string cleaned(text);
  for (const auto& secret : secrets_) cleaned = redact(cleaned, secret);
  return cleaned;
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
  kept.request_body =
      clean(std::string_view(request.body ? *request.body : "").substr(0, kMaxBody));
  kept.outcome = to_string(exchange.outcome);
  kept.problem = clean(exchange.problem);
  kept.status = exchange.status;
  kept.headers = clean_all(exchange.headers);
  kept.body = clean(std::string_view(exchange.body).substr(0, kMaxBody));
  kept.body_bytes = exchange.body.size();
  kept.anomalies = exchange.anomalies;
  kept.started = exchange.started;
  kept.duration = exchange.duration;
  const bool leaks = kept.headers != exchange.headers ||
                     kept.body != std::string_view(exchange.body).substr(0, kMaxBody);
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
