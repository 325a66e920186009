// The engine in simulated worlds: whole runs, each from one seed.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulation/run.h"
#include "simulation/shrink.h"

namespace favsync::simulation {
namespace {

using ::testing::IsEmpty;

TEST(Simulation, EveryPropertyHoldsOnManySeeds) {
  const Choice choice;
  for (std::uint64_t seed = 1; seed <= 2000; ++seed) {
    const Plan plan = make_plan(seed, choice);
    const auto outcome = run_plan(plan);
    if (outcome.breaches.empty()) continue;
    FAIL() << print_story(shrink(plan, {}), {}, "favsync simulate");
  }
}

TEST(Simulation, SameSeedTellsTheSameTale) {
  const RunOptions telling{nullptr, true, {}};
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const Plan plan = make_plan(seed, {});
    const auto once = run_plan(plan, telling);
    EXPECT_EQ(once.tale, run_plan(make_plan(seed, {}), telling).tale) << "seed " << seed;
    EXPECT_THAT(once.tale, testing::Not(IsEmpty()));
  }
}

}  // namespace
}  // namespace favsync::simulation
