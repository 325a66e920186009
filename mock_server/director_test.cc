#include "mock_server/director.h"

#include <gmock/gmock.h>

#include "mock_server/faults/fault_spec.h"
#include "mock_server/partner_api.h"
#include "mock_server/script/step.h"
#include "mock_server/test_partner.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr std::string_view kAlice = "alice-token-0001";
constexpr std::string_view kBob = "bob-token-7777";

// A partner without a socket whose scenario is its own, with these steps and faults.
Scenario with(std::vector<const char*> steps, std::vector<const char*> faults = {}) {
  Scenario scenario = TestPartner::scenario();
  for (const char* step : steps) scenario.script.push_back(parse_step(step).value());
  for (const char* fault : faults) scenario.faults.push_back(parse_fault(fault).value());
  return scenario;
}

std::string post_of(std::vector<std::string> items) {
  std::string body;
  for (const std::string& item : items) {
    body += (body.empty() ? "[" : ",") + favorite_json(item, "2026-11-01T00:00:00.000Z", "ADD");
  }
  return body + "]";
}

std::optional<Favorite> stored(TestPartner& partner, std::string_view item) {
  return partner.api().state().user("alice")->favorites().find(item);
}

Exchange last_exchange(TestPartner& partner) {
  return partner.api().journal().find({.limit = 1}).at(0);
}

TEST(Director, WithoutScenarioOfItsOwnNoRequestTakesADetour) {
  TestPartner partner;
  EXPECT_EQ(partner.get(kAlice).status, 200);
  EXPECT_THAT(last_exchange(partner).faults, IsEmpty());
  EXPECT_THAT(partner.api().director().unconsumed(), IsEmpty());
}

TEST(Director, BeforeApplyTheWriteHasNoEffect) {
  TestPartner partner(with({}, {"status=503,retry-after=7s,on=POST"}));
  const PartnerReply reply = partner.post(kAlice, post_of({"new_1"}));
  EXPECT_EQ(reply.status, 503);
  EXPECT_THAT(reply.headers, testing::Contains(testing::Pair("Retry-After", "7")));
  EXPECT_FALSE(stored(partner, "new_1"));
  EXPECT_EQ(last_exchange(partner).user, "alice");
  EXPECT_THAT(last_exchange(partner).faults,
              ElementsAre("status=503,retry-after=7s,position=before_apply,on=POST"));
}

TEST(Director, AfterApplyTheWriteIsDoneAndItsAnswerLost) {
  TestPartner partner(with({}, {"status=500,on=POST,position=after_apply"}));
  EXPECT_EQ(partner.post(kAlice, post_of({"new_1", "new_2"})).status, 500);
  EXPECT_TRUE(stored(partner, "new_1"));
  EXPECT_TRUE(stored(partner, "new_2"));
  EXPECT_EQ(last_exchange(partner).decisions.size(), 2u);
}

TEST(Director, PartialApplyTakesTheFirstFavouritesAlone) {
  TestPartner partner(with({}, {"reset,position=partial_apply(2)"}));
  EXPECT_TRUE(partner.post(kAlice, post_of({"n1", "n2", "n3"})).delivery.reset);
  EXPECT_TRUE(stored(partner, "n1"));
  EXPECT_TRUE(stored(partner, "n2"));
  EXPECT_FALSE(stored(partner, "n3"));
  EXPECT_EQ(partner.get(kAlice).status, 200);
}

TEST(Director, PositionsHoldWithBehavioursToo) {
  Scenario scenario = with({}, {"status=500,position=partial_apply(1)"});
  scenario.quirks = {"post-201"};
  TestPartner partner(std::move(scenario));
  EXPECT_EQ(partner.post(kAlice, post_of({"n1", "n2"})).status, 500);
  EXPECT_TRUE(stored(partner, "n1"));
  EXPECT_FALSE(stored(partner, "n2"));
}

TEST(Director, RetryAfterDateIsByTheMocksClock) {
  TestPartner partner(with({}, {"status=429,retry-after-date=30s"}));
  partner.api().director().set_clock(
      parse_clock_setting("frozen@2026-03-14T08:00:00.000Z").value());
  EXPECT_THAT(partner.get(kAlice).headers,
              testing::Contains(testing::Pair("Retry-After", "Sat, 14 Mar 2026 08:00:30 GMT")));
}

TEST(Director, ARequestStepEditsBeforeTheRequestIsAnswered) {
  TestPartner partner(with({R"({"on":"GET","do":{"adds":"keynote","user":"alice"}})"}));
  EXPECT_EQ(partner.get(kBob).status, 200);
  EXPECT_EQ(stored(partner, "keynote").value().action, Action::kAdd);
  EXPECT_THAT(last_exchange(partner).steps, ElementsAre("script[0]"));
  EXPECT_EQ(partner.get(kBob).status, 200);
  EXPECT_THAT(last_exchange(partner).steps, IsEmpty());
}

TEST(Director, ARevokedTokenIsRefusedFromThatVeryRequestOn) {
  TestPartner partner(with(
      {R"({"on":"GET","nth":2,"do":[{"revokes":"alice-token-0001"},{"issues":"fresh","user":"alice",
           "expires_in_s":60}]})"}));
  EXPECT_EQ(partner.get(kAlice).status, 200);
  EXPECT_EQ(partner.get(kAlice).status, 401);
  EXPECT_EQ(partner.get("fresh").status, 200);
  partner.api().director().advance_clock(60s);
  EXPECT_EQ(partner.get("fresh").status, 401);
}

TEST(Director, BehavioursAndReadOnlyAreSwitched) {
  TestPartner partner(with({R"({"nth":1,"do":{"switches_on":"post-201"}})",
                            R"({"nth":2,"do":[{"switches_off":"post-201"},{"read_only":true}]})",
                            R"({"nth":3,"do":{"read_only":false}})"}));
  EXPECT_EQ(partner.post(kAlice, "[]").status, 201);
  EXPECT_EQ(partner.post(kAlice, "[]").status, 405);
  EXPECT_EQ(partner.post(kAlice, "[]").status, 200);
}

TEST(Director, StatesGateStepsAndFaults) {
  TestPartner partner(
      with({R"({"on":"POST","do":{"sets_state":"down"}})"}, {"status=503,while=down"}));
  EXPECT_EQ(partner.get(kAlice).status, 200);
  EXPECT_EQ(partner.post(kAlice, "[]").status, 200);  // judged by the state that it met
  EXPECT_EQ(partner.get(kAlice).status, 503);
  partner.api().director().set_script_state("start");
  EXPECT_EQ(partner.get(kAlice).status, 200);
}

TEST(Director, TimeStepsActAtTheirMomentsInOrder) {
  Scenario scenario = with({R"({"at":"10m","do":{"deletes":"k","user":"alice"}})",
                            R"({"at":"5m","do":{"adds":"k","user":"alice"}})",
                            R"({"at":"7m","do":{"adds":"l","user":"alice"}})"});
  scenario.clock = parse_clock_setting("frozen@2026-03-14T08:00:00.000Z").value();
  TestPartner partner(std::move(scenario));
  Director& director = partner.api().director();
  director.advance_clock(6min);
  EXPECT_EQ(to_string(stored(partner, "k").value().action_date), "2026-03-14T08:05:00.000Z");
  EXPECT_FALSE(stored(partner, "l"));
  director.advance_clock(1h);
  EXPECT_EQ(stored(partner, "k").value().action, Action::kDelete);
  EXPECT_EQ(to_string(stored(partner, "k").value().action_date), "2026-03-14T08:10:00.000Z");
  EXPECT_EQ(to_string(stored(partner, "l").value().action_date), "2026-03-14T08:07:00.000Z");
  EXPECT_EQ(to_string(partner.api().clock().now()), "2026-03-14T09:06:00.000Z");
}

TEST(Director, OnARunningClockTimeStepsActBeforeTheNextRequest) {
  TestPartner partner(with({R"({"at":"5m","do":{"revokes":"alice-token-0001"}})"}));
  EXPECT_EQ(partner.get(kAlice).status, 200);
  partner.clock().advance(5min);
  EXPECT_EQ(partner.get(kAlice).status, 401);
}

TEST(Director, AStepMayMoveTheClockAndSetOffAnother) {
  TestPartner partner(with({R"({"on":"GET","do":{"advances_clock":"1h"}})",
                            R"({"at":"30m","do":{"adds":"k","user":"alice"}})"}));
  const Timestamp before = partner.api().clock().now();
  EXPECT_THAT(partner.get(kAlice).text(), HasSubstr("\"k\""));
  EXPECT_EQ(partner.api().clock().now(), before.plus(1h));
}

TEST(Director, AWindowOfTimeOpensAndCloses) {
  TestPartner partner(with({}, {"status=503,after=1m,until=2m"}));
  std::vector<int> statuses;
  for (int i = 0; i < 4; ++i) {
    statuses.push_back(partner.get(kAlice).status);
    partner.api().director().advance_clock(30s);
  }
  statuses.push_back(partner.get(kAlice).status);
  EXPECT_THAT(statuses, ElementsAre(200, 200, 503, 503, 200));
}

TEST(Director, ADeedThatCannotBeDoneIsToldAndHarmsNothing) {
  TestPartner partner(with({R"({"do":{"revokes":"never-issued"}})"}));
  EXPECT_EQ(partner.get(kAlice).status, 200);
  EXPECT_THAT(partner.api().director().steps().at(0).trouble,
              HasSubstr("revokes: expected a token"));
}

TEST(Director, ResetStartsFaultsScriptClockAndStateAnew) {
  TestPartner partner(with({R"({"on":"GET","do":{"sets_state":"x"}})"}, {"status=503,nth=2"}));
  Director& director = partner.api().director();
  EXPECT_EQ(partner.get(kAlice).status, 200);
  EXPECT_EQ(partner.get(kAlice).status, 503);
  director.advance_clock(1h);
  const HoldPtr hold = director.hold("h", On::kPost, "", {});
  partner.api().reset_all();
  EXPECT_EQ(director.script_state(), "start");
  EXPECT_EQ(director.since_start(), 0ms);
  EXPECT_EQ(partner.api().clock().shift(), 0ms);
  EXPECT_EQ(director.faults().at(0).fired, 0u);
  EXPECT_EQ(hold->state(), Hold::State::kCancelled);
  EXPECT_EQ(director.unconsumed().size(), 1u);
  EXPECT_EQ(partner.get(kAlice).status, 200);
  EXPECT_EQ(partner.get(kAlice).status, 503);
}

TEST(Director, LatencyBeforeApplyHoldsTheWriteBack) {
  TestPartner partner(with({}, {"latency=5s,position=before_apply,on=POST"}));
  const PartnerReply parked = partner.begin("POST", "/postUserFavorites", kAlice, post_of({"n1"}));
  EXPECT_EQ(parked.delivery.delay, 5s);
  EXPECT_FALSE(stored(partner, "n1"));
  EXPECT_EQ(last_exchange(partner).phase, Phase::kReceived);
  ASSERT_TRUE(parked.complete);
  EXPECT_EQ(parked.complete().status, 200);
  EXPECT_TRUE(stored(partner, "n1"));
}

}  // namespace
}  // namespace favsync::mock
