#include "mock_server/scenario.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <filesystem>

namespace favsync::mock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::Not;

const std::filesystem::path kScenarios =
    std::filesystem::path(FAVSYNC_SOURCE_DIR) / "fixtures" / "scenarios";

TEST(Scenario, TheLeastFormIsEnough) {
  const auto scenario =
      parse_scenario(R"({"users":[{"name":"alice","tokens":["alice-token"],)"
                     R"("favorites":[{"item":"session_21982",)"
                     R"("actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"}]}]})");
  ASSERT_TRUE(scenario) << scenario.error().message;
  ASSERT_EQ(scenario->users.size(), 1u);
  EXPECT_EQ(scenario->users[0].tokens[0].token.reveal(), "alice-token");
  EXPECT_EQ(scenario->users[0].favorites[0].item, "session_21982");
  EXPECT_EQ(scenario->auth, AuthScheme{});
  EXPECT_FALSE(scenario->read_only);
}

TEST(Scenario, EverySettingIsRead) {
  const auto scenario = parse_scenario(R"({
    // comments are allowed
    "users": [{"name": "alice", "tokens": [{"token": "t", "expires_in_s": 60}, {"token": "u"}]}],
    "auth": "header:X-User", "read_only": true, /* here too */
    "quirks": ["post-201"], "defects": ["hard-delete", "bom"]})");
  ASSERT_TRUE(scenario) << scenario.error().message;
  EXPECT_EQ(scenario->users[0].tokens[0].expires_in, std::chrono::seconds(60));
  EXPECT_EQ(scenario->users[0].tokens[1].expires_in, std::nullopt);
  EXPECT_EQ(to_string(scenario->auth), "header:X-User");
  EXPECT_TRUE(scenario->read_only);
  EXPECT_THAT(scenario->quirks, ElementsAre("post-201"));
  EXPECT_THAT(scenario->defects, ElementsAre("hard-delete", "bom"));
}

TEST(Scenario, PrintedAndReadAgainItIsTheSame) {
  const Scenario conference = load_scenario(kScenarios / "conference.json").value();
  const std::string printed = print_scenario(conference);
  const auto again = parse_scenario(printed);
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(print_scenario(*again), printed);
}

TEST(Scenario, TheFixturesAreScenarios) {
  const Scenario two = load_scenario(kScenarios / "two_users.json").value();
  EXPECT_EQ(print_scenario(two), print_scenario(default_scenario()));
  const Scenario conference = load_scenario(kScenarios / "conference.json").value();
  ASSERT_EQ(conference.users.size(), 4u);
  EXPECT_EQ(conference.users[0].tokens[2].expires_in, std::chrono::seconds(0));
  EXPECT_TRUE(conference.users[3].favorites.empty());
}

TEST(Scenario, AFileThatIsNotThereIsNotFound) {
  const auto missing = load_scenario(kScenarios / "nowhere.json");
  ASSERT_FALSE(missing);
  EXPECT_EQ(missing.error().code, ErrorCode::kNotFound);
}

TEST(Scenario, AnErrorNeverRepeatsAToken) {
  const auto twice = parse_scenario(
      R"({"users":[{"name":"a","tokens":["secret-1"]},{"name":"b","tokens":["secret-1"]}]})", "s");
  ASSERT_FALSE(twice);
  EXPECT_THAT(twice.error().message, HasSubstr("s: users[1].tokens[0]: token:"));
  EXPECT_THAT(twice.error().message, HasSubstr("stands at users[0].tokens[0] already"));
  EXPECT_THAT(twice.error().message, Not(HasSubstr("secret-1")));
}

struct BadScenario {
  const char* text;
  const char* message;  // after "slow.json: "
};

class ScenarioErrors : public ::testing::TestWithParam<BadScenario> {};

TEST_P(ScenarioErrors, SayWhatAndWhere) {
  const auto scenario = parse_scenario(GetParam().text, "slow.json");
  ASSERT_FALSE(scenario);
  EXPECT_EQ(scenario.error().code, ErrorCode::kMalformed);
  EXPECT_EQ(scenario.error().message, std::string("slow.json: ") + GetParam().message);
}

constexpr BadScenario kBad[] = {
    {"",
     "line 1, column 1: not JSON: syntax error while parsing value - unexpected end of input; "
     "expected '[', '{', or a literal"},
    {"{\"users\": [}",
     "line 1, column 12: not JSON: syntax error while parsing value - unexpected "
     "'}'; expected '[', '{', or a literal"},
    {"[]", "the document: expected an object, got an array of 0"},
    {"{}", "the document: member \"users\" is missing"},
    {R"({"usrs":[]})", "usrs: unknown member; did you mean \"users\"?"},
    {R"({"users":[],"zzzzzzzz":1})",
     "zzzzzzzz: unknown member; known are users, auth, read_only, quirks, defects, clock, state, "
     "faults, script"},
    {R"({"users":[],"users":[]})", "member \"users\" stands twice in one object; keep one of them"},
    {R"({"users":{}})", "users: expected an array, got an object"},
    {R"({"users":[1]})", "users[0]: expected an object, got 1"},
    {R"({"users":[{}]})", "users[0]: member \"name\" is missing"},
    {R"({"users":[{"name":""}]})", "users[0].name: expected a string that is not empty, got \"\""},
    {R"({"users":[{"name":"a"},{"name":"a"}]})",
     "users[1].name: \"a\" is users[0] already; names are unique"},
    {R"({"users":[{"name":"a","favorits":[]}]})",
     "users[0].favorits: unknown member; did you mean \"favorites\"?"},
    {R"({"users":[{"name":"a","tokens":"t"}]})", "users[0].tokens: expected an array, got \"t\""},
    {R"({"users":[{"name":"a","tokens":[7]}]})",
     "users[0].tokens[0]: expected a token as a string, or an object with \"token\", got 7"},
    {R"({"users":[{"name":"a","tokens":[{"token":"t","expires_in":5}]}]})",
     "users[0].tokens[0].expires_in: unknown member; did you mean \"expires_in_s\"?"},
    {R"({"users":[{"name":"a","tokens":[{"token":"t","expires_in_s":-1}]}]})",
     "users[0].tokens[0].expires_in_s: expected a whole number from 0 to 316224000, got -1"},
    {R"({"users":[{"name":"a","tokens":[{"token":"t","expires_in_s":1.5}]}]})",
     "users[0].tokens[0].expires_in_s: expected a whole number from 0 to 316224000, got 1.5"},
    {R"({"users":[{"name":"a","favorites":[{"item":"x","action":"ADD"}]}]})",
     "users[0].favorites[0]: member \"actionDate\" is missing"},
    {R"({"users":[{"name":"a","favorites":[{"item":"x","action":"add","actionDate":"2017-05-02T10:45:12Z"}]}]})",
     "users[0].favorites[0].action: expected \"ADD\" or \"DELETE\", got \"add\""},
    {R"({"users":[{"name":"a","favorites":[
        {"item":"x","action":"ADD","actionDate":"2017-05-02T10:45:12Z"},
        {"item":"x","action":"ADD","actionDate":"2017-05-02T10:45:13Z"}]}]})",
     "users[0].favorites[1].item: \"x\" stands at [0] already; an item stands at most once in a "
     "list (§2.2)"},
    {R"({"users":[],"read_only":"yes"})", "read_only: expected true or false, got \"yes\""},
    {R"({"users":[],"quirks":["post-210"]})",
     "quirks[0]: unknown quirk \"post-210\"; did you mean \"post-201\"?"},
    {R"({"users":[],"defects":["hard-deletes"]})",
     "defects[0]: unknown defect \"hard-deletes\"; did you mean \"hard-delete\"?"},
    {R"({"users":[],"defects":["post-201"]})",
     "defects[0]: \"post-201\" is a quirk, not a defect; list it among the quirks"},
    {R"({"users":[],"defects":[1]})", "defects[0]: expected the id of a defect, got 1"},
    {R"({"users":[],"quirks":["post-201","post-201"]})", "quirks[1]: \"post-201\" stands twice"},
};

INSTANTIATE_TEST_SUITE_P(All, ScenarioErrors, ::testing::ValuesIn(kBad));

struct PlacedError {
  const char* text;
  const char* place;
};

class ScenarioPlaces : public ::testing::TestWithParam<PlacedError> {};

TEST_P(ScenarioPlaces, StandBeforeErrorsOfTheParts) {
  const auto scenario = parse_scenario(GetParam().text, "slow.json");
  ASSERT_FALSE(scenario);
  EXPECT_THAT(scenario.error().message, HasSubstr(GetParam().place));
}

constexpr PlacedError kPlaced[] = {
    {R"({"users":[{"name":"a","tokens":["a\nb"]}]})", "slow.json: users[0].tokens[0]: "},
    {R"({"users":[{"name":"a","favorites":[{"item":"x","action":"ADD","actionDate":"2017-13-02T10:45:12Z"}]}]})",
     "slow.json: users[0].favorites[0].actionDate: "},
    {R"({"users":[],"auth":"beerer"})", "slow.json: auth: "},
};

INSTANTIATE_TEST_SUITE_P(All, ScenarioPlaces, ::testing::ValuesIn(kPlaced));

}  // namespace
}  // namespace favsync::mock
