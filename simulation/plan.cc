#include "simulation/plan.h"

#include <array>

#include "simulation/random.h"

namespace favsync::simulation {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

constexpr std::array<FaultKind, 9> kFaults = {
    FaultKind::kLostRequest,  FaultKind::kLostAnswer,  FaultKind::kDuplicate,
    FaultKind::kLateDelivery, FaultKind::kUnavailable, FaultKind::kThrottled,
    FaultKind::kStorage,      FaultKind::kCrashBefore, FaultKind::kCrashAfter};

// Ids that careless partners confuse: case, leading zeros, composed accents, blanks, escapes.
constexpr std::array<const char*, 8> kItems = {"session_21982", "Session_21982", "007", "7", "q&a",
                                               "caf\u00e9",     "cafe\u0301",    "a b"};

// Mostly small, so that equal and neighbouring dates are common.
constexpr std::array<milliseconds, 10> kPauses = {0ms, 0ms, 0ms, 1ms, 1ms, 2ms, 700ms, 1s, 5s, 1h};
constexpr std::array<milliseconds, 6> kSkews = {0ms, 0ms, 1ms, -3min, 4min, 7h};
constexpr std::array<milliseconds, 6> kJumps = {-1h, -1s, -1ms, 1ms, 2min, 3h};

class Planner {
 public:
  Planner(std::uint64_t seed, const Choice& choice) : random_(seed), choice_(choice) {
    plan_.seed = seed;
  }

  Plan make() {
    make_setup();
    const int steps = 3 + random_.below(18);
    for (int i = 0; i < steps; ++i) plan_.steps.push_back(make_step(true));
    plan_.pieces = last_id_;
    return std::move(plan_);
  }

 private:
  template <typename T, std::size_t N>
  T pick(const std::array<T, N>& from) {
    return random_.pick(std::span<const T>(from));
  }
  Action any_action() { return random_.percent(50) ? Action::kAdd : Action::kDelete; }

  void make_setup() {
    Setup& setup = plan_.setup;
    setup.users = 1 + (random_.percent(40) ? random_.below(3) : 0);
    setup.devices = 1 + random_.below(2);
    const int first = random_.below(static_cast<int>(kItems.size())), items = 1 + random_.below(4);
    for (int i = 0; i < items; ++i) {
      setup.items.emplace_back(kItems[static_cast<std::size_t>(first + i) % kItems.size()]);
    }
    const bool draws_read_only = random_.percent(15);
    setup.is_read_only = choice_.is_read_only.value_or(draws_read_only);
    setup.reads_back = random_.percent(25);
    setup.has_max_future = random_.percent(20);
    setup.has_partner_tick = random_.percent(50);
    constexpr std::array<TiePolicy, 5> kPolicies = {TiePolicy::kBaseAware, TiePolicy::kBaseAware,
                                                    TiePolicy::kLocal, TiePolicy::kLocal,
                                                    TiePolicy::kJoin};
    setup.ties = pick(kPolicies);
    setup.partner_ties = static_cast<PartnerTie>(random_.below(4));
    constexpr std::array<std::size_t, 4> kBatches = {1, 2, 3, 100};
    setup.max_batch = pick(kBatches);
    setup.latency = milliseconds{random_.percent(50) ? 0 : random_.below(20)};
    setup.partner_skew = pick(kSkews);
    for (int i = 0; i < setup.users * setup.devices; ++i)
      setup.device_skews.push_back(pick(kSkews));
    choose_switches();
  }

  void choose_switches() {
    // Drawn whether used or not, so that the rest of the plan does not depend on it.
    const auto all = partner_switches();
    const int count = random_.percent(45) ? 0 : 1 + (random_.percent(25) ? 1 : 0);
    const PartnerSwitch* drawn[] = {&random_.pick(all), &random_.pick(all)};
    if (!choice_.switches.empty()) {
      for (const auto* forced : choice_.switches) add_switch(*forced);
    } else if (choice_.draws_switches) {
      for (int i = 0; i < count; ++i) add_switch(*drawn[i]);
    }
  }

  void add_switch(const PartnerSwitch& chosen) {
    for (const auto& other : plan_.setup.switches) {
      if (other.is == &chosen) return;
    }
    plan_.setup.switches.push_back({++last_id_, &chosen});
  }

  Step make_step(bool may_nest) {
    const Setup& setup = plan_.setup;
    Step step;
    step.id = ++last_id_;
    step.after = pick(kPauses);
    step.user = random_.below(setup.users);
    step.device = random_.below(setup.devices);
    step.item = random_.below(static_cast<int>(setup.items.size()));
    step.action = any_action();
    const int drawn = random_.below(100);
    if (drawn < 34) {
      step.kind = StepKind::kClick;
    } else if (drawn < 52) {
      step.kind = StepKind::kSiteEdit;
    } else if (drawn < 82) {
      step.kind = StepKind::kRound;
      make_round(step, may_nest);
    } else if (drawn < 87) {
      step.kind = StepKind::kGoOffline;
    } else if (drawn < 92) {
      step.kind = StepKind::kGoOnline;
    } else if (drawn < 95) {
      step.kind = StepKind::kDeviceClock;
      step.jump = pick(kJumps);
    } else if (drawn < 97) {
      step.kind = StepKind::kBackendClock;
      step.jump = pick(kJumps);
    } else {
      step.kind = StepKind::kExpireToken;
    }
    return step;
  }

  void make_round(Step& step, bool may_nest) {
    const int faults = choice_.faults.empty() || !random_.percent(45) ? 0 : 1 + random_.below(2);
    for (int i = 0; i < faults; ++i) {
      Fault fault;
      fault.id = ++last_id_;
      fault.kind = random_.pick(std::span<const FaultKind>(choice_.faults));
      fault.call = 1 + random_.below(9);
      fault.delay = pick(kPauses) + 30s;
      step.faults.push_back(fault);
    }
    const int happenings = may_nest && random_.percent(40) ? 1 + random_.below(2) : 0;
    for (int i = 0; i < happenings; ++i) {
      Step within = make_step(false);
      within.call = 1 + random_.below(7);
      step.meanwhile.push_back(std::move(within));
    }
  }

  Random random_;
  const Choice& choice_;
  Plan plan_;
  int last_id_ = 0;
};

void keep(std::vector<Step>& steps, const std::set<int>& kept) {
  std::erase_if(steps, [&](const Step& step) { return !kept.contains(step.id); });
  for (auto& step : steps) {
    std::erase_if(step.faults, [&](const Fault& fault) { return !kept.contains(fault.id); });
    keep(step.meanwhile, kept);
  }
}

void collect(const std::vector<Step>& steps, std::set<int>& ids) {
  for (const auto& step : steps) {
    ids.insert(step.id);
    for (const auto& fault : step.faults) ids.insert(fault.id);
    collect(step.meanwhile, ids);
  }
}

}  // namespace

Choice::Choice() : faults(kFaults.begin(), kFaults.end()) {}

std::span<const FaultKind> all_fault_kinds() {
  return kFaults;
}

Plan make_plan(std::uint64_t seed, const Choice& choice) {
  return Planner(seed, choice).make();
}

Plan keep_pieces(const Plan& plan, const std::set<int>& kept) {
  Plan less = plan;
  std::erase_if(less.setup.switches,
                [&](const ChosenSwitch& chosen) { return !kept.contains(chosen.id); });
  keep(less.steps, kept);
  return less;
}

std::set<int> pieces_of(const Plan& plan) {
  std::set<int> ids;
  for (const auto& chosen : plan.setup.switches) ids.insert(chosen.id);
  collect(plan.steps, ids);
  return ids;
}

}  // namespace favsync::simulation
