#include "contract_tests/lab/exchange_log.h"

#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

std::vector<NamedToken> by_fingerprint(const std::vector<UserToken>& tokens) {
  std::vector<NamedToken> named;
  for (const auto& token : tokens) {
    named.push_back({token.fingerprint().substr(std::string_view("token:").size()), token});
  }
  return named;
}

std::vector<NamedToken> joined(std::vector<NamedToken> first,
                               const std::vector<NamedToken>& second) {
  first.insert(first.end(), second.begin(), second.end());
  return first;
}

// The start of `text`, without half a character at the cut.
std::string_view start_of(std::string_view text, std::size_t most) {
  if (text.size() <= most) return text;
  std::size_t end = most;
  while (end > 0 && end > most - 4 && (static_cast<unsigned char>(text[end]) & 0xc0) == 0x80) --end;
  return text.substr(0, end);
}

}  // namespace

void cut_bodies(LoggedExchange& exchange, std::size_t most) {
  const auto cut = [most](std::string& body, bool& is_cut) {
    if (body.size() <= most) return;
    body.resize(start_of(body, most).size());
    is_cut = true;
  };
  cut(exchange.request_body, exchange.request_body_cut);
  cut(exchange.body, exchange.body_cut);
}

ExchangeLog::ExchangeLog(const std::vector<NamedToken>& secrets,
                         const std::vector<NamedToken>& also_hidden)
    : secrets_(secrets), hides_(joined(secrets, also_hidden)) {}

ExchangeLog::ExchangeLog(const std::vector<UserToken>& secrets)
    : ExchangeLog(by_fingerprint(secrets)) {}

std::string ExchangeLog::kept_text(std::string_view text) const {
  const std::string whole = as_utf8(hides_.clean(text));
  if (whole.size() <= kMaxText) return whole;
  return fmt::format("{}… ({} bytes)", start_of(whole, kMaxText), text.size());
}

Headers ExchangeLog::kept_headers(const Headers& headers) const {
  Headers kept;
  for (const auto& [name, value] : headers) {
    if (kept.size() == kMaxHeaders) {
      kept.emplace_back("…", fmt::format("{} more headers", headers.size() - kMaxHeaders));
      break;
    }
    kept.emplace_back(kept_text(name), kept_text(value));
  }
  return kept;
}

// Cleaned before it is cut, so that no part of a secret stays at the cut.
void ExchangeLog::keep_body(std::string_view body, std::string& kept, bool& cut) const {
  constexpr std::size_t kLongestSecret = 64u << 10;  // escaped
  const std::string cleaned = hides_.clean(body.substr(0, kMaxBody + kLongestSecret));
  kept = start_of(cleaned, kMaxBody);
  cut = kept.size() < cleaned.size() || body.size() > kMaxBody + kLongestSecret;
}

int ExchangeLog::record(Exchange& exchange, std::string_view origin, std::string_view check) {
  const Request& request = exchange.request;
  const std::string_view sent = request.body ? std::string_view(*request.body) : std::string_view();
  LoggedExchange kept;
  kept.check = check;
  kept.method = request.method;
  kept.url = kept_text(std::string(origin) + request.path +
                       (request.query.empty() ? "" : "?" + request.query));
  kept.request_headers = kept_headers(request.headers);
  if (request.body && request.framing == Request::BodyFraming::kChunked) {
    kept.request_headers.emplace_back("Transfer-Encoding", "chunked");
  }
  if (request.close_after) kept.request_headers.emplace_back("Connection", "close");
  keep_body(sent, kept.request_body, kept.request_body_cut);
  kept.request_body_bytes = sent.size();
  kept.outcome = to_string(exchange.outcome);
  kept.problem = kept_text(exchange.problem);
  kept.status = exchange.status;
  kept.version = kept_text(exchange.version);
  kept.headers = kept_headers(exchange.headers);
  keep_body(exchange.body, kept.body, kept.body_cut);
  kept.body_bytes = exchange.body.size();
  for (const auto& anomaly : exchange.anomalies) kept.anomalies.push_back(kept_text(anomaly));
  kept.reused_connection = exchange.reused_connection;
  kept.started = exchange.started;
  kept.duration = exchange.duration;

  const auto in_answer = [&](const Redactor& redactor) {
    return redactor.finds(std::string_view(exchange.body).substr(0, kMaxSearched)) ||
           std::any_of(exchange.headers.begin(), exchange.headers.end(), [&](const auto& header) {
             return redactor.finds(header.first) || redactor.finds(header.second);
           });
  };
  // A token that stood in the body itself may come back with it; one that rode on the request may
  // not.
  const bool leaks = !secrets_.finds(sent.substr(0, kMaxSearched)) && in_answer(secrets_);
  if (leaks || in_answer(hides_)) {
    for (auto& [name, value] : exchange.headers) {
      name = hides_.clean(name);
      value = hides_.clean(value);
    }
    exchange.body = hides_.clean(exchange.body);
    for (auto& anomaly : exchange.anomalies) anomaly = hides_.clean(anomaly);
  }
  exchange.problem = hides_.clean(exchange.problem);

  const std::lock_guard lock(mutex_);
  if (body_bytes_ > kMaxAllBodies) {
    cut_bodies(kept, kMaxBodyBeyond);
  }
  body_bytes_ += kept.body.size() + kept.request_body.size();
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
