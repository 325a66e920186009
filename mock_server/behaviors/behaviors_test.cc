#include "mock_server/behaviors.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <map>
#include <random>
#include <set>
#include <string>

#include "mock_server/behaviors/probes.h"

namespace favsync::mock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;

// These act only between two requests at once, and count when they did harm; alone they only delay.
const std::set<std::string_view> kRaces = {"lost-update-race", "check-then-act-race", "torn-record",
                                           "current-user-is-global"};

std::string transcript(const Probe& probe, std::vector<std::string> behaviors,
                       std::string_view counted = {}, std::uint64_t* fired = nullptr) {
  Examination examination(std::move(behaviors));
  probe.run(examination);
  if (fired != nullptr) *fired = examination.partner.api().fired(counted);
  return examination.transcript();
}

const std::string& honest_transcript(const Probe& probe) {
  static std::map<std::string_view, std::string> known;
  const auto [entry, is_new] = known.try_emplace(probe.name);
  if (is_new) entry->second = transcript(probe, {});
  return entry->second;
}

TEST(Behaviors, AreManyEnough) {
  EXPECT_GE(behavior_ids(BehaviorKind::kDefect).size(), 80u);
  EXPECT_GE(behavior_ids(BehaviorKind::kQuirk).size(), 40u);
}

TEST(Behaviors, HaveIdsThatAreWordsAndUnique) {
  std::set<std::string_view> ids;
  for (const Behavior& behavior : all_behaviors()) {
    EXPECT_TRUE(ids.insert(behavior.id).second) << behavior.id;
    EXPECT_TRUE(std::all_of(behavior.id.begin(), behavior.id.end(), [](unsigned char c) {
      return std::islower(c) || std::isdigit(c) || c == '-';
    })) << behavior.id;
  }
}

TEST(Behaviors, TellTheirStoryAndClause) {
  for (const Behavior& behavior : all_behaviors()) {
    EXPECT_TRUE(behavior.story.ends_with('.')) << behavior.id;
    EXPECT_FALSE(behavior.clause.empty()) << behavior.id;
    const bool defect = behavior.kind == BehaviorKind::kDefect;
    EXPECT_EQ(behavior.cure.empty(), !defect) << behavior.id;
    // A defect breaks something; a quirk never breaks a MUST.
    EXPECT_NE(behavior.breaks, defect ? Breaks::kNothing : Breaks::kMust) << behavior.id;
  }
}

TEST(Behaviors, AnUnknownIdIsRefusedWithAHint) {
  const auto unknown = look_up_behavior(BehaviorKind::kDefect, "restamp-on-post");
  ASSERT_FALSE(unknown);
  EXPECT_EQ(unknown.error().message,
            "unknown defect \"restamp-on-post\"; did you mean \"restamps-on-post\"?");
  EXPECT_THAT(look_up_behavior(BehaviorKind::kQuirk, "hard-delete").error().message,
              HasSubstr("is a defect, not a quirk"));
}

TEST(Behaviors, EachHasAProbe) {
  for (const Behavior& behavior : all_behaviors()) {
    EXPECT_NE(probe_of(behavior.id), nullptr) << behavior.id;
  }
}

TEST(Behaviors, AProbeOfAnHonestPartnerIsTheSameEachTime) {
  for (const Probe& probe : all_probes()) {
    EXPECT_EQ(transcript(probe, {}), honest_transcript(probe)) << probe.name;
  }
}

// With something active that never fires, requests take the long way.
TEST(Behaviors, TheLongWayAnswersAsTheShortOneDoes) {
  for (const Probe& probe : all_probes()) {
    if (probe.name == "restart") continue;
    EXPECT_EQ(transcript(probe, {"restart-loses-millis"}), honest_transcript(probe)) << probe.name;
  }
}

std::vector<std::string> ids() {
  std::vector<std::string> all;
  for (const Behavior& behavior : all_behaviors()) all.emplace_back(behavior.id);
  return all;
}

constexpr std::string_view kAlice = "alice-token-0001";

TEST(Behaviors, SeveralActTogetherInAnyOrderOfNames) {
  std::vector<std::string> names = {"second-precision", "lowercase-action", "post-201", "bom"};
  std::set<std::string> seen;
  do {
    TestPartner partner(TestPartner::scenario(), names);
    const std::string body = "[" + favorite_json("x", "2026-11-24T08:30:00.905Z", "ADD") + "]";
    EXPECT_EQ(partner.post("dave-token", body).status, 201);
    seen.insert(std::string(partner.get("dave-token").text()));
    for (const std::string& name : names) EXPECT_EQ(partner.api().fired(name), 1u) << name;
  } while (std::next_permutation(names.begin(), names.end()));
  EXPECT_THAT(seen, ElementsAre("\xef\xbb\xbf[{\"item\":\"x\",\"actionDate\":"
                                "\"2026-11-24T08:30:00.000Z\",\"action\":\"add\"}]"));
}

TEST(Behaviors, AreNamedInTheJournalWhereTheyActed) {
  TestPartner partner(TestPartner::scenario(), {"bom", "post-201"});
  partner.get(kAlice);
  partner.post(kAlice, "[]");
  const std::vector<Exchange> all = partner.api().journal().find();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_THAT(all[0].behaviors, ElementsAre("bom"));
  EXPECT_THAT(all[1].behaviors, ElementsAre("post-201"));
}

TEST(Behaviors, CountersGoOnWhenSwitchedOffAndEndWithAReset) {
  TestPartner partner(TestPartner::scenario(), {"bom"});
  partner.get(kAlice);
  ASSERT_TRUE(partner.api().activate(BehaviorKind::kDefect, {}));
  partner.get(kAlice);
  EXPECT_EQ(partner.api().fired("bom"), 1u);
  EXPECT_THAT(partner.api().active(BehaviorKind::kDefect), ElementsAre());
  partner.api().reset_all();
  EXPECT_EQ(partner.api().fired("bom"), 0u);
  EXPECT_EQ(partner.api().fired("no-such-behavior"), 0u);
}

TEST(Behaviors, AnUnknownIdLeavesTheActiveOnesAsTheyAre) {
  TestPartner partner(TestPartner::scenario(), {"bom"});
  const std::vector<std::string> wrong = {"hard-delete", "bomb"};
  EXPECT_FALSE(partner.api().activate(BehaviorKind::kDefect, wrong));
  EXPECT_THAT(partner.api().active(BehaviorKind::kDefect), ElementsAre("bom"));
}

TEST(Behaviors, SwitchingAnotherOnKeepsTheNotesOfTheFirst) {
  TestPartner partner(TestPartner::scenario(), {"cross-user-on-shared-connection"});
  partner.connection = 3;
  const std::string alices(partner.get(kAlice).text());
  const std::vector<std::string> both = {"cross-user-on-shared-connection", "post-answers-302"};
  ASSERT_TRUE(partner.api().activate(BehaviorKind::kDefect, both));
  EXPECT_EQ(partner.get("bob-token-7777").text(), alices);
}

TEST(Behaviors, AnyMixtureAnswersEveryProbe) {
  const std::uint64_t seed = std::random_device{}();
  SCOPED_TRACE("seed " + std::to_string(seed));
  std::mt19937_64 random(seed);
  for (int round = 0; round < 150; ++round) {
    std::set<std::string> mixture;
    while (mixture.size() < 6) {
      mixture.emplace(all_behaviors()[random() % all_behaviors().size()].id);
    }
    const Probe& probe = all_probes()[random() % all_probes().size()];
    EXPECT_FALSE(transcript(probe, {mixture.begin(), mixture.end()}).empty());
  }
}

class EachBehavior : public ::testing::TestWithParam<std::string> {};

TEST_P(EachBehavior, ShowsInItsProbe) {
  const Behavior& behavior = *find_behavior(GetParam());
  const Probe& probe = *probe_of(behavior.id);
  std::uint64_t fired = 0;
  const std::string seen = transcript(probe, {std::string(behavior.id)}, behavior.id, &fired);
  EXPECT_GT(fired, 0u) << behavior.story;
  EXPECT_NE(seen, honest_transcript(probe)) << behavior.story;
}

TEST_P(EachBehavior, CountsAsFiredExactlyWhereItCanBeSeen) {
  const Behavior& behavior = *find_behavior(GetParam());
  for (const Probe& probe : all_probes()) {
    std::uint64_t fired = 0;
    const std::string seen = transcript(probe, {std::string(behavior.id)}, behavior.id, &fired);
    const bool differs = seen != honest_transcript(probe);
    if (kRaces.contains(behavior.id) && probe.name != "writes-at-once") continue;
    EXPECT_EQ(fired > 0, differs) << probe.name << ": " << behavior.story;
  }
}

INSTANTIATE_TEST_SUITE_P(All, EachBehavior, ::testing::ValuesIn(ids()), [](const auto& test) {
  std::string name = test.param;
  std::replace(name.begin(), name.end(), '-', '_');
  return name;
});

}  // namespace
}  // namespace favsync::mock
