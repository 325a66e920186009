#include "simulation/passage.h"

namespace favsync::simulation {
namespace {

bool fits(FaultKind kind, Passage::Side side) {
  if (kind == FaultKind::kCrashBefore || kind == FaultKind::kCrashAfter) return true;
  return (kind == FaultKind::kStorage) == (side == Passage::Side::kStore);
}

}  // namespace

std::optional<Fault> Passage::enter(Side side) {
  if (is_dead_) return std::nullopt;
  ++calls_;
  for (const auto& step : round_.meanwhile) {
    if (step.call == calls_) happen_(step);
  }
  for (std::size_t i = 0; i < round_.faults.size(); ++i) {
    const Fault& fault = round_.faults[i];
    if (is_spent_[i] || fault.call > calls_ || !fits(fault.kind, side)) continue;
    is_spent_[i] = true;
    if (fault.kind == FaultKind::kCrashBefore) is_dead_ = true;
    return fault;
  }
  return std::nullopt;
}

bool Passage::leave(const std::optional<Fault>& fault) {
  if (fault && fault->kind == FaultKind::kCrashAfter) is_dead_ = true;
  return !is_dead_;
}

}  // namespace favsync::simulation
