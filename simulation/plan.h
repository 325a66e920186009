#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/partner_switch.h"
#include "sync_engine/merge.h"
#include "wire/action.h"

namespace favsync::simulation {

// What a partner does with an equal date and another action; all four are honest (§4.5).
enum class PartnerTie : std::uint8_t { kKeepsOwn, kTakesEqual, kRemovalWins, kAddWins };
std::string_view to_string(PartnerTie tie);

// Trouble at one call that a round makes to its partner or its store.
enum class FaultKind : std::uint8_t {
  kLostRequest,   // never arrives; the engine sees a broken connection
  kLostAnswer,    // applied, and the engine sees a broken connection
  kDuplicate,     // arrives twice
  kLateDelivery,  // the engine sees a timeout; the request arrives minutes later
  kUnavailable,   // 503
  kThrottled,     // 429 with Retry-After
  kStorage,       // the store fails; nothing of the call took effect
  kCrashBefore,   // the process ends before the call
  kCrashAfter,    // the process ends when the call was done, and learns nothing of it
};
std::string_view to_string(FaultKind kind);  // stable, such as "lost-answer"
std::span<const FaultKind> all_fault_kinds();

enum class StepKind : std::uint8_t {
  kClick,  // a user adds or removes on a device
  kGoOffline,
  kGoOnline,
  kSiteEdit,      // a user adds or removes on the partner's own site
  kRound,         // the engine syncs a user
  kDeviceClock,   // a device's clock jumps
  kBackendClock,  // the backend's clock jumps
  kExpireToken,   // the partner lets a user's token die
};

// A piece that can be left out: a fault of a round.
struct Fault {
  int id = 0;
  FaultKind kind = FaultKind::kLostRequest;
  int call = 1;  // strikes at this call of the round, or the next one that it fits
  std::chrono::milliseconds delay{0};  // of a late delivery
};

// A piece that can be left out: something that happens.
struct Step {
  int id = 0;
  StepKind kind = StepKind::kClick;
  std::chrono::milliseconds after{0};  // since the step before, or since the call began
  int user = 0, device = 0, item = 0;
  Action action = Action::kAdd;
  std::chrono::milliseconds jump{0};
  int call = 0;                 // where it happens within a round: at which call of it
  std::vector<Fault> faults;    // of a round
  std::vector<Step> meanwhile;  // within a round
};

struct ChosenSwitch {
  int id = 0;
  const PartnerSwitch* is = nullptr;
};

// How the world is made.
struct Setup {
  int users = 1, devices = 1;
  std::vector<std::string> items;
  bool is_read_only = false, reads_back = false, has_partner_tick = false, has_max_future = false;
  TiePolicy ties = TiePolicy::kBaseAware;
  PartnerTie partner_ties = PartnerTie::kKeepsOwn;
  std::size_t max_batch = 100;
  std::chrono::milliseconds latency{0}, partner_skew{0};
  std::vector<std::chrono::milliseconds> device_skews;  // by user, then device
  std::vector<ChosenSwitch> switches;
};

// A whole run: what a seed stands for. Every step, fault and switch is a piece with an id, counted
// from 1.
struct Plan {
  std::uint64_t seed = 0;
  Setup setup;
  std::vector<Step> steps;
  int pieces = 0;
};

// What a seed may draw from.
struct Choice {
  std::vector<const PartnerSwitch*> switches;  // forced; where empty, a seed draws none to two
  bool draws_switches = true;
  std::vector<FaultKind> faults;  // allowed; all by default
  std::optional<bool> is_read_only;

  Choice();
};

// The plan of a seed. Pure: the same on every machine.
Plan make_plan(std::uint64_t seed, const Choice& choice);

// The plan without the pieces that are not in `kept`; what happens within a step that is left out
// is left out with it. The ids stay.
Plan keep_pieces(const Plan& plan, const std::set<int>& kept);
std::set<int> pieces_of(const Plan& plan);

const char* user_name(int user);      // "alice", "bob", "carol"
const char* device_name(int device);  // "phone", "tablet"

// The plan as a short story, one line a piece, each with its id.
std::string print_plan(const Plan& plan);

}  // namespace favsync::simulation
