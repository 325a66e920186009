// Every scenario of fixtures/, and the published schema, against the reader.
#include <algorithm>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>
#include <valijson/adapters/nlohmann_json_adapter.hpp>
#include <valijson/schema.hpp>
#include <valijson/schema_parser.hpp>
#include <valijson/validator.hpp>

#include "mock_server/director.h"
#include "mock_server/scenario.h"
#include "mock_server/test_partner.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

const std::filesystem::path kRoot(FAVSYNC_SOURCE_DIR);

std::string read_text(const std::filesystem::path& path) {
  std::ifstream file(path);
  return {std::istreambuf_iterator<char>(file), {}};
}

bool fits_schema(const json& document) {
  static const json text =
      json::parse(read_text(kRoot / "docs" / "schema" / "scenario.schema.json"));
  static valijson::Schema schema;
  static const bool parsed = [] {
    valijson::SchemaParser().populateSchema(valijson::adapters::NlohmannJsonAdapter(text), schema);
    return true;
  }();
  return parsed && valijson::Validator().validate(
                       schema, valijson::adapters::NlohmannJsonAdapter(document), nullptr);
}

// A prvalue: a partner neither moves nor copies.
TestPartner partner_of(const char* file) {
  return TestPartner(load_scenario(kRoot / "fixtures" / "scenarios" / file).value());
}

int get(TestPartner& partner, std::string_view token = "alice-token") {
  return partner.get(token).status;
}

std::vector<std::string> items(TestPartner& partner) {
  std::vector<std::string> names;
  for (const Favorite& row : partner.api().state().user("alice")->favorites().rows()) {
    names.push_back(row.item + (row.action == Action::kAdd ? "+" : "-"));
  }
  return names;
}

TEST(ScenarioFixtures, AllAreReadPrintedAndFitTheSchema) {
  int count = 0;
  for (const auto& entry : std::filesystem::directory_iterator(kRoot / "fixtures" / "scenarios")) {
    const auto scenario = load_scenario(entry.path());
    ASSERT_TRUE(scenario) << scenario.error().message;
    EXPECT_TRUE(fits_schema(json::parse(read_text(entry.path()), nullptr, true, true)))
        << entry.path();
    const std::string printed = print_scenario(*scenario);
    const auto again = parse_scenario(printed);
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(print_scenario(*again), printed) << entry.path();
    EXPECT_TRUE(fits_schema(json::parse(printed))) << entry.path();
    ++count;
  }
  EXPECT_GE(count, 12);
}

TEST(ScenarioSchema, RefusesWhatTheReaderRefuses) {
  static constexpr const char* kBad[] = {
      R"([])",
      R"({})",
      R"({"userz":[]})",
      R"({"users":[{"name":""}]})",
      R"({"users":[{"name":"a","tokns":[]}]})",
      R"({"users":[{"name":"a","tokens":[{"token":"t","expires_in_s":-1}]}]})",
      R"({"users":[{"name":"a","favorites":[{"item":"i","actionDate":"today","action":"ADD"}]}]})",
      R"({"users":[{"name":"a","favorites":[{"item":"i","actionDate":"2017-05-02T10:45:12Z","action":"add"}]}]})",
      R"({"users":[],"auth":"bearerr"})",
      R"({"users":[],"read_only":1})",
      R"({"users":[],"clock":"frozn"})",
      R"({"users":[],"state":""})",
      R"({"users":[],"quirks":"chunked"})",
      R"({"users":[],"faults":[{}]})",
      R"({"users":[],"faults":[{"statuz":503}]})",
      R"({"users":[],"faults":[{"status":99}]})",
      R"({"users":[],"faults":[{"latency":200}]})",
      R"({"users":[],"faults":[{"truncate":"100"}]})",
      R"({"users":[],"faults":[{"drip":"100B"}]})",
      R"({"users":[],"faults":[{"reset":true,"on":"get"}]})",
      R"({"users":[],"faults":[{"reset":true,"nth":0}]})",
      R"({"users":[],"faults":[{"reset":true,"probability":2}]})",
      R"({"users":[],"faults":[{"reset":false}]})",
      R"({"users":[],"script":[{"on":"GET"}]})",
      R"({"users":[],"script":[{"do":[]}]})",
      R"({"users":[],"script":[{"do":{"add":"x","user":"a"}}]})",
      R"({"users":[],"script":[{"do":{"adds":"x"}}]})",
      R"({"users":[],"script":[{"at":"5m","on":"GET","do":{"read_only":true}}]})",
      R"({"users":[],"script":[{"do":{"read_only":"yes"}}]})",
      R"({"users":[],"script":[{"do":{"advances_clock":"5"}}]})",
      R"({"users":[],"script":[{"do":{"sets_state":"x","user":"a"}}]})"};
  for (const char* text : kBad) {
    EXPECT_FALSE(parse_scenario(text)) << text;
    EXPECT_FALSE(fits_schema(json::parse(text))) << text;
  }
}

TEST(ScenarioNames, AMisspeltUserTokenOrStateIsRefused) {
  const auto error_of = [](const char* rest) {
    const auto scenario =
        parse_scenario(std::string(R"({"users":[{"name":"alice","tokens":["t1"]}],)") + rest + "}");
    return scenario ? "no error" : scenario.error().message;
  };
  EXPECT_THAT(
      error_of(R"("faults":["reset,user=alcie"])"),
      HasSubstr("faults[0].user: expected a user that the scenario or its script makes, got "
                "\"alcie\"; did you mean \"alice\"?"));
  EXPECT_THAT(error_of(R"("faults":["reset","reset"])"), HasSubstr("stands twice"));
  EXPECT_THAT(error_of(R"("script":[{"do":{"revokes":"t2"}}])"),
              HasSubstr("script[0].do.revokes: expected a token"));
  EXPECT_THAT(error_of(R"("script":[{"while":"down","do":{"read_only":true}}])"),
              HasSubstr("script[0].while: expected a state"));
  EXPECT_EQ(error_of(R"("faults":["reset,user=bob,while=down"],"script":[{"do":[
              {"issues":"t9","user":"bob"},{"revokes":"t9"},{"sets_state":"down"}]}])"),
            "no error");
}

TEST(ScenarioFixtures, OutageIsDownFromTheFirstMinuteToTheSecond) {
  TestPartner partner = partner_of("outage.json");
  std::vector<int> statuses;
  for (int minute = 0; minute < 3; ++minute) {
    statuses.push_back(get(partner));
    partner.api().director().advance_clock(1min);
  }
  EXPECT_THAT(statuses, ElementsAre(200, 503, 200));
}

TEST(ScenarioFixtures, SiteEditsHappenOnThePostAndAtTheirTime) {
  TestPartner partner = partner_of("site_edits.json");
  EXPECT_EQ(partner.post("alice-token", "[]").status, 200);
  EXPECT_THAT(items(partner), ElementsAre("session_21982+", "session_114582-", "keynote+"));
  partner.api().director().advance_clock(5min);
  EXPECT_THAT(items(partner),
              ElementsAre("session_21982-", "session_114582-", "keynote+", "workshop_7+"));
  EXPECT_THAT(partner.api().director().unconsumed(), IsEmpty());
}

TEST(ScenarioFixtures, TokensAreRevokedIssuedAndExpire) {
  TestPartner partner = partner_of("tokens.json");
  EXPECT_EQ(get(partner), 200);
  EXPECT_EQ(get(partner), 401);
  EXPECT_EQ(get(partner, "alice-token-2"), 200);
  partner.api().director().advance_clock(1h);
  EXPECT_EQ(get(partner, "alice-token-2"), 401);
}

TEST(ScenarioFixtures, SwitchesGoOnAndOff) {
  TestPartner partner = partner_of("switches.json");
  EXPECT_THAT(partner.api().active(BehaviorKind::kDefect), ElementsAre("hard-delete"));
  partner.api().director().advance_clock(10min);
  EXPECT_THAT(partner.api().active(BehaviorKind::kDefect), IsEmpty());
  EXPECT_EQ(partner.post("alice-token", "[]").status, 405);
  partner.api().director().advance_clock(10min);
  EXPECT_EQ(partner.post("alice-token", "[]").status, 200);
}

TEST(ScenarioFixtures, StatesTakeThePartnerDownAndUpAgain) {
  TestPartner partner = partner_of("states.json");
  EXPECT_EQ(partner.post("alice-token", "[]").status, 200);
  std::vector<int> statuses;
  for (int i = 0; i < 4; ++i) statuses.push_back(get(partner));
  EXPECT_THAT(statuses, ElementsAre(503, 503, 503, 200));
  EXPECT_EQ(to_string(partner.api().clock().now()), "2026-03-14T09:00:00.000Z");
  EXPECT_THAT(partner.api().director().unconsumed(), IsEmpty());
}

TEST(ScenarioFixtures, LostAcknowledgementsEndWellWhenSentAgain) {
  TestPartner partner = partner_of("lost_acknowledgement.json");
  const std::string body = "[" + favorite_json("a", "2026-11-01T00:00:00.000Z", "ADD") + "," +
                           favorite_json("b", "2026-11-01T00:00:00.000Z", "ADD") + "]";
  EXPECT_TRUE(partner.post("bob-token", "[]").delivery.reset);
  EXPECT_EQ(partner.post("alice-token", body).status, 500);
  EXPECT_THAT(items(partner), ElementsAre("session_21982+", "session_114582-", "a+"));
  EXPECT_EQ(partner.post("alice-token", body).status, 200);
  EXPECT_THAT(items(partner), ElementsAre("session_21982+", "session_114582-", "a+", "b+"));
}

TEST(ScenarioFixtures, BrokenTransportIsOverAfterItsSteps) {
  TestPartner partner = partner_of("broken_transport.json");
  for (std::size_t i = 0; i < 7; ++i) {
    const PartnerReply reply = partner.get("alice-token");
    EXPECT_TRUE(!reply.delivery.is_plain() || reply.text().size() == 65536) << i;
  }
  EXPECT_TRUE(partner.get("alice-token").delivery.is_plain());
  EXPECT_THAT(partner.api().director().unconsumed(), IsEmpty());
}

TEST(ScenarioFixtures, RateLimitsComeInTheirTurn) {
  TestPartner partner = partner_of("rate_limited.json");
  std::vector<int> statuses;
  for (int i = 0; i < 4; ++i) statuses.push_back(partner.post("alice-token", "[]").status);
  EXPECT_THAT(statuses, ElementsAre(200, 200, 429, 200));
}

TEST(ScenarioFixtures, FlakyAndSlowOnesActByTheirFaults) {
  TestPartner flaky = partner_of("flaky.json");
  int failures = 0;
  for (int i = 0; i < 100; ++i) failures += get(flaky) == 503 ? 1 : 0;
  EXPECT_GT(failures, 5);
  EXPECT_LT(failures, 40);
  TestPartner slow = partner_of("slow.json");
  const auto delay = slow.post("alice-token", "[]").delivery.delay;
  EXPECT_GE(delay, 20ms);
  EXPECT_LE(delay, 60ms);
  get(slow);
  EXPECT_EQ(slow.get("alice-token").delivery.drip_bytes_per_second, 65536u);
}

}  // namespace
}  // namespace favsync::mock
