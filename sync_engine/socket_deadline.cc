#include "sync_engine/socket_deadline.h"

#include <fcntl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <utility>

namespace favsync {

SocketDeadline::SocketDeadline() : thread_([this] { run(); }) {}

SocketDeadline::~SocketDeadline() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  changed_.notify_one();
  thread_.join();
  if (socket_ >= 0) ::close(socket_);
}

void SocketDeadline::watch(int socket) {
  const std::lock_guard lock(mutex_);
  if (socket_ >= 0) ::close(socket_);
  socket_ = ::fcntl(socket, F_DUPFD_CLOEXEC, 0);
  if (struck_) ::shutdown(socket_, SHUT_RDWR);
}

void SocketDeadline::arm(std::chrono::steady_clock::time_point moment) {
  {
    const std::lock_guard lock(mutex_);
    moment_ = moment;
    struck_ = false;
  }
  changed_.notify_one();
}

bool SocketDeadline::disarm() {
  const std::lock_guard lock(mutex_);
  moment_.reset();
  return std::exchange(struck_, false);
}

void SocketDeadline::run() {
  std::unique_lock lock(mutex_);
  while (!stopping_) {
    if (!moment_) {
      changed_.wait(lock);
    } else if (std::chrono::steady_clock::now() < *moment_) {
      changed_.wait_until(lock, std::chrono::steady_clock::time_point(*moment_));
    } else {
      moment_.reset();
      struck_ = true;
      if (socket_ >= 0) ::shutdown(socket_, SHUT_RDWR);
    }
  }
}

}  // namespace favsync
