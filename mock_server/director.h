#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/detours.h"
#include "mock_server/faults/fault_set.h"
#include "mock_server/faults/plan.h"
#include "mock_server/holds.h"
#include "mock_server/scenario.h"
#include "mock_server/script/script_run.h"
#include "mock_server/virtual_clock.h"

namespace favsync::mock {

class PartnerApi;

// What a fault has done, and a step of the script.
struct FaultStatus {
  std::string id;
  Fault fault;
  std::uint64_t seen = 0, fired = 0;  // requests (connections) that matched, and those acted on
};
struct StepStatus {
  std::string place, text;
  std::uint64_t seen = 0, fired = 0;
  bool consumed = false, optional = false;
  std::string trouble;  // why a deed could not be done; empty when all was
};

// Directs a partner by its scenario: faults, script, virtual clock and holds. Time steps act, in
// their order, when the clock is advanced past them, and before the next request, admin call or
// look from C++ when it runs. Safe from any thread.
class Director {
 public:
  // All outlive the director.
  Director(PartnerApi& partner, VirtualClock& clock, Detours& detours, std::uint64_t seed);

  // Starts the scenario's faults, script, state and clock anew; cancels all holds.
  void begin(const Scenario& scenario);
  // What is called, from any thread and without a lock, when the clock was moved or a hold was let
  // go, so that whatever waits looks again. Set before there are other threads.
  void set_waker(std::function<void()> waker) { waker_ = std::move(waker); }

  // Lets script and faults see a request, does what the steps say, and returns what else is to
  // happen to it.
  Plan see_request(On endpoint, std::string_view user);
  // What holds the request there, if something does; null when nothing. Before or after its effect.
  HoldPtr take_hold(Position::Kind position, const Plan& plan, std::uint64_t exchange) {
    return holds_.take(position, plan.endpoint, plan.user, exchange);
  }
  // How much later a connection that has just come is taken up.
  std::chrono::milliseconds see_connection();
  // Lets the time steps act that are due by the clock.
  void catch_up();

  // The clock; time steps on the way act at their own moments.
  void set_clock(const ClockSetting& setting);
  void advance_clock(std::chrono::milliseconds by);
  void reset_clock(const Scenario& scenario);
  std::chrono::milliseconds since_start() const;

  std::vector<FaultStatus> faults() const;
  std::string add_fault(const Fault& fault);  // as FaultSet::add
  bool remove_fault(std::string_view id);
  void set_faults(const std::vector<Fault>& faults);

  std::vector<StepStatus> steps() const;
  void add_step(Step step);
  std::vector<std::string> unconsumed() const;  // as ScriptRun::unconsumed
  std::string script_state() const;
  void set_script_state(std::string state);

  // Null when there are too many.
  HoldPtr hold(std::string name, On on, std::string user, Position position) {
    return holds_.add(std::move(name), on, std::move(user), position);
  }
  bool release(std::string_view hold);
  // Ends every hold and whoever waits for one; what is held is dropped.
  void cancel_holds();
  const Holds& holds() const { return holds_; }

 private:
  std::chrono::milliseconds since_start_locked() const;
  Sighting sighting_locked(On endpoint, std::string_view user) const;
  void act_locked(ScriptRun::Entry& entry, Plan* plan);
  void catch_up_locked();
  void advance_locked(std::chrono::milliseconds by);
  void tell_locked();
  void wake_if(bool moved) const;

  PartnerApi& partner_;
  VirtualClock& clock_;
  Detours& detours_;
  std::function<void()> waker_;
  Holds holds_;
  mutable std::mutex mutex_;  // guards what follows
  FaultSet faults_;
  ScriptRun script_;
  std::string state_;
  Timestamp start_;
  bool moved_ = false;  // a step has moved the clock
};

}  // namespace favsync::mock
