// What a client's socket really gets under each fault.
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "mock_server/mock_server.h"
#include "mock_server/partner_api.h"
#include "mock_server/raw_client.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::StartsWith;
using End = RawClient::End;

constexpr std::string_view kItem =
    R"([{"item":"n1","actionDate":"2026-11-01T00:00:00.000Z","action":"ADD"}])";

class FaultsOnTheWire : public testing::Test {
 protected:
  FaultsOnTheWire() { server_.user("alice").token("t1").adds("session_1", Timestamp()); }

  RawClient get() {
    RawClient client(server_.port());
    client.send("GET /getUserFavorites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t1\r\n\r\n");
    return client;
  }
  RawClient post() {
    RawClient client(server_.port());
    client.send(
        "POST /postUserFavorites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t1\r\n"
        "Content-Length: " +
        std::to_string(kItem.size()) + "\r\n\r\n" + std::string(kItem));
    return client;
  }
  // The whole honest answer: how long its body is, and how it begins.
  std::string honest_body() {
    const std::string answer = get().receive_answer();
    return answer.substr(answer.find("\r\n\r\n") + 4);
  }
  static std::string body_of(const RawClient& client) {
    const std::size_t end = client.received().find("\r\n\r\n");
    return end == std::string::npos ? "no head" : client.received().substr(end + 4);
  }
  bool marked(Phase phase) { return server_.journal().wait_for({.phase = phase}, 1, 10s); }
  bool is_stored(std::string_view item) {
    return server_.api().state().user("alice")->favorites().find(item).has_value();
  }

  MockServer server_;
};

TEST_F(FaultsOnTheWire, ResetIsAResetWithoutAByte) {
  server_.fault("reset");
  RawClient client = get();
  EXPECT_EQ(client.receive_to_end(), End::kReset);
  EXPECT_THAT(client.received(), IsEmpty());
  EXPECT_TRUE(marked(Phase::kAborted));
}

TEST_F(FaultsOnTheWire, ResetAfterApplyLosesTheAcknowledgementAlone) {
  server_.fault("reset,on=POST,position=after_apply,times=1");
  EXPECT_EQ(post().receive_to_end(), End::kReset);
  EXPECT_TRUE(is_stored("n1"));
  EXPECT_THAT(post().receive_answer(), StartsWith("HTTP/1.1 200"));
}

TEST_F(FaultsOnTheWire, CloseIsAnEndBeforeOrAfterTheHeaders) {
  server_.fault("close,nth=1");
  server_.fault("close=after-headers,nth=2");
  RawClient bare = get();
  EXPECT_EQ(bare.receive_to_end(), End::kClosed);
  EXPECT_THAT(bare.received(), IsEmpty());
  RawClient headed = get();
  EXPECT_EQ(headed.receive_to_end(), End::kClosed);
  EXPECT_THAT(headed.received(), HasSubstr("Content-Length: "));
  EXPECT_THAT(body_of(headed), IsEmpty());
}

TEST_F(FaultsOnTheWire, TruncateStopsAtTheByte) {
  const std::string whole = honest_body();
  server_.fault("truncate=10B");
  RawClient client = get();
  EXPECT_EQ(client.receive_to_end(), End::kClosed);
  EXPECT_EQ(body_of(client), whole.substr(0, 10));
  EXPECT_THAT(client.received(), HasSubstr("Content-Length: " + std::to_string(whole.size())));
}

TEST_F(FaultsOnTheWire, StallStopsAtTheByteAndStaysOpenUntilItIsDropped) {
  const std::string whole = honest_body();
  server_.fault("stall=10B");
  RawClient client = get();
  while (body_of(client).size() < 10 || body_of(client) == "no head") {
    client.receive(client.received().size() + 1);
  }
  EXPECT_EQ(body_of(client), whole.substr(0, 10));
  EXPECT_EQ(client.end(), End::kOpen);
  server_.drop_stalled();
  EXPECT_NE(client.receive_to_end(), End::kOpen);
  EXPECT_EQ(body_of(client), whole.substr(0, 10));
}

TEST_F(FaultsOnTheWire, HangsEndWithTheServerAndAreAborted) {
  server_.fault("hang");
  RawClient client = get();
  ASSERT_TRUE(server_.journal().wait_for({}, 1, 10s));
  server_.stop();
  EXPECT_NE(client.receive_to_end(), End::kOpen);
  EXPECT_THAT(client.received(), IsEmpty());
  EXPECT_TRUE(marked(Phase::kAborted));
}

TEST_F(FaultsOnTheWire, DripTakesItsTime) {
  const std::size_t bytes = honest_body().size();
  server_.fault("drip=1000B/s");
  const auto began = std::chrono::steady_clock::now();
  EXPECT_EQ(get().receive_answer().size() > bytes, true);
  const auto took = std::chrono::steady_clock::now() - began;
  EXPECT_GT(took, std::chrono::milliseconds(bytes) / 2);
  EXPECT_TRUE(marked(Phase::kSent));
}

TEST_F(FaultsOnTheWire, GarbageIsNoHttpAndFollowsTheSeed) {
  server_.fault("garbage=32B");
  RawClient client = get();
  EXPECT_EQ(client.receive_to_end(), End::kClosed);
  EXPECT_EQ(client.received().size(), 32u);
  EXPECT_THAT(client.received(), Not(StartsWith("HTTP")));
  MockServer twin;
  twin.fault("garbage=32B");
  RawClient other(twin.port());
  other.send("GET / HTTP/1.1\r\nHost: x\r\n\r\n");
  other.receive_to_end();
  EXPECT_EQ(other.received(), client.received());
}

TEST_F(FaultsOnTheWire, OversizeIsTheSameListWithSpaces) {
  const std::string whole = honest_body();
  server_.fault("oversize=64KiB");
  RawClient client = get();
  const std::string answer = client.receive_answer();
  const std::string body = answer.substr(answer.find("\r\n\r\n") + 4);
  EXPECT_EQ(body.size(), 65536u);
  EXPECT_THAT(body, StartsWith(whole + "  "));
}

TEST_F(FaultsOnTheWire, BadChunkIsNoNumber) {
  server_.fault("MALFORMED_RESPONSE_CHUNK");
  RawClient client = get();
  EXPECT_EQ(client.receive_to_end(), End::kClosed);
  EXPECT_THAT(client.received(), HasSubstr("Transfer-Encoding: chunked\r\n"));
  EXPECT_THAT(body_of(client), StartsWith("xyz\r\n"));
}

TEST_F(FaultsOnTheWire, LatencyWaitsForTheFrozenClockAlone) {
  server_.clock().freeze();
  server_.fault("latency=1h,on=GET");
  RawClient client = get();
  ASSERT_TRUE(server_.journal().wait_for({.method = "GET"}, 1, 10s));
  server_.clock().advance(59min);
  EXPECT_FALSE(server_.journal().wait_for({.phase = Phase::kSent}, 1, 5ms));
  server_.clock().advance(1min);
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200"));
}

TEST_F(FaultsOnTheWire, ARunningClockThatIsAdvancedEndsALatencyEarly) {
  server_.fault("latency=1h,on=GET");
  RawClient client = get();
  ASSERT_TRUE(server_.journal().wait_for({.method = "GET"}, 1, 10s));
  server_.clock().advance(1h);
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200"));
}

TEST_F(FaultsOnTheWire, LatencyBeforeApplyKeepsTheWriteBack) {
  server_.clock().freeze();
  server_.fault("latency=1h,position=before_apply,on=POST");
  RawClient client = post();
  RawClient next = get();
  ASSERT_TRUE(server_.journal().wait_for({.method = "GET"}, 1, 10s));
  EXPECT_FALSE(is_stored("n1"));
  server_.clock().advance(1h);
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(is_stored("n1"));
}

TEST_F(FaultsOnTheWire, SlowAcceptTakesAConnectionUpLater) {
  server_.clock().freeze();
  server_.fault("slow-accept=1h,nth=1");
  RawClient slow = get();
  EXPECT_THAT(get().receive_answer(), StartsWith("HTTP/1.1 200"));  // the second passes it
  EXPECT_EQ(server_.journal().counts().received, 1u);
  server_.clock().advance(1h);
  EXPECT_THAT(slow.receive_answer(), StartsWith("HTTP/1.1 200"));
}

TEST_F(FaultsOnTheWire, ManyStalledConnectionsAreDroppedAtOnce) {
  constexpr int kConnections = 300;
  server_.fault("hang");
  std::vector<RawClient> clients;
  for (int i = 0; i < kConnections; ++i) clients.push_back(get());
  ASSERT_TRUE(server_.journal().wait_for({}, kConnections, 10s));
  server_.drop_stalled();
  for (RawClient& client : clients) EXPECT_NE(client.receive_to_end(), End::kOpen);
  EXPECT_EQ(server_.journal().find({.phase = Phase::kAborted}).size(), std::size_t{kConnections});
}

TEST_F(FaultsOnTheWire, EveryRequestEndsAsSentAndRefusedOnesAreJournalledToo) {
  EXPECT_THAT(get().receive_answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_TRUE(server_.journal().wait_for({.status = 200, .phase = Phase::kSent}, 1, 10s));
  RawClient odd(server_.port());
  odd.send("GET /getUserFavorites?x=1 HTTP/1.1\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\n");
  EXPECT_EQ(odd.receive_to_end(), End::kClosed);
  const std::vector<Exchange> refused = server_.journal().find({.status = 400});
  ASSERT_EQ(refused.size(), 1u);
  EXPECT_EQ(refused[0].method, "GET");
  EXPECT_EQ(refused[0].path, "/getUserFavorites");
  EXPECT_THAT(refused[0].why, HasSubstr("Content-Length"));
  EXPECT_TRUE(server_.journal().wait_for({.status = 400, .phase = Phase::kSent}, 1, 10s));
}

}  // namespace
}  // namespace favsync::mock
