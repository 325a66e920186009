#include "mock_server/request_reader.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

#include <fmt/format.h>

#include "wire/quote.h"

namespace favsync::mock {
namespace {

constexpr std::size_t kMaxLineOfChunkSize = 256;  // with extensions

constexpr auto kTokenChars = [] {
  std::array<bool, 256> table{};
  for (char c = '0'; c <= '9'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'a'; c <= 'z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c = 'A'; c <= 'Z'; ++c) table[static_cast<unsigned char>(c)] = true;
  for (char c : std::string_view("!#$%&'*+-.^_`|~")) table[static_cast<unsigned char>(c)] = true;
  return table;
}();

bool is_token(std::string_view text) {
  return !text.empty() && std::all_of(text.begin(), text.end(), [](char c) {
    return kTokenChars[static_cast<unsigned char>(c)];
  });
}

bool equals_ignoring_case(std::string_view text, std::string_view lower) {
  return text.size() == lower.size() &&
         std::equal(text.begin(), text.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
         });
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

// Whether a comma-separated header value names `word`.
bool lists(std::string_view value, std::string_view word) {
  while (!value.empty()) {
    const std::size_t comma = value.find(',');
    if (equals_ignoring_case(trim(value.substr(0, comma)), word)) return true;
    if (comma == std::string_view::npos) break;
    value.remove_prefix(comma + 1);
  }
  return false;
}

bool has_control(std::string_view value) {
  return std::any_of(value.begin(), value.end(), [](char c) {
    const auto byte = static_cast<unsigned char>(c);
    return (byte < ' ' && c != '\t') || byte == 0x7f;
  });
}

}  // namespace

void RequestReader::next_request() {
  const RequestLimits limits = limits_;
  *this = RequestReader(limits);
}

bool RequestReader::take_expects_continue() {
  if (phase_ == Phase::kHead || !expects_continue_) return false;
  expects_continue_ = false;
  return true;
}

RequestReader::State RequestReader::refuse(int status, std::string message) {
  refusal_ = {status, std::move(message)};
  return State::kRefused;
}

RequestReader::State RequestReader::advance(std::string_view buffered, PartnerRequest& request) {
  const bool head_is_fresh = phase_ == Phase::kHead;
  if (head_is_fresh) {
    if (!find_head_end(buffered)) {
      const std::string_view begun = buffered.substr(std::min(start_, buffered.size()));
      if (!begun.empty() && begun[0] == '\x16') {
        return refuse(400, "expected a plain HTTP request, got a TLS handshake; use http:// here");
      }
      if (!begun.empty() && begun[0] != '\r' &&
          !kTokenChars[static_cast<unsigned char>(begun[0])]) {
        return refuse(
            400, fmt::format("request line: expected a method, got {}", favsync::quoted(begun)));
      }
      if (begun.size() <= limits_.max_head_bytes) return State::kNeedsMore;
      return refuse(431,
                    fmt::format("request head: expected at most {} bytes, got more; send fewer "
                                "or shorter headers",
                                limits_.max_head_bytes));
    }
    const State state = read_head(buffered, request);
    if (state == State::kRefused) return state;
    if (const State framed = settle_framing(request); framed == State::kRefused) return framed;
  } else if (phase_ == Phase::kSizedBody && buffered.size() < head_end_ + body_bytes_) {
    return State::kNeedsMore;
  }
  std::size_t body_end = head_end_ + body_bytes_;
  if (phase_ == Phase::kSizedBody) {
    if (buffered.size() < body_end) return State::kNeedsMore;
    size_ = body_end;
  } else {
    if (const State state = scan_chunks(buffered); state != State::kWhole) return state;
    body_end = data_end_;
  }
  // The head was read from a buffer that may have moved since: take the views again.
  if (!head_is_fresh) read_head(buffered, request);
  request.body = buffered.substr(head_end_, body_end - head_end_);
  return State::kWhole;
}

bool RequestReader::find_head_end(std::string_view buffered) {
  while (start_ == position_ && buffered.substr(start_, 2) == "\r\n") position_ = start_ += 2;
  if (start_ == position_ && buffered.substr(start_) == "\r") return false;
  while (position_ < buffered.size()) {
    const void* found = std::memchr(buffered.data() + position_, '\n', buffered.size() - position_);
    if (found == nullptr) {
      position_ = buffered.size();
      return false;
    }
    const std::size_t line_end =
        static_cast<std::size_t>(static_cast<const char*>(found) - buffered.data()) + 1;
    const std::string_view rest = buffered.substr(line_end, 2);
    if (!rest.empty() && (rest[0] == '\n' || rest == "\r\n")) {
      head_end_ = line_end + (rest[0] == '\n' ? 1 : 2);
      return true;
    }
    if (rest.empty() || rest == "\r") {  // look at this line's end again when more has come
      position_ = line_end - 1;
      return false;
    }
    position_ = line_end;
  }
  return false;
}

RequestReader::State RequestReader::read_head(std::string_view buffered, PartnerRequest& request) {
  if (head_end_ - start_ > limits_.max_head_bytes) {
    return refuse(431, fmt::format("request head: expected at most {} bytes, got {}; send fewer or "
                                   "shorter headers",
                                   limits_.max_head_bytes, head_end_ - start_));
  }
  request.headers.clear();
  coding_ = {};
  has_host_ = has_length_ = has_coding_ = false;
  std::string_view rest = buffered.substr(start_, head_end_ - start_);
  bool first = true;
  while (!rest.empty()) {
    const std::size_t end = rest.find('\n');
    if (end == 0 || rest[end - 1] != '\r') {
      return refuse(400, fmt::format("request head: {}: expected the line to end in CR LF, got LF "
                                     "alone",
                                     favsync::quoted(rest.substr(0, end))));
    }
    const std::string_view line = rest.substr(0, end - 1);
    rest.remove_prefix(end + 1);
    if (line.empty()) break;
    const State state = first ? read_request_line(line, request) : read_header(line, request);
    if (state == State::kRefused) return state;
    first = false;
  }
  return State::kWhole;
}

RequestReader::State RequestReader::read_request_line(std::string_view line,
                                                      PartnerRequest& request) {
  const std::size_t first = line.find(' '), last = line.rfind(' ');
  if (first == std::string_view::npos || first == last || !is_token(line.substr(0, first))) {
    return refuse(400, fmt::format("request line: expected \"METHOD /path HTTP/1.1\", got {}",
                                   favsync::quoted(line)));
  }
  const std::string_view version = line.substr(last + 1);
  if (version != "HTTP/1.1" && version != "HTTP/1.0") {
    const bool other = version.starts_with("HTTP/");
    return refuse(other ? 505 : 400,
                  fmt::format("request line: expected HTTP/1.1 or HTTP/1.0, got {}",
                              favsync::quoted(version)));
  }
  is_http10_ = version == "HTTP/1.0";
  keeps_alive_ = !is_http10_;
  std::string_view target = line.substr(first + 1, last - first - 1);
  if (target.size() > limits_.max_target_bytes) {
    return refuse(414, fmt::format("request target: expected at most {} bytes, got {}",
                                   limits_.max_target_bytes, target.size()));
  }
  if (target.find(' ') != std::string_view::npos || has_control(target)) {
    return refuse(400,
                  "request target: expected no spaces or control characters; percent-encode them");
  }
  if (target.starts_with("http://")) {  // the form that proxies receive
    const std::size_t slash = target.find('/', 7);
    target = slash == std::string_view::npos ? std::string_view("/") : target.substr(slash);
  }
  if (!target.starts_with('/') && target != "*") {
    return refuse(400, fmt::format("request target: expected a path that begins with '/', got {}",
                                   favsync::quoted(target)));
  }
  request.method = line.substr(0, first);
  const std::size_t question = target.find('?');
  request.path = target.substr(0, question);
  request.query =
      question == std::string_view::npos ? std::string_view() : target.substr(question + 1);
  return State::kWhole;
}

RequestReader::State RequestReader::read_header(std::string_view line, PartnerRequest& request) {
  if (request.headers.size() == limits_.max_headers) {
    return refuse(431, fmt::format("request head: expected at most {} headers, got more",
                                   limits_.max_headers));
  }
  const std::size_t colon = line.find(':');
  if (colon == std::string_view::npos || !is_token(line.substr(0, colon))) {
    return refuse(400,
                  fmt::format("request header: expected \"Name: value\", got {}; a name has no "
                              "spaces, and lines do not fold",
                              favsync::quoted(line.substr(0, colon))));
  }
  const std::string_view name = line.substr(0, colon), value = trim(line.substr(colon + 1));
  if (has_control(value)) {
    return refuse(400, fmt::format("request header {}: expected no control characters",
                                   favsync::quoted(name)));
  }
  request.headers.emplace_back(name, value);
  return note_framing(name, value);
}

RequestReader::State RequestReader::note_framing(std::string_view name, std::string_view value) {
  switch (name.size()) {
    case 4:
      if (!equals_ignoring_case(name, "host")) break;
      if (has_host_) return refuse(400, "request header Host: expected once, got it twice");
      has_host_ = true;
      break;
    case 6:
      if (equals_ignoring_case(name, "expect")) {
        if (!equals_ignoring_case(value, "100-continue")) {
          return refuse(417, fmt::format("request header Expect: expected 100-continue, got {}",
                                         favsync::quoted(value)));
        }
        // Taken once a request, also when the head is read a second time.
        expects_continue_ = phase_ == Phase::kHead && !is_http10_;
      }
      break;
    case 10:
      if (!equals_ignoring_case(name, "connection")) break;
      if (lists(value, "close")) keeps_alive_ = false;
      if (is_http10_ && lists(value, "keep-alive")) keeps_alive_ = true;
      break;
    case 14: {
      if (!equals_ignoring_case(name, "content-length")) break;
      if (has_length_)
        return refuse(400, "request header Content-Length: expected once, got it twice");
      has_length_ = true;
      const char* end = value.data() + value.size();
      std::size_t bytes = 0;
      const auto [stop, error] = std::from_chars(value.data(), end, bytes);
      if (error == std::errc::result_out_of_range && stop == end)
        bytes = static_cast<std::size_t>(-1);
      if (value.empty() || stop != end || error == std::errc::invalid_argument) {
        return refuse(400,
                      fmt::format("request header Content-Length: expected digits alone, got {}",
                                  favsync::quoted(value)));
      }
      if (phase_ == Phase::kHead) body_bytes_ = bytes;
      break;
    }
    case 16:
      if (!equals_ignoring_case(name, "content-encoding")) break;
      if (!coding_.content_encoding.empty()) {
        return refuse(400, "request header Content-Encoding: expected once, got it twice");
      }
      if (!equals_ignoring_case(value, "identity")) coding_.content_encoding = value;
      break;
    case 17:
      if (!equals_ignoring_case(name, "transfer-encoding")) break;
      if (has_coding_ || is_http10_) {
        return refuse(400, "request header Transfer-Encoding: expected once, and in HTTP/1.1 only");
      }
      has_coding_ = true;
      if (!equals_ignoring_case(value, "chunked")) {
        return refuse(501,
                      fmt::format("request header Transfer-Encoding: expected \"chunked\", got {}",
                                  favsync::quoted(value)));
      }
      coding_.chunked = true;
      break;
    default:
      break;
  }
  return State::kWhole;
}

RequestReader::State RequestReader::settle_framing(const PartnerRequest& request) {
  if (!has_host_ && !is_http10_) {
    return refuse(400, "request head: expected a Host header, as HTTP/1.1 demands, got none");
  }
  if (has_length_ && coding_.chunked) {
    return refuse(400, "request head: expected Content-Length or Transfer-Encoding, got both");
  }
  if (is_http10_ && !has_length_ && (request.method == "POST" || request.method == "PUT")) {
    return refuse(411, "request head: expected a Content-Length, got none");
  }
  if (body_bytes_ > limits_.max_body_bytes) {
    return refuse(
        413, fmt::format("request body: expected at most {} bytes, got Content-Length {}; send "
                         "fewer items in a request",
                         limits_.max_body_bytes, body_bytes_));
  }
  phase_ = coding_.chunked ? Phase::kChunkSize : Phase::kSizedBody;
  position_ = head_end_;
  return State::kWhole;
}

RequestReader::State RequestReader::scan_chunks(std::string_view buffered) {
  while (true) {
    const std::string_view rest = buffered.substr(position_);
    if (phase_ == Phase::kChunkBytes) {
      const std::size_t taken = std::min(chunk_left_, rest.size());
      chunk_left_ -= taken;
      position_ += taken;
      if (chunk_left_ > 0) return State::kNeedsMore;
      phase_ = Phase::kChunkEnd;
      continue;
    }
    if (phase_ == Phase::kChunkEnd) {
      if (rest.size() < 2) return State::kNeedsMore;
      if (!rest.starts_with("\r\n")) {
        return refuse(400, fmt::format("chunked body: expected CR LF after {} bytes, got {}",
                                       body_bytes_, favsync::quoted(rest.substr(0, 2))));
      }
      position_ += 2;
      phase_ = Phase::kChunkSize;
      continue;
    }
    const std::size_t end = rest.find('\n');
    if (end == std::string_view::npos) {
      const std::size_t bound =
          phase_ == Phase::kTrailer ? limits_.max_head_bytes : kMaxLineOfChunkSize;
      if (rest.size() <= bound) return State::kNeedsMore;
      return refuse(400, "chunked body: expected a short line, got no end of it");
    }
    if (end == 0 || rest[end - 1] != '\r') {
      return refuse(400, "chunked body: expected the line to end in CR LF, got LF alone");
    }
    const std::string_view line = rest.substr(0, end - 1);
    position_ += end + 1;
    if (phase_ == Phase::kTrailer) {  // trailers are read and dropped
      if (position_ - data_end_ > limits_.max_head_bytes) {
        return refuse(431, "chunked body: expected shorter trailers");
      }
      if (!line.empty()) continue;
      size_ = position_;
      return State::kWhole;
    }
    if (const State state = scan_chunk_size(line); state == State::kRefused) return state;
  }
}

RequestReader::State RequestReader::scan_chunk_size(std::string_view line) {
  const std::string_view digits = trim(line.substr(0, line.find(';')));
  std::size_t bytes = 0;
  const char* end = digits.data() + digits.size();
  const auto [stop, error] = std::from_chars(digits.data(), end, bytes, 16);
  if (digits.empty() || stop != end || error == std::errc::invalid_argument) {
    return refuse(400, fmt::format("chunked body: expected a chunk size in hexadecimal, got {}",
                                   favsync::quoted(line)));
  }
  if (error == std::errc::result_out_of_range || bytes > limits_.max_body_bytes - body_bytes_) {
    return refuse(413,
                  fmt::format("chunked body: expected at most {} bytes, got more; send fewer items "
                              "in a request",
                              limits_.max_body_bytes));
  }
  body_bytes_ += bytes;
  chunk_left_ = bytes;
  phase_ = bytes == 0 ? Phase::kTrailer : Phase::kChunkBytes;
  if (bytes == 0) data_end_ = position_;
  return State::kWhole;
}

}  // namespace favsync::mock
