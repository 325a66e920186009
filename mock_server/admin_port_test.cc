#include "mock_server/admin_port.h"

#include <chrono>

#include <gmock/gmock.h>

#include "mock_server/mock_server.h"
#include "mock_server/partner_api.h"
#include "mock_server/raw_client.h"

namespace favsync {
namespace {

using mock::RawClient;
using testing::HasSubstr;
using testing::StartsWith;

// A whole mock with its admin port, asked over the socket.
class AdminPortTest : public testing::Test {
 protected:
  AdminPortTest() : server_(options()) {}
  static MockServer::Options options() {
    MockServer::Options options;
    options.admin_port = 0;
    options.scenario = mock::default_scenario();
    return options;
  }
  std::string ask(const std::string& line, const std::string& headers = {},
                  const std::string& body = {}) {
    RawClient client(*server_.admin_port());
    client.send(line + " HTTP/1.1\r\nHost: " + host() + "\r\n" + headers +
                "Content-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body);
    return client.receive_answer();
  }
  std::string host() { return server_.admin_url().substr(7); }

  MockServer server_;
};

TEST_F(AdminPortTest, HealthKnowsTheServer) {
  const std::string answer = ask("GET /__admin/health");
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(answer, HasSubstr("Favsync-Instance: " + server_.instance()));
  EXPECT_THAT(answer, HasSubstr("\"partner\":\"" + server_.url() + "\""));
}

TEST_F(AdminPortTest, BehavioursAreSwitchedOverTheSocket) {
  EXPECT_THAT(ask("PUT /__admin/defects", {}, R"({"active":["hard-delete"]})"),
              StartsWith("HTTP/1.1 200 "));
  EXPECT_THAT(server_.api().active(mock::BehaviorKind::kDefect),
              testing::ElementsAre("hard-delete"));
  EXPECT_THAT(ask("PUT /__admin/defects", {}, R"({"active":["x"]})"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(AdminPortTest, QueriesReachTheApi) {
  EXPECT_THAT(ask("GET /__admin/journal?limit=0&user=bob"), HasSubstr("\"exchanges\":[]"));
  EXPECT_THAT(ask("GET /__admin/journal?limit=x"), StartsWith("HTTP/1.1 400 "));
}

TEST_F(AdminPortTest, WrongMethodsAreAnswered) {
  EXPECT_THAT(ask("DELETE /__admin/state"),
              testing::AllOf(StartsWith("HTTP/1.1 405 "), HasSubstr("Allow: GET\r\n")));
}

TEST_F(AdminPortTest, PagesOfOtherSitesAreRefused) {
  EXPECT_THAT(ask("POST /__admin/reset/all", "Origin: http://evil.example\r\n"),
              StartsWith("HTTP/1.1 403 "));
  EXPECT_THAT(ask("POST /__admin/reset/all", "Origin: http://" + host() + "\r\n"),
              StartsWith("HTTP/1.1 200 "));
}

TEST_F(AdminPortTest, PartnerPortKnowsNothingOfIt) {
  RawClient client(server_.port());
  client.send("GET /__admin/health HTTP/1.1\r\nHost: x\r\n\r\n");
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 404 "));
}

TEST_F(AdminPortTest, IdleClientsDoNotHoldUpOthersOrTheStop) {
  std::vector<RawClient> idle;
  for (int i = 0; i < 20; ++i) idle.emplace_back(*server_.admin_port());
  EXPECT_THAT(ask("GET /__admin/users"), HasSubstr("alice"));
  const auto begin = std::chrono::steady_clock::now();
  server_.stop();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, std::chrono::seconds(1));
  EXPECT_NE(idle.front().receive_to_end(), RawClient::End::kOpen);
}

}  // namespace
}  // namespace favsync
