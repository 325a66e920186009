#pragma once

#include <atomic>

namespace favsync::mock {

// Whether requests may take the short path of an honest, undisturbed partner: one load tells. Each
// reason is set and cleared by its owner, under the owner's lock. Safe from any thread.
class Detours {
 public:
  enum Reason : unsigned { kBehaviors = 1, kDirector = 2, kHolds = 4 };

  bool any() const { return reasons_.load(std::memory_order_acquire) != 0; }
  bool has(Reason reason) const { return (reasons_.load(std::memory_order_acquire) & reason) != 0; }
  void set(Reason reason, bool on) {
    if (on) {
      reasons_.fetch_or(reason, std::memory_order_release);
    } else {
      reasons_.fetch_and(~static_cast<unsigned>(reason), std::memory_order_release);
    }
  }

 private:
  std::atomic<unsigned> reasons_{0};
};

}  // namespace favsync::mock
