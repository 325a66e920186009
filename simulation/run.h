#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "simulation/plan.h"
#include "simulation/property.h"
#include "simulation/sabotage.h"
#include "sync_engine/favorite_store.h"

namespace favsync::simulation {

// Makes the backend's store; called again after a crash, when it must hold what it held.
using StoreMaker = std::function<std::unique_ptr<FavoriteStore>()>;

struct RunOptions {
  const Sabotage* sabotage = nullptr;  // a bug to plant in the engine; none by default
  bool tells = false;                  // keep the tale: several times slower
  StoreMaker make_store;               // none: a store in memory, which outlives crashes
};

// What came of a run.
struct Outcome {
  std::vector<Breach> breaches;   // in the order of their discovery; empty: all properties held
  std::vector<std::string> tale;  // one line an event; empty unless told
  std::vector<int> fired;         // how often each switch of the setup changed something
  int rounds = 0, posts = 0, calls = 0, crashes = 0;
};

// Runs a plan from its first step to quiescence, under a simulated clock, and judges it. The same
// plan gives the same outcome, tale included. Touches nothing but what `make_store` makes. One
// thread; several runs at once are independent. Source: §5, §6.
Outcome run_plan(const Plan& plan, const RunOptions& options = {});

}  // namespace favsync::simulation
