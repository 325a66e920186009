#include "mock_server/admin_api.h"

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "mock_server/partner_api.h"

namespace favsync::mock {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// An admin API over the default scenario: alice with two favourites, bob with none.
class AdminApiTest : public testing::Test {
 protected:
  json ask(std::string_view method, std::string_view path, std::string_view query = {},
           std::string_view body = {}) {
    const AdminReply reply = admin_.handle({method, path, query, body});
    status_ = reply.status;
    allow_ = reply.allow;
    return json::parse(reply.body);
  }
  json get(std::string_view path, std::string_view query = {}) { return ask("GET", path, query); }
  PartnerReply partner_get(std::string_view token) {
    PartnerRequest request;
    const std::string bearer = "Bearer " + std::string(token);
    request.method = "GET";
    request.path = "/getUserFavorites";
    request.headers = {{"Authorization", bearer}};
    return partner_.handle(request);
  }

  PartnerApi partner_{default_scenario()};
  int stalled_dropped_ = 0;
  AdminApi admin_{partner_,
                  [] {
                    return ServerFacts{.instance = "the-instance",
                                       .partner_url = "http://127.0.0.1:1",
                                       .admin_url = "http://127.0.0.1:2",
                                       .started = std::chrono::steady_clock::now(),
                                       .open_connections = 3};
                  },
                  [this] { ++stalled_dropped_; }};
  int status_ = 0;
  std::string allow_;
};

TEST_F(AdminApiTest, HealthSaysWhoAndWhere) {
  const json health = get("/__admin/health");
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(health["status"], "ok");
  EXPECT_EQ(health["instance"], "the-instance");
  EXPECT_EQ(health["partner"], "http://127.0.0.1:1");
  EXPECT_EQ(health["connections"], 3);
}

TEST_F(AdminApiTest, UsersHaveThePublishedForm) {
  EXPECT_EQ(get("/__admin/users"), json::parse(R"({"users":[
    {"name":"alice","tokens":["alice-token"],"adds":1,"deletes":1},
    {"name":"bob","tokens":["bob-token"],"adds":0,"deletes":0}]})"));
}

TEST_F(AdminApiTest, StateHoldsEveryFavorite) {
  const json state = get("/__admin/state");
  EXPECT_EQ(state["auth"], "bearer");
  EXPECT_EQ(
      state["users"][0]["favorites"][0],
      json::parse(
          R"({"item":"session_21982","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"})"));
  EXPECT_EQ(get("/__admin/state/users/alice"), state["users"][0]);
}

TEST_F(AdminApiTest, UserNamesAreDecoded) {
  partner_.state().user("a b/c");
  EXPECT_EQ(get("/__admin/state/users/a%20b%2Fc")["name"], "a b/c");
  get("/__admin/state/users/alic");
  EXPECT_EQ(status_, 404);
}

TEST_F(AdminApiTest, JournalIsQueried) {
  partner_get("alice-token");
  partner_get("bob-token");
  partner_get("nobody");
  EXPECT_EQ(get("/__admin/journal")["exchanges"].size(), 3u);
  const json of_bob = get("/__admin/journal", "user=bob&endpoint=getUserFavorites&limit=5");
  ASSERT_EQ(of_bob["exchanges"].size(), 1u);
  EXPECT_EQ(of_bob["exchanges"][0]["status"], 200);
  EXPECT_EQ(of_bob["evicted"], 0);
  EXPECT_EQ(of_bob["received"], 3);
  EXPECT_EQ(get("/__admin/journal", "status=401")["exchanges"].size(), 1u);
  EXPECT_EQ(get("/__admin/journal", "after=1&limit=1")["exchanges"][0]["number"], 3);
}

TEST_F(AdminApiTest, JournalNeverShowsATokenInClear) {
  partner_get("alice-token");
  EXPECT_THAT(get("/__admin/journal").dump(), testing::Not(HasSubstr("alice-token")));
}

TEST_F(AdminApiTest, WrongQueriesSayWhereAndWhatWasExpected) {
  const json wrong = get("/__admin/journal", "limit=many")["error"];
  EXPECT_EQ(status_, 400);
  EXPECT_EQ(wrong["where"], "query parameter limit");
  EXPECT_EQ(wrong["expected"], "a whole number from 0");
  EXPECT_EQ(wrong["got"], "\"many\"");
  EXPECT_THAT(get("/__admin/journal", "usr=bob")["error"]["message"].get<std::string>(),
              HasSubstr("did you mean \"user\""));
  get("/__admin/journal", "user=%zz");
  EXPECT_EQ(status_, 400);
}

TEST_F(AdminApiTest, DefectsAreSwitchedAsAWhole) {
  const json after = ask("PUT", "/__admin/defects", {}, R"({"active":["hard-delete"]})");
  EXPECT_EQ(status_, 200);
  EXPECT_EQ(after, get("/__admin/defects"));
  EXPECT_EQ(get("/__admin/state")["defects"], json({"hard-delete"}));
  for (const json& defect : after["defects"]) {
    EXPECT_EQ(defect["active"], defect["id"] == "hard-delete");
    EXPECT_TRUE(defect.contains("fired") && defect.contains("story") && defect.contains("clause"));
  }
  ask("PUT", "/__admin/defects", {}, R"({"active":[]})");
  EXPECT_EQ(get("/__admin/state")["defects"], json::array());
}

TEST_F(AdminApiTest, WrongSwitchesChangeNothing) {
  ask("PUT", "/__admin/defects", {}, R"({"active":["hard-delete"]})");
  for (const char* body :
       {"", "[]", "{", R"({"active":"hard-delete"})", R"({"activ":[]})", R"({})",
        R"({"active":[],"more":1})", R"({"active":[1]})", R"({"active":["no-such-defect"]})"}) {
    const json reply = ask("PUT", "/__admin/defects", {}, body);
    EXPECT_EQ(status_, 400) << body;
    EXPECT_TRUE(reply["error"].contains("where") && reply["error"].contains("message")) << reply;
  }
  EXPECT_EQ(get("/__admin/state")["defects"], json({"hard-delete"}));
}

TEST_F(AdminApiTest, UnknownDefectIsNamedByPlaceWithASuggestion) {
  const json wrong =
      ask("PUT", "/__admin/defects", {}, R"({"active":["hard-delete","hard-delet"]})");
  EXPECT_EQ(wrong["error"]["where"], "body.active[1]");
  EXPECT_THAT(wrong["error"]["message"].get<std::string>(),
              HasSubstr("did you mean \"hard-delete\""));
}

TEST_F(AdminApiTest, ResetsAreNamedExactlyAndIdempotent) {
  const json before = get("/__admin/state");
  partner_.state().user("carol");
  partner_.state().find_user("alice")->favorites().assign({});
  partner_get("alice-token");
  EXPECT_EQ(ask("POST", "/__admin/reset/users/alice"), before["users"][0]);
  EXPECT_EQ(ask("POST", "/__admin/reset/journal")["held"], 0);
  EXPECT_EQ(stalled_dropped_, 0);
  EXPECT_EQ(ask("POST", "/__admin/reset/all"), before);
  EXPECT_EQ(ask("POST", "/__admin/reset/all"), before);
  EXPECT_EQ(stalled_dropped_, 2);
}

TEST_F(AdminApiTest, ResetOfAnUnknownUserIs404) {
  ask("POST", "/__admin/reset/users/alic");
  EXPECT_EQ(status_, 404);
}

TEST_F(AdminApiTest, ScenarioIsWhatAResetGoesBackTo) {
  const AdminReply reply = admin_.handle({"GET", "/__admin/scenario", {}, {}});
  EXPECT_TRUE(parse_scenario(reply.body)) << reply.body;
}

TEST_F(AdminApiTest, UnknownRoutesAre404AndWrongMethods405) {
  EXPECT_THAT(get("/__admin/helth")["error"]["message"].get<std::string>(),
              HasSubstr("did you mean \"/__admin/health\""));
  EXPECT_EQ(status_, 404);
  get("/__adminx");
  EXPECT_EQ(status_, 404);
  get("/getUserFavorites");
  EXPECT_EQ(status_, 404);
  get("/__admin/reset/all");
  EXPECT_EQ(status_, 405);
  EXPECT_EQ(allow_, "POST");
  ask("POST", "/__admin/defects");
  EXPECT_EQ(allow_, "GET, PUT");
  EXPECT_TRUE(get("/__admin").contains("routes"));
}

}  // namespace
}  // namespace favsync::mock
