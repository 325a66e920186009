#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "contract_tests/judge/instant.h"

namespace favsync::contract {

using Headers = std::vector<std::pair<std::string, std::string>>;

// The first header of that name, in any case; empty when absent.
std::string_view header(const Headers& headers, std::string_view name);
bool has_header(const Headers& headers, std::string_view name);

// A request as the suite wants it on the wire. Host, Content-Length and the like are added when it
// is sent.
struct Request {
  enum class BodyFraming { kContentLength, kChunked };
  std::string method = "GET";
  std::string path;   // after the target's base path: "/getUserFavorites"
  std::string query;  // raw, without '?'
  Headers headers;
  std::optional<std::string> body;
  BodyFraming framing = BodyFraming::kContentLength;
  bool fresh_connection = false;  // do not reuse the open one
  bool close_after = false;       // ask for the connection to be closed
};

// What came of a request.
enum class Outcome {
  kAnswered,      // a whole answer
  kNoConnection,  // DNS or TCP
  kTlsFailed,     // handshake or certificate
  kTimedOut,      // not whole within the time limit
  kClosed,        // the connection ended before one byte of an answer
  kTruncated,     // the connection ended inside the answer
  kMalformed,     // the bytes are no HTTP answer
  kTooLarge,      // beyond the limit on head or body
  kCancelled,     // favsync was asked to stop
};
std::string_view to_string(Outcome outcome);

// One request and its answer, as they were. Holds secrets: what is kept or shown goes through
// ExchangeLog, which redacts.
struct Exchange {
  int number = 0;  // from 1, in the order of sending; 0 until it is logged
  Request request;
  Outcome outcome = Outcome::kNoConnection;
  std::string problem;  // when not kAnswered: one sentence
  int status = 0;
  std::string version;  // "HTTP/1.1"
  Headers headers;
  std::string body;                    // de-chunked and decompressed
  std::vector<std::string> anomalies;  // legal or not, odd framing: each a sentence
  bool reused_connection = false;
  Instant started;  // by this machine's clock
  std::chrono::milliseconds duration{0};

  bool answered() const { return outcome == Outcome::kAnswered; }
  bool ok() const { return answered() && status >= 200 && status < 300; }
  std::string_view header(std::string_view name) const;
};

}  // namespace favsync::contract
