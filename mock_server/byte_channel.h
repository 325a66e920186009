#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include <sys/uio.h>

namespace favsync::mock {

// How a connection's bytes get in and out without ever blocking: the seam between the reactor and
// the socket, so that TLS is another implementation and nothing else. One thread's; owns the
// socket.
class ByteChannel {
 public:
  enum class Outcome {
    kDone,     // `bytes` were moved
    kBlocked,  // nothing now: wait for the socket
    kEnded,    // the peer has sent its last byte (reading only)
    kBroken    // the connection is gone
  };
  struct Moved {
    Outcome outcome = Outcome::kDone;
    std::size_t bytes = 0;
  };

  virtual ~ByteChannel() = default;
  virtual Moved read(std::span<char> into) = 0;
  virtual Moved write(std::span<const iovec> pieces) = 0;
  // Says that no more is sent; what the peer still sends can be read.
  virtual void finish_writing() = 0;
  // Makes the destructor send RST instead of FIN.
  virtual void reset_on_close() = 0;
  virtual int descriptor() const = 0;
};

// The bytes as they are. Takes over the non-blocking TCP socket and closes it.
std::unique_ptr<ByteChannel> plain_channel(int socket);

}  // namespace favsync::mock
