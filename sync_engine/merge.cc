#include "sync_engine/merge.h"

#include <compare>
#include <string>

#include <fmt/format.h>

namespace favsync {
namespace {

constexpr std::int64_t kNanosPerSecond = 1'000'000'000;

Timestamp floor_to(const Timestamp& moment, std::chrono::nanoseconds tick) {
  if (tick.count() <= 0) return moment;
  if (tick.count() < kNanosPerSecond) {
    const auto grain = static_cast<std::uint32_t>(tick.count());
    return Timestamp::from_unix(moment.seconds(), moment.nanoseconds() / grain * grain);
  }
  const std::int64_t grain = tick.count() / kNanosPerSecond;
  const std::int64_t rest = (moment.seconds() % grain + grain) % grain;
  return Timestamp::from_unix(moment.seconds() - rest);
}

std::strong_ordering compare_dates(const ItemState& a, const ItemState& b,
                                   std::chrono::nanoseconds tick) {
  if (tick.count() <= 0) return a.action_date <=> b.action_date;
  return floor_to(a.action_date, tick) <=> floor_to(b.action_date, tick);
}

Decision keep_and_push(Outcome outcome, bool clean) {
  return {.outcome = outcome, .push = true, .regressed = clean};
}

Decision take(Outcome outcome) {
  return {.outcome = outcome, .adopt = true, .agree = true};
}

Decision settle_tie(const ItemState& local, bool clean, TiePolicy policy) {
  const bool is_removal = local.action == Action::kDelete;
  switch (policy) {
    case TiePolicy::kLocal:
      break;
    case TiePolicy::kBaseAware:
      if (clean || !is_removal) return take(Outcome::kTieTaken);
      return keep_and_push(Outcome::kTieKept, clean);
    case TiePolicy::kJoin:
      if (!is_removal) return take(Outcome::kTieTaken);
      return keep_and_push(Outcome::kTieKept, clean);
  }
  return {.outcome = Outcome::kTieKept};
}

}  // namespace

Decision reconcile(const std::optional<ItemState>& local, const std::optional<ItemState>& base,
                   const std::optional<ItemState>& incoming, const MergePolicy& policy) {
  const bool clean = local && base && *local == *base;
  if (!incoming) return {.outcome = Outcome::kAbsent, .push = local && !clean};

  const bool far = incoming->action_date > policy.now.plus(policy.future_warning);
  if (policy.max_future && incoming->action_date > policy.now.plus(*policy.max_future)) {
    return {.outcome = Outcome::kQuarantined, .far_future = far};
  }

  Decision decision;
  if (!local) {
    decision = take(Outcome::kPulled);
  } else if (const auto order = compare_dates(*incoming, *local, policy.partner_tick); order > 0) {
    decision = take(Outcome::kPulled);
  } else if (order < 0) {
    decision = keep_and_push(Outcome::kKept, clean);
  } else if (incoming->action == local->action) {
    decision = {.outcome = Outcome::kSame, .agree = true};
  } else {
    decision = settle_tie(*local, clean, policy.ties);
  }
  decision.far_future = far;
  return decision;
}

Result<TiePolicy> parse_tie_policy(std::string_view text) {
  for (const auto policy : {TiePolicy::kLocal, TiePolicy::kBaseAware, TiePolicy::kJoin}) {
    if (text == to_string(policy)) return policy;
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("tie policy \"{}\": expected local, base-aware or join", text));
}

std::string_view to_string(TiePolicy policy) {
  switch (policy) {
    case TiePolicy::kLocal:
      return "local";
    case TiePolicy::kBaseAware:
      return "base-aware";
    case TiePolicy::kJoin:
      return "join";
  }
  return "unknown";
}

std::string_view to_string(Outcome outcome) {
  switch (outcome) {
    case Outcome::kPulled:
      return "pulled";
    case Outcome::kKept:
      return "kept";
    case Outcome::kSame:
      return "same";
    case Outcome::kAbsent:
      return "absent";
    case Outcome::kTieKept:
      return "tie_kept";
    case Outcome::kTieTaken:
      return "tie_taken";
    case Outcome::kQuarantined:
      return "quarantined";
  }
  return "unknown";
}

}  // namespace favsync
