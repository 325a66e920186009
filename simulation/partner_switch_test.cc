// Every way in which the simulated partner can be wrong happens, and the engine survives it.
#include <set>

#include <gtest/gtest.h>

#include "simulation/shrink.h"

namespace favsync::simulation {
namespace {

TEST(PartnerSwitch, EachFiresAndTheEngineKeepsWhatItIsNotExcused) {
  for (const auto& each : partner_switches()) {
    Choice choice;
    choice.switches = {&each};
    int fired = 0;
    for (std::uint64_t seed = 1; seed <= 25 || (fired == 0 && seed <= 2000); ++seed) {
      const Plan plan = make_plan(seed, choice);
      const auto outcome = run_plan(plan);
      fired += outcome.fired[0];
      if (outcome.breaches.empty()) continue;
      ADD_FAILURE() << print_story(shrink(plan, {}), {},
                                   "favsync simulate --partner " + std::string(each.id));
      break;
    }
    EXPECT_GT(fired, 0) << each.id << " never changed anything";
  }
}

TEST(PartnerSwitch, IdsAreDistinctAndStoriesAreSentences) {
  std::set<std::string_view> ids;
  for (const auto& each : partner_switches()) {
    EXPECT_TRUE(ids.insert(each.id).second) << each.id;
    EXPECT_TRUE(each.story.ends_with('.')) << each.id;
    EXPECT_EQ(find_partner_switch(each.id), &each);
    // What no partner can take away from an engine.
    for (const auto property :
         {Property::kReadOnlyNeverWrites, Property::kDateNeverGoesBack, Property::kUsersNeverMix,
          Property::kBadListChangesNothing, Property::kNothingInvented, Property::kDevicesAgree}) {
      EXPECT_FALSE(each.excuses.contains(property)) << each.id;
    }
  }
}

}  // namespace
}  // namespace favsync::simulation
