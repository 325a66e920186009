#include "contract_tests/http/http_client.h"

#include <array>

#include <fmt/format.h>

#include "contract_tests/http/inflate.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

Instant wall_now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return Instant::from_millis(std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

// Takes a Content-Encoding off the body, in place.
void decode_body(Exchange& exchange, std::size_t most) {
  const std::string_view encoding = exchange.header("Content-Encoding");
  if (encoding.empty() || equals_ignoring_case(encoding, "identity") || exchange.body.empty()) {
    return;
  }
  const bool known = equals_ignoring_case(encoding, "gzip") ||
                     equals_ignoring_case(encoding, "x-gzip") ||
                     equals_ignoring_case(encoding, "deflate");
  if (!has_header(exchange.request.headers, "Accept-Encoding")) {
    exchange.anomalies.push_back(
        fmt::format("Content-Encoding {} though none was asked for", clip(encoding, 40)));
  }
  if (!known) {
    exchange.outcome = Outcome::kMalformed;
    exchange.problem =
        fmt::format("Content-Encoding \"{}\" that was not asked for", clip(encoding, 40));
    return;
  }
  std::string problem;
  if (auto plain = inflate(exchange.body, most, problem)) {
    exchange.body = std::move(*plain);
  } else {
    exchange.outcome = problem.starts_with("more") ? Outcome::kTooLarge : Outcome::kMalformed;
    exchange.problem = fmt::format("Content-Encoding {}: {}", clip(encoding, 40), problem);
  }
}

}  // namespace

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kAnswered:
      return "answered";
    case Outcome::kNoConnection:
      return "no-connection";
    case Outcome::kTlsFailed:
      return "tls-failed";
    case Outcome::kTimedOut:
      return "timed-out";
    case Outcome::kClosed:
      return "closed-without-answer";
    case Outcome::kTruncated:
      return "truncated";
    case Outcome::kMalformed:
      return "malformed";
    case Outcome::kTooLarge:
      return "too-large";
    case Outcome::kCancelled:
      return "cancelled";
  }
  return "unknown";
}

std::string_view header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) return value;
  }
  return {};
}

bool has_header(const Headers& headers, std::string_view name) {
  for (const auto& [key, value] : headers) {
    if (equals_ignoring_case(key, name)) return true;
  }
  return false;
}

std::string_view Exchange::header(std::string_view name) const {
  return contract::header(headers, name);
}

HttpClient::HttpClient(Target target, Options options)
    : target_(std::move(target)), options_(options) {}

void HttpClient::disconnect() {
  connection_.reset();
}

std::string HttpClient::head_of(const Request& request) const {
  const bool absolute = !target_.proxy_host.empty() && !target_.tls;
  std::string head = fmt::format("{} {}{}{}", request.method,
                                 absolute ? "http://" + target_.authority() : std::string(),
                                 target_.base_path, request.path);
  if (!request.query.empty()) head += "?" + request.query;
  head += fmt::format(" HTTP/1.1\r\nHost: {}\r\n", target_.authority());
  for (const auto& [name, value] : request.headers) {
    head += fmt::format("{}: {}\r\n", name, value);
  }
  if (!has_header(request.headers, "User-Agent")) {
    head += "User-Agent: favsync-certify/" FAVSYNC_VERSION "\r\n";
  }
  if (!has_header(request.headers, "Accept")) head += "Accept: application/json\r\n";
  if (request.close_after) head += "Connection: close\r\n";
  if (request.body && request.framing == Request::BodyFraming::kChunked) {
    head += "Transfer-Encoding: chunked\r\n";
  } else if (request.body || request.method == "POST" || request.method == "PUT") {
    head += fmt::format("Content-Length: {}\r\n", request.body ? request.body->size() : 0);
  }
  return head + "\r\n";
}

Exchange HttpClient::send(const Request& request) {
  const SteadyTime start = std::chrono::steady_clock::now();
  Exchange exchange;
  exchange.started = wall_now();
  exchange.request = request;
  if (request.fresh_connection) disconnect();
  if (!attempt(request, start + options_.timeout, false, exchange)) {
    Exchange second;
    second.started = exchange.started;
    second.request = request;
    attempt(request, start + options_.timeout, false, second);
    exchange = std::move(second);
  }
  exchange.duration = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - start);
  return exchange;
}

Exchange HttpClient::send_and_hang_up(const Request& request) {
  disconnect();
  Exchange exchange;
  exchange.started = wall_now();
  exchange.request = request;
  attempt(request, std::chrono::steady_clock::now() + options_.timeout, true, exchange);
  disconnect();
  return exchange;
}

// One try; false when a kept connection was closed under it and another try is due.
bool HttpClient::attempt(const Request& request, SteadyTime deadline, bool hang_up,
                         Exchange& exchange) {
  const auto record = [&](const Step& step) {
    exchange.outcome = step.outcome;
    exchange.problem = step.problem;
    connection_.reset();
  };
  if (connection_ && connection_->has_unread_input()) connection_.reset();
  exchange.reused_connection = connection_ != nullptr;
  if (!connection_) {
    connection_ = std::make_unique<Connection>(options_.cancel);
    if (Step step = connection_->open(target_, deadline); !step.ok()) {
      record(step);
      return true;
    }
    tls_ = connection_->tls_description();
  }

  std::string bytes = head_of(request);
  if (request.body && request.framing == Request::BodyFraming::kChunked) {
    // Two chunks, so that a reader that stops at the first one is seen.
    const std::string_view body = *request.body;
    for (const auto part : {body.substr(0, body.size() / 2), body.substr(body.size() / 2)}) {
      if (!part.empty()) bytes += fmt::format("{:x}\r\n{}\r\n", part.size(), part);
    }
    bytes += "0\r\n\r\n";
  } else if (request.body) {
    bytes += *request.body;
  }
  const Step written = connection_->write(bytes, deadline);
  if (hang_up) {
    record({Outcome::kClosed, "favsync hung up before the answer, on purpose"});
    return true;
  }
  if (!written.ok() && written.outcome != Outcome::kClosed) {
    record(written);
    return true;
  }
  // After a failed write the answer may still be there: a server may refuse before it has read all.
  ResponseParser parser(request.method == "HEAD", options_.limits);
  auto state = ResponseParser::State::kNeedMore;
  std::array<char, 65536> buffer;
  while (state == ResponseParser::State::kNeedMore) {
    std::size_t count = 0;
    const Step step = connection_->read(buffer, count, deadline);
    if (step.ok() && count > 0) {
      state = parser.feed({buffer.data(), count});
      continue;
    }
    if (step.ok() || step.outcome == Outcome::kClosed) {
      state = step.ok() ? parser.finish() : ResponseParser::State::kNeedMore;
      if (state == ResponseParser::State::kDone) break;
      if (!parser.started() && exchange.reused_connection) {
        connection_.reset();
        return false;
      }
      const std::string how = step.ok() ? "the connection was closed" : step.problem;
      parser.move_into(exchange);
      record(parser.started() ? Step{Outcome::kTruncated, how + " before the answer was whole"}
                              : Step{Outcome::kClosed, how + " without an answer"});
      return true;
    }
    parser.move_into(exchange);
    record(step);
    return true;
  }
  const bool keep = parser.keeps_alive() && !request.close_after;
  exchange.outcome = state == ResponseParser::State::kDone       ? Outcome::kAnswered
                     : state == ResponseParser::State::kTooLarge ? Outcome::kTooLarge
                                                                 : Outcome::kMalformed;
  exchange.problem = parser.problem();
  parser.move_into(exchange);
  if (exchange.answered()) decode_body(exchange, options_.limits.max_body_bytes);
  if (!keep) connection_.reset();
  return true;
}

}  // namespace favsync::contract
