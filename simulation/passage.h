#pragma once

#include <functional>
#include <optional>
#include <vector>

#include "simulation/plan.h"
#include "wire/result.h"

namespace favsync::simulation {

// One round on its way: counts the calls that the engine makes to its store and its partner, lets
// happen what the plan has for each, and hands out faults. After a crash the process is dead: no
// call has an effect any more, and the engine is left with errors until it gives up; whatever it
// returns is thrown away.
class Passage {
 public:
  enum class Side { kStore, kPartner };

  // `happen` runs a step of the plan. Borrows the round.
  Passage(const Step& round, std::function<void(const Step&)> happen)
      : round_(round), happen_(std::move(happen)), is_spent_(round.faults.size()) {}

  // Begins the next call: what happens meanwhile, then the fault that strikes it, or nothing. Dead
  // afterwards where the process crashed before the call.
  std::optional<Fault> enter(Side side);
  // Ends the call that `fault` struck: false where the process crashed with the call done.
  bool leave(const std::optional<Fault>& fault);

  // The process ended in another round.
  void kill() { is_dead_ = true; }
  bool is_dead() const { return is_dead_; }
  int calls() const { return calls_; }
  static tl::unexpected<Error> death() {
    return fail(ErrorCode::kCancelled, "the process has ended");
  }

 private:
  const Step& round_;
  std::function<void(const Step&)> happen_;
  std::vector<bool> is_spent_;
  int calls_ = 0;
  bool is_dead_ = false;
};

}  // namespace favsync::simulation
