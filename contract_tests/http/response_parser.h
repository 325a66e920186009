#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/http/exchange.h"

namespace favsync::contract {

// What is read of an answer at most; a hit is a finding, not a crash.
struct ResponseLimits {
  std::size_t max_head_bytes = 64u << 10;
  std::size_t max_body_bytes = 64u << 20;  // also after decompression
};

// Reads one HTTP/1.x answer from the bytes as they come. Liberal where HTTP lets servers differ
// (interim 1xx answers, header case, bare LF, HTTP/1.0, chunk extensions), and notes what is odd.
class ResponseParser {
 public:
  enum class State { kNeedMore, kDone, kMalformed, kTooLarge };

  ResponseParser(bool head_request, ResponseLimits limits);

  // Takes the next bytes from the connection. After kDone, `leftover` tells how many came too many.
  State feed(std::string_view bytes);
  // The connection ended: kDone if that is a legal end, otherwise kNeedMore (the answer is cut
  // off).
  State finish();

  bool started() const { return received_ > 0; }
  std::size_t leftover() const { return buffer_.size() - at_; }
  // Whether the connection may carry another request.
  bool keeps_alive() const;

  // Moves what was read into `exchange`; the body still has its Content-Encoding.
  void move_into(Exchange& exchange);
  const std::string& problem() const { return problem_; }

 private:
  enum class Part {
    kStatusLine,
    kHeaders,
    kFixedBody,
    kChunkSize,
    kChunk,
    kChunkEnd,
    kTrailers,
    kUntilClose,
    kDone
  };

  State advance();
  std::optional<std::string> next_line();
  bool read_status_line(const std::string& line);
  bool read_header(const std::string& line);
  bool head_is_over();
  bool take_body(std::size_t wanted);
  State malformed(std::string problem);
  void note(std::string anomaly);

  const bool head_request_;
  const ResponseLimits limits_;
  std::string buffer_;
  std::size_t at_ = 0;
  std::size_t received_ = 0;
  std::size_t head_bytes_ = 0;
  Part part_ = Part::kStatusLine;
  std::size_t remaining_ = 0;  // of the fixed body or of the chunk
  std::string problem_;
  State failure_ = State::kNeedMore;

  int status_ = 0;
  std::string version_;
  Headers headers_;
  std::string body_;
  std::vector<std::string> anomalies_;
};

}  // namespace favsync::contract
