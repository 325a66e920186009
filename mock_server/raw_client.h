#pragma once

#include <chrono>
#include <string>
#include <string_view>

namespace favsync::mock {

// For tests: a TCP client on loopback that sends exactly the bytes it is given and shows exactly
// what came back and how the connection ended. Every wait ends at a deadline.
class RawClient {
 public:
  enum class End {
    kOpen,    // neither closed nor reset when the deadline came or enough was there
    kClosed,  // FIN: the server closed in order
    kReset    // RST: ECONNRESET
  };

  explicit RawClient(int port);
  ~RawClient();
  RawClient(RawClient&& other) noexcept;
  RawClient& operator=(RawClient&&) = delete;

  // False when the connection broke first.
  bool send(std::string_view bytes);
  // Waits until `bytes` have come in all, or the end.
  const std::string& receive(std::size_t bytes);
  // Waits until one whole answer is there (by its Content-Length), takes it out and returns it.
  std::string receive_answer();
  // Waits for the server to close; `received` then holds all that was not taken out.
  End receive_to_end();

  const std::string& received() const { return received_; }
  End end() const { return end_; }
  // Sends RST.
  void reset();
  void finish_writing();

 private:
  bool fill(std::chrono::steady_clock::time_point deadline);

  int socket_ = -1;
  std::string received_;
  End end_ = End::kOpen;
};

}  // namespace favsync::mock
