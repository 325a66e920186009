#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/detours.h"
#include "mock_server/faults/fault.h"
#include "mock_server/trigger.h"

namespace favsync::mock {

// The next request of a kind, to be stopped on its way until it is let go: how a test puts an edit
// between a client's GET and its POST, or between a write and its acknowledgement. Safe from any
// thread.
class Hold {
 public:
  enum class State {
    kWaiting,   // no such request has come yet
    kHeld,      // one has, and stands
    kReleased,  // it went on, or the hold was let go before one came
    kCancelled  // dropped by a reset or the end of the server
  };
  Hold(std::string name, On on, std::string user, Position position);

  const std::string& name() const { return name_; }
  On on() const { return on_; }
  const std::string& user() const { return user_; }  // empty: anybody
  // Before or after the request takes effect; never partial.
  const Position& position() const { return position_; }

  State state() const;
  bool is_open() const;            // neither waiting nor held any more
  std::uint64_t exchange() const;  // number in the journal of what is or was held; 0: none yet
  // Until a request is held; false when `timeout` (real time) ended first, or it never will be.
  bool wait_until_held(std::chrono::milliseconds timeout) const;

 private:
  friend class Holds;
  void move_to(State state, std::uint64_t exchange = 0);

  const std::string name_, user_;
  const On on_;
  const Position position_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  State state_ = State::kWaiting;
  std::uint64_t exchange_ = 0;
};
std::string_view to_string(Hold::State state);  // "waiting", "held", "released", "cancelled"
using HoldPtr = std::shared_ptr<Hold>;

// The holds of one mock, at most kMaxHolds; those that are over make room, the oldest first.
// Safe from any thread; whoever releases must then wake the reactor.
class Holds {
 public:
  static constexpr std::size_t kMaxHolds = 1000;

  // `detours` outlives the holds; it is told while one waits.
  explicit Holds(Detours& detours) : detours_(detours) {}

  // A hold of that name is returned as it is while it is not over; an empty name makes one up. Null
  // when there are too many.
  HoldPtr add(std::string name, On on, std::string user, Position position);
  // The first waiting hold of that position which the request matches, and which holds it from now
  // on; null when none.
  HoldPtr take(Position::Kind position, On endpoint, std::string_view user, std::uint64_t exchange);
  // False when there is none of that name.
  bool release(std::string_view name);
  void cancel_all();

  std::vector<HoldPtr> all() const;  // in the order in which they were made
  HoldPtr find(std::string_view name) const;

 private:
  void forget_old();
  void tell();

  Detours& detours_;
  mutable std::mutex mutex_;
  std::vector<HoldPtr> holds_;
  std::uint64_t next_ = 1;
};

}  // namespace favsync::mock
