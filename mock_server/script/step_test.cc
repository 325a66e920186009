#include "mock_server/script/step.h"

#include <gmock/gmock.h>

#include "mock_server/script/script_run.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::SizeIs;

std::string error_of(std::string_view text) {
  const Result<Step> step = parse_step(text);
  return step ? "no error" : step.error().message;
}

TEST(Step, EveryDeedIsRead) {
  const Step step = parse_step(R"({"on":"GET","user":"alice","nth":2,"while":"up","do":[
    {"answers":"status=503"}, {"adds":"s1","user":"bob"},
    {"deletes":"s2","user":"bob","actionDate":"2026-03-14T08:00:00.000Z"},
    {"revokes":"t1"}, {"issues":"t2","user":"bob","expires_in_s":60},
    {"switches_on":"hard-delete"}, {"switches_off":"chunked"}, {"read_only":true},
    {"advances_clock":"5m"}, {"sets_state":"down"}]})")
                        .value();
  ASSERT_THAT(step.deeds, SizeIs(10));
  EXPECT_EQ(step.trigger.nth, 2u);
  EXPECT_EQ(step.trigger.times, 1u);
  EXPECT_TRUE(step.answers());
  EXPECT_EQ(std::get<EditFavorite>(step.deeds[2]).action, Action::kDelete);
  EXPECT_EQ(std::get<IssueToken>(step.deeds[4]).lifetime, 60s);
  EXPECT_FALSE(std::get<SwitchBehavior>(step.deeds[6]).on);
  EXPECT_EQ(std::get<AdvanceClock>(step.deeds[8]).by, 5min);
}

TEST(Step, ActsOnceUnlessItSaysOtherwise) {
  EXPECT_EQ(parse_step(R"({"do":{"read_only":true}})").value().trigger.times, 1u);
  EXPECT_EQ(parse_step(R"({"times":3,"do":{"read_only":true}})").value().trigger.times, 3u);
  EXPECT_FALSE(parse_step(R"({"every":3,"do":{"read_only":true}})").value().trigger.times);
  EXPECT_EQ(parse_step(R"({"at":"5m","do":{"read_only":true}})").value().at, 5min);
}

TEST(Step, WhatIsWrongIsSaidWithItsPlace) {
  EXPECT_THAT(error_of(R"({"on":"GET"})"), HasSubstr("step: member \"do\" is missing"));
  EXPECT_THAT(error_of(R"({"onn":"GET","do":{"read_only":true}})"),
              HasSubstr("step.onn: unknown member; did you mean \"on\"?"));
  EXPECT_THAT(error_of(R"({"on":"get","do":{"read_only":true}})"), HasSubstr("step.on: expected"));
  EXPECT_THAT(error_of(R"({"do":[]})"), HasSubstr("step.do: expected at least one deed"));
  EXPECT_THAT(error_of(R"({"do":{"add":"x","user":"a"}})"),
              HasSubstr("unknown verb; did you mean \"adds\"?"));
  EXPECT_THAT(error_of(R"({"do":{"adds":"x"}})"), HasSubstr("member \"user\" is missing"));
  EXPECT_THAT(error_of(R"({"do":{"adds":"x","user":"a","actionDate":"now"}})"),
              HasSubstr("step.do.actionDate"));
  EXPECT_THAT(error_of(R"({"do":{"switches_on":"hard-delet"}})"),
              HasSubstr("step.do.switches_on: unknown quirk or defect \"hard-delet\"; did you mean "
                        "\"hard-delete\"?"));
  EXPECT_THAT(error_of(R"({"do":[{"read_only":1}]})"),
              HasSubstr("step.do[0].read_only: expected true or false, got 1"));
  EXPECT_THAT(error_of(R"({"do":{"answers":"status=503,on=GET"}})"),
              HasSubstr("step.do.answers: expected an effect alone"));
  EXPECT_THAT(error_of(R"({"do":{"answers":"slow-accept=1s"}})"), HasSubstr("an effect alone"));
  EXPECT_THAT(error_of(R"({"at":"5m","on":"GET","do":{"read_only":true}})"),
              HasSubstr("step.on: is of steps on requests"));
  EXPECT_THAT(error_of(R"({"at":"5m","do":{"answers":"reset"}})"),
              HasSubstr("step.do: \"answers\""));
  EXPECT_THAT(error_of(R"({"at":5,"do":{"read_only":true}})"), HasSubstr("step.at: expected"));
  EXPECT_THAT(error_of(R"({"do":{"advances_clock":"5"}})"),
              HasSubstr("step.do.advances_clock: expected a duration"));
  EXPECT_THAT(error_of("{"), HasSubstr("not JSON"));
}

TEST(ScriptRun, StepsThatAnswerHaveTheirTurnsOneAfterAnother) {
  ScriptRun run(1);
  run.append(parse_step(R"({"do":{"answers":"status=503"},"times":2})").value());
  run.append(parse_step(R"({"do":{"answers":"status=500"}})").value());
  run.append(parse_step(R"({"do":{"sets_state":"x"}})").value());
  const auto see = [&] {
    std::string places;
    for (const auto* entry : run.see_request({On::kGet, "", 0ms, ""})) places += entry->place + " ";
    return places;
  };
  EXPECT_EQ(see(), "script[0] script[2] ");
  EXPECT_EQ(see(), "script[0] ");
  EXPECT_EQ(see(), "script[1] ");
  EXPECT_EQ(see(), "");
  EXPECT_TRUE(run.is_done());
  EXPECT_THAT(run.unconsumed(), IsEmpty());
}

TEST(ScriptRun, TimeStepsComeInTheOrderOfTheirTimes) {
  ScriptRun run(1);
  for (const char* at : {"2s", "1s", "1s"}) {
    run.append(
        parse_step(std::string(R"({"at":")") + at + R"(","do":{"read_only":true}})").value());
  }
  EXPECT_EQ(run.take_due(999ms), nullptr);
  EXPECT_EQ(run.take_due(5s)->place, "script[1]");
  EXPECT_EQ(run.take_due(5s)->place, "script[2]");
  EXPECT_EQ(run.next_due(), 2s);
  ASSERT_THAT(run.unconsumed(), SizeIs(1));
  EXPECT_EQ(run.unconsumed()[0],
            R"(script[0] {"at":"2s","do":{"read_only":true}}: acted 0 of 1 times)");
}

}  // namespace
}  // namespace favsync::mock
