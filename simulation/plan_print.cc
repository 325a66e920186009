// How a plan reads.
#include <fmt/format.h>

#include "simulation/plan.h"

namespace favsync::simulation {
namespace {

std::string pause_shown(std::chrono::milliseconds pause) {
  const auto count = pause.count();
  if (count % 3'600'000 == 0 && count != 0) return fmt::format("{} h", count / 3'600'000);
  if (count % 60'000 == 0 && count != 0) return fmt::format("{} min", count / 60'000);
  if (count % 1'000 == 0 && count != 0) return fmt::format("{} s", count / 1'000);
  return fmt::format("{} ms", count);
}

std::string what_happens(const Step& step, const Setup& setup) {
  const char* user = user_name(step.user);
  const char* device = device_name(step.device);
  const char* verb = step.action == Action::kAdd ? "adds" : "removes";
  const auto& item = setup.items[static_cast<std::size_t>(step.item)];
  switch (step.kind) {
    case StepKind::kClick:
      return fmt::format("{}'s {} {} {}", user, device, verb, item);
    case StepKind::kGoOffline:
      return fmt::format("{}'s {} goes offline", user, device);
    case StepKind::kGoOnline:
      return fmt::format("{}'s {} comes online", user, device);
    case StepKind::kSiteEdit:
      return fmt::format("{} {} {} on the partner's site", user, verb, item);
    case StepKind::kRound:
      return fmt::format("the engine syncs {}", user);
    case StepKind::kDeviceClock:
      return fmt::format("the clock of {}'s {} jumps by {}", user, device, pause_shown(step.jump));
    case StepKind::kBackendClock:
      return fmt::format("the backend's clock jumps by {}", pause_shown(step.jump));
    case StepKind::kExpireToken:
      return fmt::format("{}'s token dies", user);
  }
  return "?";
}

void print_step(const Step& step, const Setup& setup, std::string_view indent, std::string& out) {
  const std::string when =
      step.call == 0 ? "+" + pause_shown(step.after) : fmt::format("at its call {}", step.call);
  out += fmt::format("{}[{}] {}: {}\n", indent, step.id, when, what_happens(step, setup));
  const std::string deeper = std::string(indent) + "    ";
  for (const auto& fault : step.faults) {
    out +=
        fmt::format("{}[{}] at call {}: {}\n", deeper, fault.id, fault.call, to_string(fault.kind));
  }
  for (const auto& within : step.meanwhile) print_step(within, setup, deeper, out);
}

}  // namespace

std::string_view to_string(PartnerTie tie) {
  switch (tie) {
    case PartnerTie::kKeepsOwn:
      return "keeps its own";
    case PartnerTie::kTakesEqual:
      return "takes what comes";
    case PartnerTie::kRemovalWins:
      return "lets the removal win";
    case PartnerTie::kAddWins:
      return "lets the ADD win";
  }
  return "?";
}

std::string_view to_string(FaultKind kind) {
  switch (kind) {
    case FaultKind::kLostRequest:
      return "lost-request";
    case FaultKind::kLostAnswer:
      return "lost-answer";
    case FaultKind::kDuplicate:
      return "duplicate";
    case FaultKind::kLateDelivery:
      return "late-delivery";
    case FaultKind::kUnavailable:
      return "unavailable";
    case FaultKind::kThrottled:
      return "throttled";
    case FaultKind::kStorage:
      return "storage";
    case FaultKind::kCrashBefore:
      return "crash-before";
    case FaultKind::kCrashAfter:
      return "crash-after";
  }
  return "?";
}

const char* user_name(int user) {
  constexpr const char* kNames[] = {"alice", "bob", "carol"};
  return kNames[user];
}

const char* device_name(int device) {
  constexpr const char* kNames[] = {"phone", "tablet"};
  return kNames[device];
}

std::string print_plan(const Plan& plan) {
  const Setup& setup = plan.setup;
  std::string out = fmt::format(
      "{}, --tie {}, batches of {}{}{}{}; at a tie the partner {}; {} ms to the partner\n",
      setup.is_read_only ? "read-only" : "two-way", to_string(setup.ties), setup.max_batch,
      setup.reads_back ? ", reading back" : "", setup.has_max_future ? ", --max-future 24h" : "",
      setup.has_partner_tick ? ", --partner-tick where the partner is coarse" : "",
      to_string(setup.partner_ties), setup.latency.count());
  for (const auto& chosen : setup.switches) {
    out += fmt::format("[{}] the partner: {} ({})\n", chosen.id, chosen.is->story, chosen.is->id);
  }
  for (const auto& step : plan.steps) print_step(step, setup, "", out);
  return out;
}

}  // namespace favsync::simulation
