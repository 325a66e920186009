#pragma once

#include <chrono>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>

namespace favsync {

// Ends a connection at a set moment, whatever the thread that uses it is waiting for: an HTTP
// library's own timeouts start anew with every byte, so that a dripping partner would hold its
// caller for ever. Holds a duplicate of the socket, so that a number that was closed and given out
// again is never hit. Runs one thread, which sleeps while no moment is set.
class SocketDeadline {
 public:
  SocketDeadline();
  ~SocketDeadline();
  SocketDeadline(const SocketDeadline&) = delete;
  SocketDeadline& operator=(const SocketDeadline&) = delete;

  // Watches this socket from now on, instead of a former one. After a deadline that has struck and
  // was not disarmed, the socket is ended at once.
  void watch(int socket);
  void arm(std::chrono::steady_clock::time_point moment);
  // Returns whether the deadline had struck.
  bool disarm();

 private:
  void run();

  std::mutex mutex_;
  std::condition_variable changed_;
  std::optional<std::chrono::steady_clock::time_point> moment_;
  bool struck_ = false;
  bool stopping_ = false;
  int socket_ = -1;  // our duplicate
  std::thread thread_;
};

}  // namespace favsync
