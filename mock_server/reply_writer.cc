#include "mock_server/reply_writer.h"

#include <algorithm>
#include <cctype>
#include <charconv>
#include <limits>

#include <fmt/format.h>

#include "mock_server/gzip.h"
#include "mock_server/honest_replies.h"

namespace favsync::mock {
namespace {

constexpr std::size_t kChunkBytes = 4096;

std::string_view reason(int status) {
  switch (status) {
    case 200:
      return "OK";
    case 201:
      return "Created";
    case 202:
      return "Accepted";
    case 204:
      return "No Content";
    case 206:
      return "Partial Content";
    case 207:
      return "Multi-Status";
    case 301:
      return "Moved Permanently";
    case 302:
      return "Found";
    case 303:
      return "See Other";
    case 304:
      return "Not Modified";
    case 307:
      return "Temporary Redirect";
    case 308:
      return "Permanent Redirect";
    case 400:
      return "Bad Request";
    case 401:
      return "Unauthorized";
    case 403:
      return "Forbidden";
    case 404:
      return "Not Found";
    case 405:
      return "Method Not Allowed";
    case 406:
      return "Not Acceptable";
    case 408:
      return "Request Timeout";
    case 409:
      return "Conflict";
    case 410:
      return "Gone";
    case 411:
      return "Length Required";
    case 413:
      return "Content Too Large";
    case 414:
      return "URI Too Long";
    case 415:
      return "Unsupported Media Type";
    case 417:
      return "Expectation Failed";
    case 418:
      return "I'm a teapot";
    case 422:
      return "Unprocessable Content";
    case 429:
      return "Too Many Requests";
    case 431:
      return "Request Header Fields Too Large";
    case 500:
      return "Internal Server Error";
    case 501:
      return "Not Implemented";
    case 502:
      return "Bad Gateway";
    case 503:
      return "Service Unavailable";
    case 504:
      return "Gateway Timeout";
    case 505:
      return "HTTP Version Not Supported";
    default:
      return "Unknown";
  }
}

void append_number(std::string& out, std::int64_t number) {
  char digits[std::numeric_limits<std::int64_t>::digits10 + 2];
  out.append(digits, std::to_chars(digits, std::end(digits), number).ptr);
}

bool same_name(std::string_view name, std::string_view lower) {
  return name.size() == lower.size() &&
         std::equal(name.begin(), name.end(), lower.begin(), [](char a, char b) {
           return (a >= 'A' && a <= 'Z' ? static_cast<char>(a + ('a' - 'A')) : a) == b;
         });
}

// Which of the headers that the writer would add the reply brings along.
struct OwnHeaders {
  bool date = false, length = false, connection = false, closes = false, gzip = false,
       coding = false;
};

OwnHeaders look_at(const PartnerReply& reply) {
  OwnHeaders own;
  for (const auto& [name, value] : reply.headers) {
    switch (name.size()) {
      case 4:
        own.date |= same_name(name, "date");
        break;
      case 10:
        if (!same_name(name, "connection")) break;
        own.connection = true;
        own.closes |= same_name(value, "close");
        break;
      case 14:
        own.length |= same_name(name, "content-length");
        break;
      case 16:
        own.gzip |= same_name(name, "content-encoding") && same_name(value, "gzip");
        break;
      case 17:
        own.coding |= same_name(name, "transfer-encoding");
        break;
      default:
        break;
    }
  }
  return own;
}

std::string chunked(std::string_view body, bool bad) {
  std::string out;
  for (std::size_t at = 0; at < body.size(); at += kChunkBytes) {
    const std::string_view piece = body.substr(at, kChunkBytes);
    out += bad && at == 0 ? std::string("xyz\r\n") : fmt::format("{:x}\r\n", piece.size());
    out.append(piece).append("\r\n");
  }
  if (bad && body.empty()) out += "xyz\r\n";
  return out += "0\r\n\r\n";
}

}  // namespace

ReplyWriter::ReplyWriter(std::string_view instance, const VirtualClock* clock)
    : instance_(instance), clock_(clock) {}

void ReplyWriter::renew_date() {
  const std::time_t now = clock_ != nullptr ? clock_->now().seconds() : std::time(nullptr);
  if (now == second_) return;
  second_ = now;
  std::tm parts{};
  ::gmtime_r(&now, &parts);
  char date[64];
  const std::size_t length = std::strftime(date, sizeof date, "%a, %d %b %Y %H:%M:%S GMT", &parts);
  stamp_ = fmt::format("Date: {}\r\nFavsync-Instance: {}\r\n", std::string_view(date, length),
                       instance_);
}

ReplyWriter::Written ReplyWriter::write(const PartnerReply& reply, const ReplyContext& context,
                                        OutQueue& out) {
  renew_date();
  const Delivery& delivery = reply.delivery;
  const OwnHeaders own = look_at(reply);
  std::shared_ptr<const std::string> body = reply.body;
  if (own.gzip && body && !is_gzip(*body)) {
    body = std::make_shared<const std::string>(gzip_compress(*body));
  }
  const std::size_t body_bytes = body ? body->size() : 0;
  const bool forbids_body = reply.status == 204 || reply.status == 304 || reply.status < 200;
  // Chunks are not known to HTTP/1.0: there the close ends the body.
  Delivery::Framing framing = delivery.framing;
  if (framing == Delivery::Framing::kChunked && context.is_http10) {
    framing = Delivery::Framing::kUntilClose;
  }
  Written written;
  const bool announces_close = !context.keeps_alive || delivery.close_after || own.closes ||
                               framing == Delivery::Framing::kUntilClose;
  // A cut or broken answer closes too, but as in life nothing announces it.
  written.closes = announces_close || delivery.cut_after_bytes.has_value() || delivery.bad_chunk;

  std::string& head = out.tail();
  head += delivery.garbage_before;
  head += "HTTP/1.1 ";
  append_number(head, reply.status);
  head += ' ';
  head += reason(reply.status);
  head += "\r\n";
  if (own.date) {
    head.append("Favsync-Instance: ").append(instance_).append("\r\n");
  } else {
    head += stamp_;
  }
  for (const auto& [name, value] : reply.headers) {
    head.append(name).append(": ").append(value).append("\r\n");
  }
  if (framing == Delivery::Framing::kContentLength && !own.length && !own.coding && !forbids_body) {
    head += "Content-Length: ";
    const auto length = static_cast<std::int64_t>(body_bytes) + delivery.content_length_skew;
    append_number(head, std::max<std::int64_t>(length, 0));
    head += "\r\n";
  } else if (framing == Delivery::Framing::kChunked && !own.coding && !forbids_body) {
    head += "Transfer-Encoding: chunked\r\n";
  }
  if (!own.connection) {
    if (announces_close) {
      head += "Connection: close\r\n";
    } else if (context.is_http10) {
      head += "Connection: keep-alive\r\n";
    }
  }
  head += "\r\n";
  if (!context.is_head && !forbids_body) {
    if (delivery.is_plain()) {
      out.append(body);
      return written;
    }
    std::string bytes = body ? *body : std::string();
    if (delivery.cut_after_bytes && *delivery.cut_after_bytes < bytes.size()) {
      bytes.resize(*delivery.cut_after_bytes);
      if (framing == Delivery::Framing::kChunked) {
        // A cut in the middle of a chunk: its size promises more than comes.
        bytes = fmt::format("{:x}\r\n", body_bytes) + bytes;
      }
    } else if (framing == Delivery::Framing::kChunked) {
      bytes = chunked(bytes, delivery.bad_chunk);
    }
    if (!delivery.cut_after_bytes) bytes += delivery.extra_after;
    if (delivery.drip_bytes_per_second) {
      written.dripped = std::move(bytes);
    } else {
      out.append(std::make_shared<const std::string>(std::move(bytes)));
    }
  }
  return written;
}

PartnerReply refusal_reply(int status, std::string_view message) {
  std::string error(
      reason(status));  // "Bad Request" is named bad_request, as the API names its own
  for (char& c : error) c = c == ' ' ? '_' : static_cast<char>(std::tolower(c));
  PartnerReply reply = refusal(status, error, message);
  reply.delivery.close_after = true;
  return reply;
}

}  // namespace favsync::mock
