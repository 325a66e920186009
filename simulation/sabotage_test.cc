// The simulation can fail: each bug that is planted in the engine is found, and its story is short.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "simulation/shrink.h"

namespace favsync::simulation {
namespace {

// Measured: the slowest is found at seed 240.
constexpr std::uint64_t kSeeds = 400;
constexpr std::size_t kMostPieces = 6;

class SabotageTest : public ::testing::TestWithParam<std::string_view> {};

TEST_P(SabotageTest, IsFoundAndShrinksToAShortStory) {
  const RunOptions options{find_sabotage(GetParam()), false, {}};
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    const Plan plan = make_plan(seed, {});
    if (run_plan(plan, options).breaches.empty()) continue;
    EXPECT_TRUE(run_plan(plan).breaches.empty()) << "the healthy engine fails too, seed " << seed;
    const auto story = shrink(plan, options);
    EXPECT_LE(story.pieces.size(), kMostPieces) << print_story(story, options, "favsync simulate");
    EXPECT_FALSE(story.breach.sentence.empty());
    // The command in the story tells it again.
    const auto again = run_plan(keep_pieces(make_plan(seed, {}), story.pieces), options);
    ASSERT_FALSE(again.breaches.empty());
    RecordProperty("seed", std::to_string(seed));
    RecordProperty("pieces", static_cast<int>(story.pieces.size()));
    return;
  }
  ADD_FAILURE() << GetParam() << " is not found on " << kSeeds << " seeds";
}

TEST_P(SabotageTest, BreaksThePropertyThatItIsDeclaredToBreak) {
  const Sabotage* sabotage = find_sabotage(GetParam());
  for (std::uint64_t seed = 1; seed <= kSeeds; ++seed) {
    for (const auto& breach : run_plan(make_plan(seed, {}), {sabotage, false, {}}).breaches) {
      if (breach.property == sabotage->breaks) return;
    }
  }
  ADD_FAILURE() << property_info(sabotage->breaks).id << " holds on all seeds";
}

std::vector<std::string_view> ids() {
  std::vector<std::string_view> all;
  for (const auto& sabotage : all_sabotages()) all.push_back(sabotage.id);
  return all;
}

INSTANTIATE_TEST_SUITE_P(Planted, SabotageTest, ::testing::ValuesIn(ids()), [](const auto& each) {
  std::string name(each.param);
  std::erase(name, '-');
  return name;
});

}  // namespace
}  // namespace favsync::simulation
