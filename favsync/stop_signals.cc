#include "favsync/stop_signals.h"

#include <array>
#include <csignal>
#include <cstdlib>
#include <utility>

#include <poll.h>
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>
#include <unistd.h>

#include "favsync/commands.h"

namespace favsync {
namespace {

sigset_t stop_set() {
  sigset_t set;
  sigemptyset(&set);
  sigaddset(&set, SIGINT);
  sigaddset(&set, SIGTERM);
  return set;
}

}  // namespace

StopSignals::StopSignals(std::function<void()> on_stop) : on_stop_(std::move(on_stop)) {
  const sigset_t set = stop_set();
  ::pthread_sigmask(SIG_BLOCK, &set, nullptr);
  signals_ = ::signalfd(-1, &set, SFD_CLOEXEC);
  end_ = ::eventfd(0, EFD_CLOEXEC);
  thread_ = std::thread([this] { watch(); });
}

StopSignals::~StopSignals() {
  const std::uint64_t one = 1;
  [[maybe_unused]] const auto written = ::write(end_, &one, sizeof one);
  thread_.join();
  ::close(signals_);
  ::close(end_);
  const sigset_t set = stop_set();
  ::pthread_sigmask(SIG_UNBLOCK, &set, nullptr);
}

void StopSignals::watch() {
  bool is_second = false;
  while (true) {
    std::array<pollfd, 2> entries{pollfd{signals_, POLLIN, 0}, pollfd{end_, POLLIN, 0}};
    if (::poll(entries.data(), entries.size(), -1) < 0) continue;  // interrupted
    if (entries[1].revents != 0) return;
    signalfd_siginfo came{};
    if (::read(signals_, &came, sizeof came) != sizeof came) continue;
    // The store stands a kill at any point, so there is nothing to tidy up.
    if (std::exchange(is_second, true)) std::_Exit(kInterrupted);
    on_stop_();
  }
}

}  // namespace favsync
