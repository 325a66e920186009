#include "mock_server/director.h"

#include <algorithm>
#include <utility>

#include "mock_server/script/deeds.h"

namespace favsync::mock {

Director::Director(PartnerApi& partner, VirtualClock& clock, Detours& detours, std::uint64_t seed)
    : partner_(partner),
      clock_(clock),
      detours_(detours),
      holds_(detours),
      faults_(seed),
      script_(seed) {}

void Director::begin(const Scenario& scenario) {
  holds_.cancel_all();
  {
    const std::lock_guard lock(mutex_);
    clock_.set(scenario.clock);
    start_ = clock_.now();
    state_ = scenario.state;
    faults_.assign(scenario.faults);
    script_.assign(scenario.script);
    tell_locked();
  }
  wake_if(true);
}

void Director::tell_locked() {
  detours_.set(Detours::kDirector, !faults_.empty() || !script_.is_done());
}

void Director::wake_if(bool moved) const {
  if (moved && waker_) waker_();
}

std::chrono::milliseconds Director::since_start_locked() const {
  return std::chrono::milliseconds(
      std::max<std::int64_t>(0, clock_.now().unix_millis() - start_.unix_millis()));
}

std::chrono::milliseconds Director::since_start() const {
  const std::lock_guard lock(mutex_);
  return since_start_locked();
}

Sighting Director::sighting_locked(On endpoint, std::string_view user) const {
  return {endpoint, user, since_start_locked(), state_};
}

Plan Director::see_request(On endpoint, std::string_view user) {
  Plan plan;
  plan.endpoint = endpoint;
  plan.user = user;
  bool moved = false;
  {
    const std::lock_guard lock(mutex_);
    catch_up_locked();
    // A copy: a step may change the state, and all judge the request by what it met.
    const std::string state = state_;
    Sighting sighting = sighting_locked(endpoint, user);
    sighting.state = state;
    for (ScriptRun::Entry* entry : script_.see_request(sighting)) {
      plan.steps.push_back(entry->place);
      act_locked(*entry, &plan);
    }
    faults_.see_request(sighting, plan);
    tell_locked();
    moved = std::exchange(moved_, false);
  }
  wake_if(moved);
  return plan;
}

std::chrono::milliseconds Director::see_connection() {
  if (!detours_.has(Detours::kDirector)) return std::chrono::milliseconds(0);
  const std::lock_guard lock(mutex_);
  return faults_.see_connection(sighting_locked(On::kAny, ""));
}

void Director::act_locked(ScriptRun::Entry& entry, Plan* plan) {
  for (const Deed& deed : entry.step.deeds) {
    if (const auto* fault = std::get_if<Fault>(&deed)) {
      plan->take(*fault, entry.draw);
    } else if (const auto* change = std::get_if<SetState>(&deed)) {
      state_ = change->state;
    } else if (const auto* move = std::get_if<AdvanceClock>(&deed)) {
      advance_locked(move->by);
    } else {
      const Timestamp moment = entry.step.at ? start_.plus(*entry.step.at) : clock_.now();
      const Status done = perform(deed, partner_, moment);
      if (!done) entry.trouble = done.error().message;
    }
  }
}

void Director::catch_up() {
  if (!detours_.has(Detours::kDirector)) return;
  bool moved = false;
  {
    const std::lock_guard lock(mutex_);
    catch_up_locked();
    tell_locked();
    moved = std::exchange(moved_, false);
  }
  wake_if(moved);
}

void Director::catch_up_locked() {
  while (ScriptRun::Entry* entry = script_.take_due(since_start_locked())) {
    act_locked(*entry, nullptr);
  }
}

void Director::advance_locked(std::chrono::milliseconds by) {
  const auto target = since_start_locked() + by;
  // Step by step, so that each time step sees the clock as at its moment. Ends: each acts once.
  for (auto next = script_.next_due(); next && *next <= target; next = script_.next_due()) {
    clock_.advance(*next - since_start_locked());
    ScriptRun::Entry* entry = script_.take_due(*next);
    if (entry != nullptr) act_locked(*entry, nullptr);
  }
  clock_.advance(target - since_start_locked());
  moved_ = true;
}

void Director::advance_clock(std::chrono::milliseconds by) {
  {
    const std::lock_guard lock(mutex_);
    advance_locked(by);
    tell_locked();
    moved_ = false;
  }
  wake_if(true);
}

void Director::set_clock(const ClockSetting& setting) {
  {
    const std::lock_guard lock(mutex_);
    clock_.set(setting);
    catch_up_locked();
    tell_locked();
    moved_ = false;
  }
  wake_if(true);
}

void Director::reset_clock(const Scenario& scenario) {
  {
    const std::lock_guard lock(mutex_);
    clock_.set(scenario.clock);
    start_ = clock_.now();
  }
  wake_if(true);
}

std::vector<FaultStatus> Director::faults() const {
  const std::lock_guard lock(mutex_);
  std::vector<FaultStatus> all;
  for (const FaultSet::Entry& entry : faults_.entries()) {
    all.push_back({entry.id, entry.fault, entry.run.seen(), entry.run.fired()});
  }
  return all;
}

std::string Director::add_fault(const Fault& fault) {
  const std::lock_guard lock(mutex_);
  std::string id = faults_.add(fault);
  tell_locked();
  return id;
}

bool Director::remove_fault(std::string_view id) {
  const std::lock_guard lock(mutex_);
  const bool removed = faults_.remove(id);
  tell_locked();
  return removed;
}

void Director::set_faults(const std::vector<Fault>& faults) {
  const std::lock_guard lock(mutex_);
  faults_.assign(faults);
  tell_locked();
}

std::vector<StepStatus> Director::steps() const {
  const std::lock_guard lock(mutex_);
  std::vector<StepStatus> all;
  for (const ScriptRun::Entry& entry : script_.entries()) {
    all.push_back({entry.place, entry.step.text, entry.run.seen(), entry.run.fired(),
                   entry.is_consumed(), entry.step.optional, entry.trouble});
  }
  return all;
}

void Director::add_step(Step step) {
  const std::lock_guard lock(mutex_);
  script_.append(std::move(step));
  tell_locked();
}

std::vector<std::string> Director::unconsumed() const {
  const std::lock_guard lock(mutex_);
  return script_.unconsumed();
}

std::string Director::script_state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

void Director::set_script_state(std::string state) {
  const std::lock_guard lock(mutex_);
  state_ = std::move(state);
}

void Director::cancel_holds() {
  holds_.cancel_all();
  wake_if(true);
}

bool Director::release(std::string_view hold) {
  const bool known = holds_.release(hold);
  wake_if(known);
  return known;
}

}  // namespace favsync::mock
