#include "mock_server/faults/fault_spec.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "mock_server/faults/fault_kinds.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

std::string error_of(std::string_view text) {
  const Result<Fault> fault = parse_fault(text);
  return fault ? "no error: " + print_fault(*fault) : fault.error().message;
}

TEST(FaultSpec, EverySettingIsRead) {
  const Fault fault = parse_fault(
                          "status=503,retry-after=2s,on=POST,nth=3,position=after_apply,"
                          "user=alice,probability=0.1,times=2,after=5m,until=1h,while=busy")
                          .value();
  EXPECT_EQ(std::get<AnswerStatus>(fault.effect), (AnswerStatus{503, 2000ms, false}));
  EXPECT_EQ(fault.position.kind, Position::Kind::kAfterApply);
  EXPECT_EQ(fault.trigger.on, On::kPost);
  EXPECT_EQ(fault.trigger.user, "alice");
  EXPECT_EQ(fault.trigger.nth, 3u);
  EXPECT_EQ(fault.trigger.times, 2u);
  EXPECT_EQ(fault.trigger.probability, 0.1);
  EXPECT_EQ(fault.trigger.after, 5min);
  EXPECT_EQ(fault.trigger.until, 1h);
  EXPECT_EQ(fault.trigger.while_state, "busy");
}

TEST(FaultSpec, LatenciesHaveThreeForms) {
  EXPECT_EQ(parse_fault("latency=200ms").value().latency,
            (Latency{Latency::Shape::kFixed, 200ms, 0ms, 0}));
  EXPECT_EQ(parse_fault("latency=uniform(50ms..2s)").value().latency,
            (Latency{Latency::Shape::kUniform, 50ms, 2000ms, 0}));
  EXPECT_EQ(parse_fault("latency=lognormal(200ms,0.5,max=10s)").value().latency,
            (Latency{Latency::Shape::kLogNormal, 200ms, 10s, 0.5}));
  for (const char* text : {"latency=200", "latency=uniform(2s..1s)", "latency=lognormal(1s)",
                           "latency=normal(1s,2)", "latency=25h", "latency="}) {
    EXPECT_THAT(error_of(text), HasSubstr("latency: expected 200ms, uniform(50ms..2s)")) << text;
  }
}

TEST(FaultSpec, TheSameInJsonIsTheSameFault) {
  const Fault fault = parse_fault("drip=64KiB/s,latency=1s,every=2,on=GET").value();
  EXPECT_EQ(read_fault(json("drip=64KiB/s,latency=1s,every=2,on=GET"), "f").value(), fault);
  EXPECT_EQ(
      read_fault(json{{"drip", "64KiB/s"}, {"latency", "1s"}, {"every", 2}, {"on", "GET"}}, "f")
          .value(),
      fault);
  EXPECT_EQ(read_fault(json::parse(fault_json(fault).dump()), "f").value(), fault);
  EXPECT_EQ(read_fault(json{{"reset", true}}, "f").value(), parse_fault("reset").value());
}

TEST(FaultSpec, EveryExampleIsReadAndPrintedTheSame) {
  for (const FaultKind& kind : all_fault_kinds()) {
    const Result<Fault> fault = parse_fault(kind.example);
    ASSERT_TRUE(fault) << kind.example << ": " << fault.error().message;
    EXPECT_EQ(parse_fault(print_fault(*fault)).value(), *fault) << kind.example;
    if (kind.alias_of.empty()) continue;
    EXPECT_EQ(parse_fault(kind.id).value(), parse_fault(kind.alias_of).value()) << kind.id;
  }
}

TEST(FaultSpec, PositionIsWhereTheKindStrikesUnlessSaid) {
  EXPECT_EQ(to_string(parse_fault("status=503").value().position), "before_apply");
  EXPECT_EQ(to_string(parse_fault("truncate=1B").value().position), "after_apply");
  const Fault partial = parse_fault("status=500,position=partial_apply(2)").value();
  EXPECT_EQ(to_string(partial.position), "partial_apply(2)");
  EXPECT_EQ(partial.trigger.on, On::kPost);
}

TEST(FaultSpec, WhatIsWrongIsSaidWithItsSetting) {
  EXPECT_THAT(error_of("latncy=2s"),
              HasSubstr("latncy: unknown setting; did you mean \"latency\"?"));
  EXPECT_THAT(error_of("status=99"),
              HasSubstr("status: expected a whole number from 200 to 599, got \"99\""));
  EXPECT_THAT(error_of("status=503,on=post"),
              HasSubstr("on: expected ANY, GET or POST, got \"post\"; did you mean \"POST\"?"));
  EXPECT_THAT(error_of("truncate=100"), HasSubstr("truncate: expected a size such as 100B"));
  EXPECT_THAT(error_of("drip=100B"), HasSubstr("drip: expected a rate such as 100B/s"));
  EXPECT_THAT(error_of("garbage=0B"), HasSubstr("garbage: expected a size from 1B"));
  EXPECT_THAT(error_of("reset=now"), HasSubstr("reset: expected no value, got \"now\""));
  EXPECT_THAT(error_of("reset,hang"),
              HasSubstr("hang: expected one effect beside a latency, got \"reset\" too"));
  EXPECT_THAT(error_of("on=GET"), HasSubstr("expected an effect"));
  EXPECT_THAT(error_of(""), HasSubstr("empty name"));
  EXPECT_THAT(error_of("reset,nth=1,nth=2"), HasSubstr("nth: stands twice"));
  EXPECT_THAT(error_of("reset,nth=0"), HasSubstr("nth: expected a whole number from 1"));
  EXPECT_THAT(error_of("reset,nth=1,every=2"), HasSubstr("got both"));
  EXPECT_THAT(error_of("reset,after=2s,until=1s"),
              HasSubstr("until: expected later than after=2s"));
  EXPECT_THAT(error_of("reset,probability=1.5"),
              HasSubstr("probability: expected a number above 0"));
  EXPECT_THAT(error_of("reset,position=afterapply"), HasSubstr("did you mean \"after_apply\"?"));
  EXPECT_THAT(error_of("reset,on=GET,position=partial_apply(1)"), HasSubstr("needs on=POST"));
  EXPECT_THAT(error_of("reset,retry-after=2s"), HasSubstr("beside status=CODE"));
  EXPECT_THAT(error_of("status=429,retry-after=1500ms"), HasSubstr("whole seconds"));
  EXPECT_THAT(error_of("slow-accept=1s,user=alice"), HasSubstr("is of connections"));
  EXPECT_THAT(read_fault(json(5), "faults[0]").error().message,
              HasSubstr("faults[0]: expected an object, got 5"));
  EXPECT_THAT(read_fault(json{{"reset", false}}, "faults[1]").error().message,
              HasSubstr("faults[1].reset: expected a string, a number or true"));
}

}  // namespace
}  // namespace favsync::mock
