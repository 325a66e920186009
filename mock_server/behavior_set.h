#pragma once

#include <array>
#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "mock_server/behaviors.h"
#include "mock_server/behaviors/notebook.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {

// How often each behaviour changed something, by its position in all_behaviors(). Outlives the sets
// that count into it. Safe from any thread.
class FiredCounters {
 public:
  FiredCounters();
  void add(const Behavior& behavior);
  std::uint64_t of(const Behavior& behavior) const;
  void reset();

 private:
  std::vector<std::atomic<std::uint64_t>> counts_;
};

// The behaviours that are active together. Never changed once made: switching makes another, so
// that a request keeps one set from beginning to end. Safe from any thread.
class BehaviorSet {
 public:
  struct Active {
    const Behavior* behavior;
    std::shared_ptr<Notebook> notes;
  };

  // In the registry's order, whatever the order of `active`.
  BehaviorSet(std::vector<Active> active, std::shared_ptr<FiredCounters> counters);

  std::span<const Active> active() const { return active_; }

  // Decides one request as the honest partner would, with every hook in its place; fills `exchange`
  // as far as the answer is known. Works without active behaviours too, and then answers as
  // PartnerApi's short path does. Source: hooks.h.
  PartnerReply answer(Visit& visit, std::size_t max_body_bytes) const;
  // Runs on_restart on one user's list; true when it is not what it was.
  void restart(const std::vector<Favorite>& seed, FavoriteList& list) const;

 private:
  template <auto kHook, typename... Args>
  void run(Visit& visit, Args&&... args) const;
  void note_fired(Visit& visit, const Behavior& behavior) const;

  PartnerReply decide(Visit& visit, std::size_t max_body_bytes) const;
  PartnerReply decide_list(Visit& visit) const;
  PartnerReply decide_post(Visit& visit, std::size_t max_body_bytes) const;
  void apply(Visit& visit, FavoriteRows& rows) const;

  std::vector<Active> active_;
  std::shared_ptr<FiredCounters> counters_;
};

}  // namespace favsync::mock
