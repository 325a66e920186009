// The engine in simulated worlds: whole runs, each from one seed.
#include <unistd.h>

#include <filesystem>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulation/run.h"
#include "simulation/shrink.h"
#include "sync_engine/sqlite_favorite_store.h"

namespace favsync::simulation {
namespace {

using ::testing::IsEmpty;

void expect_holds(const Plan& plan) {
  if (run_plan(plan).breaches.empty()) return;
  FAIL() << print_story(shrink(plan, {}), {}, "favsync simulate");
}

TEST(Simulation, EveryPropertyHoldsOnManySeeds) {
  for (std::uint64_t seed = 1; seed <= 1500 && !testing::Test::HasFailure(); ++seed) {
    expect_holds(make_plan(seed, {}));
  }
}

TEST(Simulation, SameSeedTellsTheSameTale) {
  const RunOptions telling{nullptr, true, {}};
  for (std::uint64_t seed = 1; seed <= 50; ++seed) {
    const auto once = run_plan(make_plan(seed, {}), telling);
    EXPECT_EQ(once.tale, run_plan(make_plan(seed, {}), telling).tale) << "seed " << seed;
    EXPECT_THAT(once.tale, testing::Not(IsEmpty()));
  }
}

TEST(Simulation, CrashAtEveryCallOfEveryRoundLosesNothing) {
  Choice honest;
  honest.draws_switches = false;
  honest.faults.clear();
  int crashes = 0;
  for (std::uint64_t seed = 1; seed <= 12; ++seed) {
    const Plan plan = make_plan(seed, honest);
    for (std::size_t at = 0; at < plan.steps.size(); ++at) {
      if (plan.steps[at].kind != StepKind::kRound) continue;
      for (int call = 1; call <= 8; ++call) {
        for (const auto kind : {FaultKind::kCrashBefore, FaultKind::kCrashAfter}) {
          Plan crashing = plan;
          crashing.steps[at].faults.push_back({plan.pieces + 1, kind, call, {}});
          const auto outcome = run_plan(crashing);
          crashes += outcome.crashes;
          EXPECT_THAT(outcome.breaches, IsEmpty())
              << "seed " << seed << " step " << at << " " << to_string(kind) << " " << call;
        }
      }
    }
  }
  EXPECT_GT(crashes, 100);
}

TEST(Simulation, ReadOnlyHoldsUnderEveryFault) {
  Choice reading;
  reading.is_read_only = true;
  for (std::uint64_t seed = 1; seed <= 200 && !testing::Test::HasFailure(); ++seed) {
    const Plan plan = make_plan(seed, reading);
    EXPECT_EQ(run_plan(plan).posts, 0);
    expect_holds(plan);
  }
}

TEST(Simulation, StoreInAFileEndsAsTheOneInMemoryDoes) {
  const auto folder =
      std::filesystem::temp_directory_path() /
      ("favsync-simulation-" + std::to_string(::testing::UnitTest::GetInstance()->random_seed()) +
       "-" + std::to_string(::getpid()));
  std::filesystem::create_directory(folder);
  for (std::uint64_t seed = 1; seed <= 4; ++seed) {
    RunOptions telling{nullptr, true, {}};
    const Plan plan = make_plan(seed, {});
    const auto in_memory = run_plan(plan, telling);
    const auto file = (folder / std::to_string(seed)).string();
    telling.make_store = [&] { return SqliteFavoriteStore::open(file).value(); };
    EXPECT_EQ(run_plan(plan, telling).tale, in_memory.tale) << "seed " << seed;
  }
  std::filesystem::remove_all(folder);
}

TEST(Simulation, PiecesThatAreLeftOutTakeTheirInsidesWithThem) {
  const Plan plan = make_plan(12, {});
  EXPECT_EQ(static_cast<int>(pieces_of(plan).size()), plan.pieces);
  EXPECT_EQ(pieces_of(keep_pieces(plan, pieces_of(plan))), pieces_of(plan));
  EXPECT_THAT(pieces_of(keep_pieces(plan, {})), IsEmpty());
}

}  // namespace
}  // namespace favsync::simulation
