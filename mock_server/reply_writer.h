#pragma once

#include <ctime>
#include <string>
#include <string_view>

#include "mock_server/out_queue.h"
#include "mock_server/partner_message.h"
#include "mock_server/virtual_clock.h"

namespace favsync::mock {

// What the writer must know of the request that a reply answers.
struct ReplyContext {
  bool keeps_alive = true;  // as the request asked
  bool is_http10 = false;
  bool is_head = false;  // headers as for GET, no body
};

// Turns replies into the bytes of an HTTP/1.1 answer: the framing that the reply's delivery asks
// for, Date (once a second; by the mock's clock), Favsync-Instance, Connection;
// a header that the reply has itself is left as it is. Compresses the body when the reply says
// `Content-Encoding: gzip` and the body is not gzip yet. Delay, drip and the like are the
// connection's business, not the writer's. One thread's.
class ReplyWriter {
 public:
  // `clock` may be null, and outlives the writer.
  explicit ReplyWriter(std::string_view instance, const VirtualClock* clock = nullptr);

  // What `write` made of one reply.
  struct Written {
    bool closes = false;  // the connection ends after these bytes
    std::string dripped;  // body bytes to be sent at the reply's drip rate, after the rest
  };
  // Appends the bytes of `reply` to `out`, cut short where the delivery says so.
  Written write(const PartnerReply& reply, const ReplyContext& context, OutQueue& out);

 private:
  void renew_date();

  std::string instance_;
  const VirtualClock* clock_;
  std::string stamp_;  // "Date: …\r\nFavsync-Instance: …\r\n"
  std::time_t second_ = -1;
};

// The reply to a request that could not be taken at all: JSON with the reason; the connection
// closes.
PartnerReply refusal_reply(int status, std::string_view message);

}  // namespace favsync::mock
