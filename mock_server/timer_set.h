#pragma once

#include <chrono>
#include <optional>
#include <set>
#include <utility>

namespace favsync::mock {

using SteadyTime = std::chrono::steady_clock::time_point;

// The moments at which an event loop must look at something again: at most one per `Subject`,
// removed exactly when it is cancelled, so that a busy connection leaves nothing behind. One
// thread's.
template <typename Subject>
class TimerSet {
 public:
  void add(SteadyTime when, Subject* subject) { entries_.emplace(when, subject); }
  void remove(SteadyTime when, Subject* subject) { entries_.erase({when, subject}); }

  // The earliest moment, if there is one.
  std::optional<SteadyTime> next() const {
    if (entries_.empty()) return std::nullopt;
    return entries_.begin()->first;
  }
  // Removes and returns a subject whose moment is not after `now`; null when there is none.
  Subject* take_due(SteadyTime now) {
    if (entries_.empty() || entries_.begin()->first > now) return nullptr;
    Subject* subject = entries_.begin()->second;
    entries_.erase(entries_.begin());
    return subject;
  }

 private:
  std::set<std::pair<SteadyTime, Subject*>> entries_;
};

}  // namespace favsync::mock
