#include "mock_server/faults/plan.h"

#include <gmock/gmock.h>

#include "mock_server/faults/fault_set.h"
#include "mock_server/faults/fault_spec.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;

Fault fault(std::string_view spec) {
  return parse_fault(spec).value();
}

// Lets `set` see requests of alice's one after another; which of them a fault acted on, from 1.
std::vector<int> acted(FaultSet& set, int requests, On on = On::kGet,
                       std::string_view user = "alice") {
  std::vector<int> numbers;
  for (int i = 1; i <= requests; ++i) {
    Plan plan;
    set.see_request({on, user, std::chrono::seconds(i), "start"}, plan);
    if (!plan.faults.empty()) numbers.push_back(i);
  }
  return numbers;
}

std::vector<int> acted(std::string_view spec, int requests, On on = On::kGet,
                       std::string_view user = "alice") {
  FaultSet set(1);
  set.add(fault(spec));
  return acted(set, requests, on, user);
}

TEST(FaultSet, TriggersChooseTheRequests) {
  EXPECT_THAT(acted("reset", 3), ElementsAre(1, 2, 3));
  EXPECT_THAT(acted("reset,nth=2", 5), ElementsAre(2));
  EXPECT_THAT(acted("reset,every=2", 5), ElementsAre(2, 4));
  EXPECT_THAT(acted("reset,times=2", 5), ElementsAre(1, 2));
  EXPECT_THAT(acted("reset,on=POST", 2), ElementsAre());
  EXPECT_THAT(acted("reset,on=POST", 2, On::kPost), ElementsAre(1, 2));
  EXPECT_THAT(acted("reset,user=bob", 2), ElementsAre());
  EXPECT_THAT(acted("reset,user=bob", 2, On::kAny, "bob"), ElementsAre(1, 2));
  EXPECT_THAT(acted("reset,after=2s,until=4s", 5), ElementsAre(2, 3));
  EXPECT_THAT(acted("reset,while=start,times=1", 3), ElementsAre(1));
  EXPECT_THAT(acted("reset,while=other", 3), ElementsAre());
}

TEST(FaultSet, ChanceFollowsTheSeedAndNothingElse) {
  FaultSet one(7), same(7), other(8);
  for (FaultSet* set : {&one, &same, &other}) set->add(fault("reset,probability=0.3"));
  const std::vector<int> first = acted(one, 1000);
  EXPECT_EQ(acted(same, 1000), first);
  EXPECT_NE(acted(other, 1000), first);
  EXPECT_GT(first.size(), 240u);
  EXPECT_LT(first.size(), 360u);
}

TEST(FaultSet, LatenciesAddUpAndTheFirstEffectActs) {
  FaultSet set(1);
  for (const char* spec : {"latency=10ms", "latency=20ms", "status=503", "reset"}) {
    set.add(fault(spec));
  }
  Plan plan;
  set.see_request({On::kGet, "", 0ms, ""}, plan);
  EXPECT_EQ(plan.delay_after, 30ms);
  EXPECT_TRUE(std::holds_alternative<AnswerStatus>(plan.effect));
  EXPECT_EQ(set.entries()[2].run.fired(), 1u);
  EXPECT_EQ(set.entries()[3].run.fired(), 0u);
}

TEST(FaultSet, TheSameFaultIsSetOnce) {
  FaultSet set(1);
  const std::string id = set.add(fault("status=503,on=GET"));
  EXPECT_EQ(set.add(fault("on=GET,status=503")), id);
  EXPECT_EQ(set.entries().size(), 1u);
  EXPECT_TRUE(set.remove(id));
  EXPECT_FALSE(set.remove(id));
}

TEST(DrawLatency, StaysInItsBoundsAndNearItsMiddle) {
  Draw draw(3, 1);
  const Latency uniform = *fault("latency=uniform(10ms..20ms)").latency;
  const Latency log_normal = *fault("latency=lognormal(100ms,0.5,max=300ms)").latency;
  bool least = false, most = false;
  int below = 0;
  for (int i = 0; i < 2000; ++i) {
    const auto drawn = draw_latency(uniform, draw);
    ASSERT_GE(drawn, 10ms);
    ASSERT_LE(drawn, 20ms);
    least |= drawn == 10ms;
    most |= drawn == 20ms;
    const auto skewed = draw_latency(log_normal, draw);
    ASSERT_LE(skewed, 300ms);
    below += skewed < 100ms ? 1 : 0;
  }
  EXPECT_TRUE(least && most);
  EXPECT_GT(below, 880);  // the median is the median
  EXPECT_LT(below, 1120);
}

}  // namespace
}  // namespace favsync::mock
