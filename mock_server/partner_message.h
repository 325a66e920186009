#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "wire/auth_scheme.h"
#include "wire/timestamp.h"

namespace favsync::mock {

class Hold;

// One request as the partner port received it. Views into the connection's buffer: valid during the
// call that they are passed to. Header names keep the case in which they came.
struct PartnerRequest {
  std::string_view method;  // "GET"
  std::string_view path;    // "/getUserFavorites", without the query
  std::string_view query;   // raw, without '?'
  std::vector<HeaderView> headers;
  std::string_view body;         // de-chunked and decompressed
  std::uint64_t connection = 0;  // number of the connection, from 1; 0 without a socket

  // The first header of that name, in any case; empty when absent.
  std::string_view header(std::string_view name) const;
};

// A copy of a request that outlives the connection's buffer.
class OwnedRequest {
 public:
  explicit OwnedRequest(const PartnerRequest& request);
  OwnedRequest(const OwnedRequest&) = delete;
  OwnedRequest& operator=(const OwnedRequest&) = delete;
  const PartnerRequest& view() const { return view_; }  // lives as long as this

 private:
  std::string text_;  // all of them, one behind the other
  PartnerRequest view_;
};

// How a reply's bytes go onto the wire. The default is an honest HTTP/1.1 answer with a length; the
// rest is what quirks, defects and faults ask for. Delays and drips are timers, never a blocked
// thread.
struct Delivery {
  enum class Framing {
    kContentLength,
    kChunked,
    kUntilClose,  // HTTP/1.0 manner: neither length nor chunks, the end is the close
  };
  Framing framing = Framing::kContentLength;
  std::chrono::milliseconds delay{0};          // held back before the first byte
  std::int64_t content_length_skew = 0;        // bytes added to the true length in the header
  std::optional<std::size_t> cut_after_bytes;  // close after that many bytes of the body
  std::optional<std::uint32_t> drip_bytes_per_second;
  std::string garbage_before;        // raw bytes before the status line
  std::string extra_after;           // raw bytes after the body
  std::string instead;               // raw bytes in place of the whole answer, and close
  bool close_after = false;          // "Connection: close" and close
  bool drop_before_headers = false;  // close without a byte
  bool reset = false;                // RST instead of an answer
  bool hang = false;                 // never answer; ends when the server stops
  bool bad_chunk = false;            // with kChunked: a chunk size that is not hexadecimal
  bool stall_after_cut = false;      // with cut_after_bytes: neither close nor go on

  bool is_plain() const { return *this == Delivery{}; }
  friend bool operator==(const Delivery&, const Delivery&) = default;
};

// What the partner answers. The body is shared so that a user's printed list is not copied per
// request; null means empty. Content-Length, Date, Connection and the instance header are added
// when it is sent.
struct PartnerReply {
  int status = 200;
  std::vector<std::pair<std::string, std::string>> headers;
  std::shared_ptr<const std::string> body;
  Delivery delivery;
  std::uint64_t exchange = 0;  // its number in the journal, for Journal::mark; 0 when not recorded
  // Runs once, on the serving thread, when the delay is over and just before the first byte is
  // sent; not at all when the client has gone. Empty for nearly all replies: it lets a defect
  // commit late.
  std::function<void()> before_send;
  // When the delay began, by the mock's clock; absent: when it is about to be sent.
  std::optional<Timestamp> delayed_since;
  // Stops the reply, before its delay begins, until the hold is let go. Null for nearly all.
  std::shared_ptr<const Hold> hold;
  // The request is still to be handled: when hold and delay are over this is called, once, on the
  // serving thread, and what it returns takes this reply's place. Empty for nearly all.
  std::function<PartnerReply()> complete;

  std::string_view text() const { return body ? std::string_view(*body) : std::string_view(); }
};

}  // namespace favsync::mock
