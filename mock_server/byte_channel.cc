#include "mock_server/byte_channel.h"

#include <cerrno>

#include <sys/socket.h>
#include <unistd.h>

namespace favsync::mock {
namespace {

class PlainChannel final : public ByteChannel {
 public:
  explicit PlainChannel(int socket) : socket_(socket) {}
  PlainChannel(const PlainChannel&) = delete;
  PlainChannel& operator=(const PlainChannel&) = delete;
  ~PlainChannel() override { ::close(socket_); }

  Moved read(std::span<char> into) override {
    const ssize_t bytes = ::recv(socket_, into.data(), into.size(), 0);
    if (bytes > 0) return {Outcome::kDone, static_cast<std::size_t>(bytes)};
    return {bytes == 0 ? Outcome::kEnded : trouble(), 0};
  }

  Moved write(std::span<const iovec> pieces) override {
    ssize_t bytes = 0;
    if (pieces.size() == 1) {
      bytes = ::send(socket_, pieces[0].iov_base, pieces[0].iov_len, MSG_NOSIGNAL);
    } else {
      msghdr message{};
      message.msg_iov = const_cast<iovec*>(pieces.data());  // sendmsg only reads it
      message.msg_iovlen = pieces.size();
      bytes = ::sendmsg(socket_, &message, MSG_NOSIGNAL);
    }
    if (bytes >= 0) return {Outcome::kDone, static_cast<std::size_t>(bytes)};
    return {trouble(), 0};
  }

  void finish_writing() override { ::shutdown(socket_, SHUT_WR); }

  void reset_on_close() override {
    const linger now{1, 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_LINGER, &now, sizeof now);
  }

  int descriptor() const override { return socket_; }

 private:
  static Outcome trouble() {
    const bool try_later = errno == EAGAIN || errno == EWOULDBLOCK || errno == EINTR;
    return try_later ? Outcome::kBlocked : Outcome::kBroken;
  }

  int socket_;
};

}  // namespace

std::unique_ptr<ByteChannel> plain_channel(int socket) {
  return std::make_unique<PlainChannel>(socket);
}

}  // namespace favsync::mock
