#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <variant>

#include "mock_server/trigger.h"

namespace favsync::mock {

// Holds the answer back. Drawn for each request: fixed `first`; uniform between `first` and
// `second`, both ends included; log-normal with the median `first` and the deviation `sigma` of the
// logarithm, never more than `second`. 0 ms to 24 h.
struct Latency {
  enum class Shape { kFixed, kUniform, kLogNormal };
  Shape shape = Shape::kFixed;
  std::chrono::milliseconds first{0}, second{0};
  double sigma = 0;
  friend bool operator==(const Latency&, const Latency&) = default;
};

// What becomes of the answer. One of them a fault, beside a latency.
struct AnswerStatus {  // that status in place of the answer, perhaps with Retry-After
  int status = 503;    // 200 to 599
  std::optional<std::chrono::milliseconds> retry_after;
  bool as_date = false;  // Retry-After as an HTTP date by the mock's clock, not in seconds
  friend bool operator==(const AnswerStatus&, const AnswerStatus&) = default;
};
struct Reset {  // RST, without a byte of an answer
  friend bool operator==(const Reset&, const Reset&) = default;
};
struct Close {  // FIN, without a byte, or after the headers
  bool after_headers = false;
  friend bool operator==(const Close&, const Close&) = default;
};
struct Hang {  // no byte, and no end
  friend bool operator==(const Hang&, const Hang&) = default;
};
struct Truncate {  // headers and the first bytes of the body, then FIN
  std::size_t bytes = 0;
  friend bool operator==(const Truncate&, const Truncate&) = default;
};
struct Stall {  // headers and the first bytes of the body, then nothing, and no end
  std::size_t bytes = 0;
  friend bool operator==(const Stall&, const Stall&) = default;
};
struct Drip {  // headers, then the body at that rate, from 1
  std::uint32_t bytes_per_second = 1;
  friend bool operator==(const Drip&, const Drip&) = default;
};
struct Garbage {  // so many bytes that are no HTTP, then FIN
  std::size_t bytes = 64;
  friend bool operator==(const Garbage&, const Garbage&) = default;
};
struct Oversize {  // the body, filled up with spaces to so many bytes
  std::size_t bytes = 0;
  friend bool operator==(const Oversize&, const Oversize&) = default;
};
struct BadChunk {  // headers that promise chunks, and a chunk size that is none; then FIN
  friend bool operator==(const BadChunk&, const BadChunk&) = default;
};
struct SlowAccept {  // of a connection: it is taken up so much later than it came
  std::chrono::milliseconds delay{0};
  friend bool operator==(const SlowAccept&, const SlowAccept&) = default;
};
using Effect = std::variant<std::monostate, AnswerStatus, Reset, Close, Hang, Truncate, Stall, Drip,
                            Garbage, Oversize, BadChunk, SlowAccept>;

// Where in a request's life the fault strikes: before it has an effect on the state (it has none
// then), after (the write is done, its acknowledgement is lost), or after the first so many
// favourites of a POST. As text: "before_apply", "after_apply", "partial_apply(2)".
struct Position {
  enum class Kind { kBeforeApply, kAfterApply, kPartialApply };
  Kind kind = Kind::kBeforeApply;
  std::size_t favorites = 0;  // of kPartialApply
  friend bool operator==(const Position&, const Position&) = default;
};
std::string to_string(const Position& position);

// Transport trouble: what happens, where, and on which requests. A value.
struct Fault {
  std::optional<Latency> latency;
  Effect effect;
  Position position;
  Trigger trigger;

  bool has_effect() const { return !std::holds_alternative<std::monostate>(effect); }
  // Of a connection, not of a request.
  bool is_of_connections() const { return std::holds_alternative<SlowAccept>(effect); }
  friend bool operator==(const Fault&, const Fault&) = default;
};

}  // namespace favsync::mock
