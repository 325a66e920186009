#include "favsync/interrupts.h"

#include <unistd.h>

#include <csignal>
#include <cstdlib>

#include "favsync/commands.h"

namespace favsync {
namespace {

std::atomic<bool> interrupted{false};
// Set before the handlers are: a handler may neither allocate nor lock.
std::string last_words;

extern "C" void interrupt(int) {
  if (!interrupted.exchange(true)) return;
  [[maybe_unused]] const ssize_t told =
      ::write(STDERR_FILENO, last_words.data(), last_words.size());
  ::_exit(kInterrupted);
}

}  // namespace

const std::atomic<bool>& catch_interrupts(const std::string& at_once) {
  last_words = at_once;
  struct sigaction action {};
  action.sa_handler = interrupt;
  for (const int signal : {SIGINT, SIGTERM}) sigaction(signal, &action, nullptr);
  struct sigaction hangup {};
  if (sigaction(SIGHUP, nullptr, &hangup) == 0 && hangup.sa_handler != SIG_IGN) {
    sigaction(SIGHUP, &action, nullptr);
  }
  return interrupted;
}

}  // namespace favsync
