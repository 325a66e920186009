#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "mock_server/partner_message.h"

namespace favsync::mock {

// What one request may cost before it is refused. Beyond: 414 for the target, 431 for the head, 413
// for the body, each without reading the rest.
struct RequestLimits {
  std::size_t max_head_bytes = 64u << 10;   // request line and headers
  std::size_t max_headers = 100;            // count
  std::size_t max_target_bytes = 8u << 10;  // path and query
  std::size_t max_body_bytes = 16u << 20;   // as sent, and once more after decompression
};

// Why a request was not taken: the status to answer, and a sentence for a person.
struct Refusal {
  int status = 400;
  std::string message;
};

// How the bytes of the body are wrapped. Both are undone before PartnerRequest::body is set.
struct BodyCoding {
  bool chunked = false;
  std::string_view content_encoding;  // as the header says, empty without one
  bool is_plain() const { return !chunked && content_encoding.empty(); }
};

// Finds one whole HTTP/1.x request at the start of a connection's bytes, however they were cut into
// packets, without reading a byte twice for its framing. Refuses what would let two parties
// disagree on where a request ends: a repeated or odd Content-Length, one beside Transfer-Encoding,
// folded headers, a space before the colon, bare line feeds. Does no input or output, so it is
// tested without a socket. One connection's; not for several threads. Source: §4.9, RFC 9112.
class RequestReader {
 public:
  enum class State { kNeedsMore, kWhole, kRefused };

  explicit RequestReader(const RequestLimits& limits) : limits_(limits) {}

  // Looks at all bytes of the connection since the last `next_request`; `buffered` may have moved,
  // but must begin with what was passed before. On kWhole `request` holds views into `buffered`,
  // the body still in its coding.
  State advance(std::string_view buffered, PartnerRequest& request);
  // Forgets the request at hand; the caller drops `size()` bytes.
  void next_request();

  // Valid after kWhole.
  std::size_t size() const { return size_; }  // bytes of the request, with its body
  bool keeps_alive() const { return keeps_alive_; }
  bool is_http10() const { return is_http10_; }
  const BodyCoding& coding() const { return coding_; }

  // True once, when the head is there, the client waits for "100 Continue", and the body may come.
  bool take_expects_continue();
  // Valid after kRefused.
  const Refusal& refusal() const { return refusal_; }

 private:
  enum class Phase { kHead, kSizedBody, kChunkSize, kChunkBytes, kChunkEnd, kTrailer };

  State refuse(int status, std::string message);
  bool find_head_end(std::string_view buffered);
  State read_head(std::string_view buffered, PartnerRequest& request);
  State read_request_line(std::string_view line, PartnerRequest& request);
  State read_header(std::string_view line, PartnerRequest& request);
  State note_framing(std::string_view name, std::string_view value);
  State settle_framing(const PartnerRequest& request);
  State scan_chunks(std::string_view buffered);
  State scan_chunk_size(std::string_view line);

  RequestLimits limits_;
  Phase phase_ = Phase::kHead;
  std::size_t start_ = 0;       // empty lines before the request line are passed over
  std::size_t position_ = 0;    // scanned so far
  std::size_t head_end_ = 0;    // first byte of the body
  std::size_t body_bytes_ = 0;  // sized: Content-Length; chunked: data so far
  std::size_t chunk_left_ = 0;
  std::size_t data_end_ = 0;  // chunked: after the line of the last chunk's size
  std::size_t size_ = 0;
  bool is_http10_ = false, keeps_alive_ = true, has_host_ = false, has_length_ = false;
  bool has_coding_ = false, expects_continue_ = false;
  BodyCoding coding_;
  Refusal refusal_;
};

}  // namespace favsync::mock
