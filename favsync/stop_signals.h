#pragma once

#include <functional>
#include <thread>

namespace favsync {

// Turns SIGINT and SIGTERM into a call, for as long as the object lives: the first calls `on_stop`
// on a thread of its own, the second ends the process at once with status 130. To be made before
// other threads begin, since they inherit what is blocked here.
class StopSignals {
 public:
  explicit StopSignals(std::function<void()> on_stop);
  ~StopSignals();
  StopSignals(const StopSignals&) = delete;
  StopSignals& operator=(const StopSignals&) = delete;

 private:
  void watch();

  std::function<void()> on_stop_;
  int signals_ = -1, end_ = -1;  // descriptors: what came, and that the object ends
  std::thread thread_;
};

}  // namespace favsync
