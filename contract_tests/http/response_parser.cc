#include "contract_tests/http/response_parser.h"

#include <algorithm>
#include <charconv>

#include <fmt/format.h>

#include "contract_tests/http/text.h"

namespace favsync::contract {

ResponseParser::ResponseParser(bool head_request, ResponseLimits limits)
    : head_request_(head_request), limits_(limits) {}

ResponseParser::State ResponseParser::feed(std::string_view bytes) {
  received_ += bytes.size();
  if (at_ > 0 && part_ != Part::kDone) {  // keep what is not used yet
    buffer_.erase(0, at_);
    at_ = 0;
  }
  buffer_.append(bytes);
  return advance();
}

ResponseParser::State ResponseParser::finish() {
  if (part_ == Part::kUntilClose) part_ = Part::kDone;
  return part_ == Part::kDone ? State::kDone : failure_;
}

ResponseParser::State ResponseParser::advance() {
  while (part_ != Part::kDone) {
    switch (part_) {
      case Part::kStatusLine:
      case Part::kHeaders:
      case Part::kChunkSize:
      case Part::kChunkEnd:
      case Part::kTrailers: {
        const auto line = next_line();
        if (!line) {
          if (head_bytes_ + leftover() > limits_.max_head_bytes) {
            problem_ = fmt::format("head of over {} bytes", limits_.max_head_bytes);
            return failure_ = State::kTooLarge;
          }
          return State::kNeedMore;
        }
        if (part_ == Part::kStatusLine) {
          if (!read_status_line(*line)) return malformed(problem_);
        } else if (part_ == Part::kHeaders) {
          if (line->empty() ? !head_is_over() : !read_header(*line)) return malformed(problem_);
        } else if (part_ == Part::kChunkEnd) {
          if (!line->empty()) return malformed("bytes between a chunk's data and its end");
          part_ = Part::kChunkSize;
        } else if (part_ == Part::kTrailers) {
          if (line->empty()) part_ = Part::kDone;
        } else {
          const std::string_view digits = trim(std::string_view(*line).substr(0, line->find(';')));
          std::size_t size = 0;
          const auto [end, error] =
              std::from_chars(digits.data(), digits.data() + digits.size(), size, 16);
          if (error != std::errc() || end != digits.data() + digits.size() || digits.empty()) {
            return malformed(fmt::format("chunk size \"{}\" is not hexadecimal", clip(*line, 40)));
          }
          remaining_ = size;
          head_bytes_ = 0;  // each chunk's line is bounded on its own
          part_ = size == 0 ? Part::kTrailers : Part::kChunk;
        }
        break;
      }
      case Part::kFixedBody:
      case Part::kChunk:
        if (!take_body(remaining_)) return failure_;
        if (remaining_ > 0) return State::kNeedMore;
        part_ = part_ == Part::kFixedBody ? Part::kDone : Part::kChunkEnd;
        break;
      case Part::kUntilClose:
        remaining_ = leftover();
        if (!take_body(remaining_)) return failure_;
        return State::kNeedMore;
      case Part::kDone:
        break;
    }
  }
  if (leftover() > 0) note(fmt::format("{} bytes after the end of the answer", leftover()));
  return State::kDone;
}

std::optional<std::string> ResponseParser::next_line() {
  const auto end = buffer_.find('\n', at_);
  if (end == std::string::npos) return std::nullopt;
  std::string line = buffer_.substr(at_, end - at_);
  head_bytes_ += line.size() + 1;
  at_ = end + 1;
  if (!line.empty() && line.back() == '\r') {
    line.pop_back();
  } else {
    note("lines end in LF instead of CR LF");
  }
  return line;
}

bool ResponseParser::read_status_line(const std::string& line) {
  const bool shaped =
      line.size() >= 12 && line.starts_with("HTTP/1.") && line[8] == ' ' &&
      std::all_of(line.begin() + 9, line.begin() + 12, [](char c) { return c >= '0' && c <= '9'; });
  if (!shaped) {
    problem_ = fmt::format("expected a status line such as \"HTTP/1.1 200 OK\", got \"{}\"",
                           clip(line, 80));
    return false;
  }
  version_ = line.substr(0, 8);
  status_ = (line[9] - '0') * 100 + (line[10] - '0') * 10 + (line[11] - '0');
  part_ = Part::kHeaders;
  return true;
}

bool ResponseParser::read_header(const std::string& line) {
  if ((line[0] == ' ' || line[0] == '\t') && !headers_.empty()) {
    headers_.back().second += " " + std::string(trim(line));
    note("a header is folded over two lines");
    return true;
  }
  const auto colon = line.find(':');
  if (colon == std::string::npos || colon == 0) {
    problem_ = fmt::format("header line without a name and ':': \"{}\"", clip(line, 80));
    return false;
  }
  headers_.emplace_back(line.substr(0, colon), trim(std::string_view(line).substr(colon + 1)));
  return true;
}

// Decides how long the body is, by RFC 9112 §6.3.
bool ResponseParser::head_is_over() {
  if (status_ < 200 && status_ != 101) {  // an interim answer: the real one follows
    headers_.clear();
    part_ = Part::kStatusLine;
    return true;
  }
  const bool chunked = equals_ignoring_case(header(headers_, "Transfer-Encoding"), "chunked");
  const bool has_length = has_header(headers_, "Content-Length");
  if (chunked && has_length) note("both Content-Length and Transfer-Encoding");
  if (head_request_ || status_ == 204 || status_ == 304) {
    part_ = Part::kDone;
    return true;
  }
  if (chunked) {
    part_ = Part::kChunkSize;
    return true;
  }
  if (!has_length) {
    part_ = Part::kUntilClose;
    return true;
  }
  const std::string_view text = header(headers_, "Content-Length");
  for (const auto& [name, value] : headers_) {
    if (equals_ignoring_case(name, "Content-Length") && value != text) {
      problem_ = fmt::format("two different Content-Length headers: {} and {}", text, value);
      return false;
    }
  }
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), remaining_);
  if (error != std::errc() || end != text.data() + text.size()) {
    problem_ = fmt::format("Content-Length \"{}\" is no number", clip(text, 40));
    return false;
  }
  part_ = remaining_ == 0 ? Part::kDone : Part::kFixedBody;
  return true;
}

bool ResponseParser::take_body(std::size_t wanted) {
  const std::size_t taken = std::min(wanted, leftover());
  if (body_.size() + taken > limits_.max_body_bytes) {
    problem_ = fmt::format("body of over {} bytes", limits_.max_body_bytes);
    failure_ = State::kTooLarge;
    return false;
  }
  body_.append(buffer_, at_, taken);
  at_ += taken;
  remaining_ = wanted - taken;
  return true;
}

bool ResponseParser::keeps_alive() const {
  const std::string_view connection = header(headers_, "Connection");
  if (part_ != Part::kDone || leftover() > 0) return false;
  if (contains_ignoring_case(connection, "close")) return false;
  const bool delimited = has_header(headers_, "Content-Length") || status_ == 204 ||
                         status_ == 304 || head_request_ ||
                         equals_ignoring_case(header(headers_, "Transfer-Encoding"), "chunked");
  return delimited && (version_ == "HTTP/1.1" || contains_ignoring_case(connection, "keep-alive"));
}

void ResponseParser::move_into(Exchange& exchange) {
  exchange.status = status_;
  exchange.version = std::move(version_);
  exchange.headers = std::move(headers_);
  exchange.body = std::move(body_);
  for (auto& anomaly : anomalies_) exchange.anomalies.push_back(std::move(anomaly));
  anomalies_.clear();
}

ResponseParser::State ResponseParser::malformed(std::string problem) {
  problem_ = std::move(problem);
  return failure_ = State::kMalformed;
}

void ResponseParser::note(std::string anomaly) {
  if (std::find(anomalies_.begin(), anomalies_.end(), anomaly) == anomalies_.end()) {
    anomalies_.push_back(std::move(anomaly));
  }
}

}  // namespace favsync::contract
