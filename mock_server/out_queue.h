#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/byte_channel.h"

namespace favsync::mock {

// The bytes that a connection still owes its client, sent with as few calls as the socket allows.
// Long shared bodies are referred to, not copied. One connection's.
class OutQueue {
 public:
  // The text at the end of the queue, to append short pieces to; valid until the next call.
  std::string& tail();
  // Copies a short body behind what is there and keeps a reference to a long one; null is empty.
  void append(const std::shared_ptr<const std::string>& body);

  std::size_t size() const;  // bytes that are not sent yet
  bool empty() const { return size() == 0; }

  // Sends until nothing is left (kDone), the socket is full (kBlocked) or the connection is gone.
  ByteChannel::Outcome flush(ByteChannel& channel);

 private:
  struct Piece {
    std::string own;
    std::shared_ptr<const std::string> shared;  // sent instead of `own`, when set
    std::string_view text() const { return shared ? std::string_view(*shared) : own; }
  };
  void drop(std::size_t bytes);

  std::vector<Piece> pieces_;
  std::size_t front_ = 0;  // pieces before it are sent
  std::size_t sent_ = 0;   // bytes of the front piece that are sent
};

}  // namespace favsync::mock
