#pragma once

#include <functional>
#include <string>
#include <string_view>
#include <thread>

namespace favsync {

// A server on a free loopback port for answers that no HTTP library would give: reads each
// connection's request head, then lets `serve` do as it likes with the socket, which is closed
// afterwards. One connection at a time. Stops with the object; `serve` must end when the client
// hangs up.
class RawServer {
 public:
  explicit RawServer(std::function<void(int socket)> serve);
  ~RawServer();
  RawServer(const RawServer&) = delete;
  RawServer& operator=(const RawServer&) = delete;

  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  void run();

  std::function<void(int)> serve_;
  int listener_ = -1;
  int stop_[2] = {-1, -1};  // a pipe whose closing ends the thread
  int port_ = 0;
  std::thread thread_;
};

// Writes all of it; false once the client is gone.
bool write_all(int socket, std::string_view bytes);
// Waits until the client hangs up, or `milliseconds` have passed. Returns whether it hung up.
bool client_hung_up(int socket, int milliseconds);

}  // namespace favsync
