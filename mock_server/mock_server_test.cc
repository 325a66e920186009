#include "mock_server/mock_server.h"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <gmock/gmock.h>
#include <sys/resource.h>

#include "mock_server/partner_api.h"
#include "mock_server/raw_client.h"

namespace favsync {
namespace {

using mock::RawClient;
using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

const Timestamp kTenOClock = Timestamp::from_unix(1493714712, 798'000'000);

std::string get_favorites(const std::string& token) {
  return "GET /getUserFavorites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token + "\r\n\r\n";
}

std::string post_favorites(const std::string& token, const std::string& body) {
  return "POST /postUserFavorites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer " + token +
         "\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
}

std::string ask(const MockServer& server, const std::string& request) {
  RawClient client(server.port());
  client.send(request);
  return client.receive_answer();
}

std::string favorite(int item, int millisecond) {
  char date[32];
  std::snprintf(date, sizeof date, "2026-01-01T00:00:00.%03dZ", millisecond % 1000);
  return R"({"item":"i)" + std::to_string(item) + R"(","action":"ADD","actionDate":")" + date +
         "\"}";
}

TEST(MockServer, ServesWhatATestSetUp) {
  MockServer server;
  server.user("alice").token("t1").adds("session_1", kTenOClock);
  EXPECT_THAT(
      ask(server, get_favorites("t1")),
      EndsWith("\r\n\r\n[{\"item\":\"session_1\",\"actionDate\":\"2017-05-02T08:45:12.798Z\","
               "\"action\":\"ADD\"}]"));
  EXPECT_THAT(ask(server, get_favorites("other")), StartsWith("HTTP/1.1 401 "));
}

TEST(MockServer, EveryAnswerCarriesTheInstance) {
  MockServer server;
  const std::string header = "Favsync-Instance: " + server.instance() + "\r\n";
  EXPECT_THAT(ask(server, get_favorites("nobody")), HasSubstr(header));
  EXPECT_THAT(ask(server, "GET / HTTP/1.1\r\nHost: x\r\n\r\n"), HasSubstr(header));
  EXPECT_THAT(ask(server, "rubbish\r\n\r\n"), HasSubstr(header));
}

TEST(MockServer, PostedFavoritesAreReadBackAndJournalled) {
  MockServer server;
  server.user("alice").token("t1");
  EXPECT_THAT(ask(server, post_favorites("t1", "[" + favorite(1, 5) + "]")),
              StartsWith("HTTP/1.1 200 "));
  const auto stored = server.user("alice").favorites();
  ASSERT_EQ(stored.size(), 1u);
  EXPECT_EQ(stored[0].item, "i1");
  const auto exchanges = server.journal().find();
  ASSERT_EQ(exchanges.size(), 1u);
  EXPECT_EQ(exchanges[0].user, "alice");
  EXPECT_EQ(exchanges[0].connection, 1u);
}

TEST(MockServer, TwoServersShareNothing) {
  MockServer one, two;
  one.user("alice").token("t").adds("a", kTenOClock);
  two.user("bob").token("t");
  EXPECT_NE(one.port(), two.port());
  EXPECT_NE(one.instance(), two.instance());
  EXPECT_THAT(ask(one, get_favorites("t")), HasSubstr("\"a\""));
  EXPECT_THAT(ask(two, get_favorites("t")), EndsWith("\r\n\r\n[]"));
}

TEST(MockServer, HundredsRunInOneProcess) {
  std::vector<std::unique_ptr<MockServer>> servers;
  for (int i = 0; i < 200; ++i) {
    servers.push_back(std::make_unique<MockServer>());
    servers.back()->user("u").token("t");
  }
  for (const auto& server : servers) EXPECT_THAT(ask(*server, get_favorites("t")), EndsWith("[]"));
}

TEST(MockServer, OptionsAddToTheScenario) {
  MockServer::Options options;
  options.scenario = mock::default_scenario();
  options.read_only = true;
  options.auth = AuthScheme{AuthScheme::Kind::kHeader, "X-User"};
  MockServer server(options);
  EXPECT_THAT(ask(server, get_favorites("alice-token")), StartsWith("HTTP/1.1 401 "));
  EXPECT_THAT(
      ask(server, "GET /getUserFavorites HTTP/1.1\r\nHost: x\r\nX-User: alice-token\r\n\r\n"),
      HasSubstr("session_21982"));
  EXPECT_THAT(ask(server, post_favorites("alice-token", "[]")), StartsWith("HTTP/1.1 405 "));
}

TEST(MockServer, UnknownDefectIsAnErrorThatSuggests) {
  MockServer::Options options;
  options.defects = {"hard-delet"};
  const auto server = MockServer::start(options);
  ASSERT_FALSE(server);
  EXPECT_EQ(server.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(server.error().message, HasSubstr("hard-delete"));
}

TEST(MockServer, DefectActsAndCountsThatItDid) {
  MockServer::Options options;
  options.defects = {"hard-delete"};
  MockServer server(options);
  server.user("alice").token("t").adds("a", Timestamp::from_unix(0));
  const std::string removal =
      R"([{"item":"a","action":"DELETE","actionDate":"2026-01-01T00:00:00Z"}])";
  ask(server, post_favorites("t", removal));
  EXPECT_THAT(ask(server, get_favorites("t")), EndsWith("\r\n\r\n[]"));
  EXPECT_GT(server.fired("hard-delete"), 0u);
}

TEST(MockServer, IPv6IsServedAndBracketedInTheUrl) {
  MockServer::Options options;
  options.bind_address = "::1";
  const auto server = MockServer::start(options);
  if (!server) GTEST_SKIP() << "no IPv6 on this machine: " << server.error().message;
  EXPECT_EQ((*server)->url(), "http://[::1]:" + std::to_string((*server)->port()));
}

TEST(MockServer, ConcurrentPostsLoseNothing) {
  MockServer server;
  server.user("alice").token("t");
  constexpr int kClients = 8, kPosts = 50;
  std::vector<std::thread> clients;
  for (int c = 0; c < kClients; ++c) {
    clients.emplace_back([&server, c] {
      RawClient client(server.port());
      for (int i = 0; i < kPosts; ++i) {
        client.send(post_favorites("t", "[" + favorite(c * kPosts + i, i) + "]"));
        client.receive_answer();
      }
    });
  }
  for (std::thread& client : clients) client.join();
  EXPECT_EQ(server.user("alice").favorites().size(), std::size_t{kClients * kPosts});
}

TEST(MockServer, ThousandIdleConnectionsDoNotHoldUpTheStop) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  files.rlim_cur = files.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &files);
  // Each connection takes two descriptors of this process.
  const int count = static_cast<int>(std::min<rlim_t>(1000, files.rlim_cur / 2 - 100));
  MockServer server;
  server.user("alice").token("t");
  std::vector<RawClient> clients;
  for (int i = 0; i < count; ++i) {
    clients.emplace_back(server.port());
    clients.back().send(get_favorites("t"));
  }
  for (RawClient& client : clients) ASSERT_THAT(client.receive_answer(), EndsWith("[]"));
  const auto begin = std::chrono::steady_clock::now();
  server.stop();
  const std::chrono::duration<double, std::milli> took = std::chrono::steady_clock::now() - begin;
  EXPECT_LT(took.count(), 1000) << "milliseconds; about 10 where nothing slows it";
  RecordProperty("stop_ms", std::to_string(took.count()));
  EXPECT_EQ(clients.front().receive_to_end(), RawClient::End::kClosed);
}

TEST(MockServer, StopTwiceIsNothingAndTheStateStaysReadable) {
  MockServer server;
  server.user("alice").token("t").adds("a", kTenOClock);
  ask(server, get_favorites("t"));
  server.stop();
  server.stop();
  EXPECT_EQ(server.user("alice").favorites().size(), 1u);
  EXPECT_EQ(server.journal().counts().received, 1u);
  EXPECT_THROW(RawClient client(server.port()), std::runtime_error);
}

TEST(MockServer, TokenOfAnotherUserIsTheTestsMistake) {
  MockServer server;
  server.user("alice").token("t");
  EXPECT_THROW(server.user("bob").token("t"), std::invalid_argument);
  EXPECT_THROW(server.user("bob").token("a\nb"), std::invalid_argument);
}

}  // namespace
}  // namespace favsync
