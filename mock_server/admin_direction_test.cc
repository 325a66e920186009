#include "mock_server/admin_direction.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "mock_server/director.h"
#include "mock_server/partner_api.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using testing::HasSubstr;

class AdminDirectionTest : public testing::Test {
 protected:
  json ask(std::string_view method, std::string_view path, std::string_view body = {},
           std::string_view query = {}) {
    const std::string whole = "/__admin" + std::string(path);
    const AdminReply reply = admin_.handle({method, whole, query, body});
    status_ = reply.status;
    return json::parse(reply.body);
  }
  // Asks wrongly: nothing may change, and the answer says what was expected.
  std::string complaint(std::string_view method, std::string_view path, std::string_view body,
                        int status = 400) {
    const json before = everything();
    const json answer = ask(method, path, body);
    EXPECT_EQ(status_, status) << method << ' ' << path << ' ' << body;
    EXPECT_EQ(everything(), before) << method << ' ' << path << ' ' << body;
    for (const char* member : {"where", "expected", "got", "message"}) {
      EXPECT_TRUE(answer["error"].contains(member)) << member;
    }
    return answer["error"]["message"];
  }
  json everything() {
    json all = json::array();
    for (const char* path :
         {"/state", "/faults", "/script", "/holds", "/read_only", "/scenario", "/clock"}) {
      all.push_back(ask("GET", path));
    }
    return all;
  }

  void partner_get() {
    PartnerRequest request;
    request.method = "GET";
    request.path = "/getUserFavorites";
    partner_.handle(request);
  }

  ManualClock base_{parse_strict_timestamp("2026-03-14T08:00:00.000Z").value()};
  PartnerApi partner_{default_scenario(), {.clock = &base_}};
  int dropped_ = 0;
  AdminApi admin_{partner_, [] { return ServerFacts{}; }, [this] { ++dropped_; }};
  int status_ = 0;
};

TEST_F(AdminDirectionTest, FaultsAreSetListedAndRemoved) {
  const json one = ask("POST", "/faults", R"({"status":503,"on":"POST"})");
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(one["faults"][0]["spec"], "status=503,position=before_apply,on=POST");
  EXPECT_EQ(one["faults"][0]["fault"]["status"], "503");
  EXPECT_EQ(ask("POST", "/faults", R"("status=503,on=POST")"), one);
  const std::string id = one["faults"][0]["id"];
  EXPECT_EQ(ask("GET", "/faults/" + id), one["faults"][0]);
  EXPECT_EQ(ask("POST", "/faults", R"("reset")")["faults"].size(), 2u);
  EXPECT_EQ(ask("DELETE", "/faults/" + id)["faults"].size(), 1u);
  EXPECT_EQ(ask("PUT", "/faults", R"({"faults":["hang","latency=1s"]})")["faults"].size(), 2u);
  EXPECT_EQ(ask("POST", "/reset/faults")["faults"].size(), 0u);
  ask("POST", "/faults", R"("reset")");
  EXPECT_EQ(ask("DELETE", "/faults")["faults"].size(), 0u);
}

TEST_F(AdminDirectionTest, TheSameFaultsAgainKeepTheirCounters) {
  constexpr std::string_view kBody = R"({"faults":["status=503"]})";
  ask("PUT", "/faults", kBody);
  partner_get();
  EXPECT_EQ(ask("PUT", "/faults", kBody)["faults"][0]["fired"], 1);
}

TEST_F(AdminDirectionTest, TheScriptIsShownAndGrows) {
  const json script = ask("POST", "/script", R"({"on":"GET","do":{"adds":"k","user":"alice"}})");
  EXPECT_EQ(script["state"], "start");
  EXPECT_EQ(script["steps"][0]["place"], "script[0]");
  EXPECT_EQ(script["steps"][0]["consumed"], false);
  EXPECT_EQ(script["unconsumed"].size(), 1u);
  partner_get();
  EXPECT_EQ(ask("GET", "/script")["steps"][0]["consumed"], true);
  EXPECT_EQ(ask("PUT", "/script/state", R"({"state":"down"})")["state"], "down");
}

TEST_F(AdminDirectionTest, TheClockIsFrozenAdvancedAndReal) {
  EXPECT_EQ(ask("GET", "/clock")["mode"], "real");
  const json frozen = ask("PUT", "/clock", R"({"clock":"frozen@2030-01-01T00:00:00.000Z"})");
  EXPECT_EQ(frozen["mode"], "frozen");
  EXPECT_EQ(frozen["now"], "2030-01-01T00:00:00.000Z");
  EXPECT_EQ(ask("POST", "/clock/advance", R"({"by":"90s"})")["now"], "2030-01-01T00:01:30.000Z");
  constexpr std::string_view kTo = R"({"to":"2030-01-02T00:00:00.000Z"})";
  const json there = ask("POST", "/clock/advance", kTo);
  EXPECT_EQ(there["now"], "2030-01-02T00:00:00.000Z");
  EXPECT_EQ(ask("POST", "/clock/advance", kTo), there);
  const json reset = ask("POST", "/reset/clock");
  EXPECT_EQ(reset["mode"], "real");
  EXPECT_EQ(reset["now"], "2026-03-14T08:00:00.000Z");
  EXPECT_EQ(reset["since_start_ms"], 0);
}

TEST_F(AdminDirectionTest, HoldsAreMadeByNameAndLetGo) {
  constexpr std::string_view kBody = R"({"on":"POST","name":"my hold","position":"after_apply"})";
  const json holds = ask("POST", "/holds", kBody);
  EXPECT_EQ(holds["holds"][0]["state"], "waiting");
  EXPECT_EQ(ask("POST", "/holds", kBody), holds);
  EXPECT_EQ(ask("GET", "/holds/my%20hold", {}, "wait=1ms")["state"], "waiting");
  EXPECT_EQ(ask("DELETE", "/holds/my%20hold")["state"], "released");
  EXPECT_EQ(ask("DELETE", "/holds/my%20hold")["state"], "released");
}

TEST_F(AdminDirectionTest, ReadOnlyIsASwitch) {
  EXPECT_EQ(ask("PUT", "/read_only", R"({"read_only":true})")["read_only"], true);
  EXPECT_TRUE(partner_.is_read_only());
  const json off = ask("PUT", "/read_only", R"({"read_only":false})");
  EXPECT_EQ(off["read_only"], false);
  EXPECT_EQ(ask("GET", "/read_only"), off);
}

TEST_F(AdminDirectionTest, AnotherScenarioTakesThePlaceOfAll) {
  const json printed =
      ask("PUT", "/scenario", R"({"users":[{"name":"carol","tokens":["c"]}],"read_only":true})");
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(printed, ask("GET", "/scenario"));
  EXPECT_EQ(ask("GET", "/users")["users"][0]["name"], "carol");
  EXPECT_TRUE(partner_.is_read_only());
  EXPECT_EQ(dropped_, 1);
}

TEST_F(AdminDirectionTest, WrongCallsSayWhatWasExpectedAndChangeNothing) {
  ask("PUT", "/clock", R"({"clock":"frozen"})");
  EXPECT_THAT(complaint("POST", "/faults", R"({"statuz":503})"),
              HasSubstr("body: statuz: unknown setting; did you mean \"status\"?"));
  EXPECT_THAT(complaint("POST", "/faults", "{"), HasSubstr("not JSON"));
  EXPECT_THAT(complaint("PUT", "/faults", R"({"faults":["reset","hang,nth=0"]})"),
              HasSubstr("body.faults[1]: nth: expected"));
  EXPECT_THAT(complaint("DELETE", "/faults/fault-99", "", 404), HasSubstr("\"fault-99\""));
  EXPECT_THAT(complaint("POST", "/script", R"({"do":{"read_only":2}})"),
              HasSubstr("body.do.read_only: expected true or false, got 2"));
  EXPECT_THAT(complaint("PUT", "/script/state", R"({"stat":"x"})"), HasSubstr("body.stat"));
  EXPECT_THAT(complaint("PUT", "/clock", R"({"clock":"frozn"})"), HasSubstr("did you mean"));
  EXPECT_THAT(complaint("POST", "/clock/advance", R"({"by":"-1s"})"), HasSubstr("body.by"));
  EXPECT_THAT(complaint("POST", "/clock/advance", R"({})"), HasSubstr("\"by\""));
  EXPECT_THAT(complaint("POST", "/holds", R"({"on":"PUT"})"), HasSubstr("GET or POST"));
  EXPECT_THAT(complaint("POST", "/holds", R"x({"on":"POST","position":"partial_apply(1)"})x"),
              HasSubstr("body.position"));
  EXPECT_THAT(complaint("GET", "/holds/none", "", 404), HasSubstr("\"none\""));
  EXPECT_THAT(complaint("PUT", "/read_only", R"({"read_only":"yes"})"), HasSubstr("true or false"));
  EXPECT_THAT(complaint("PUT", "/scenario", R"({"users":[{"name":"a","tokns":[]}]})"),
              HasSubstr("users[0].tokns: unknown member; did you mean \"tokens\"?"));
  EXPECT_THAT(complaint("DELETE", "/clock", "", 405), HasSubstr("GET, PUT"));
}

}  // namespace
}  // namespace favsync::mock
