#include "mock_server/mock_direction.h"

#include <gmock/gmock.h>
#include <gtest/gtest-spi.h>

#include "mock_server/director.h"
#include "mock_server/gtest_fixture.h"
#include "mock_server/mock_server.h"
#include "mock_server/partner_api.h"
#include "mock_server/raw_client.h"

namespace favsync {
namespace {

using namespace std::chrono_literals;
using mock::Phase;
using mock::Position;
using mock::RawClient;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

class MockDirection : public testing::Test {
 protected:
  MockDirection() { server_.user("alice").token("t1"); }
  RawClient send(const std::string& request) {
    RawClient client(server_.port());
    client.send(request);
    return client;
  }
  RawClient get() {
    return send("GET /getUserFavorites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t1\r\n\r\n");
  }
  RawClient post(const std::string& item) {
    const std::string body =
        R"([{"item":")" + item + R"(","actionDate":"2026-11-01T00:00:00.000Z","action":"ADD"}])";
    return send(
        "POST /postUserFavorites HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer t1\r\n"
        "Content-Length: " +
        std::to_string(body.size()) + "\r\n\r\n" + body);
  }
  MockServer server_;
};

TEST_F(MockDirection, AHeldPostTakesNoEffectUntilItIsReleased) {
  MockHold hold = server_.hold_next_post("alice");
  RawClient client = post("n1");
  ASSERT_TRUE(hold.wait());
  EXPECT_THAT(server_.user("alice").favorites(), IsEmpty());
  EXPECT_THAT(get().receive_answer(), StartsWith("HTTP/1.1 200"));  // others pass
  server_.user("alice").adds("n0", Timestamp());
  hold.release();
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200"));
  const auto favorites = server_.user("alice").favorites();
  ASSERT_EQ(favorites.size(), 2u);
  EXPECT_EQ(favorites[0].item, "n0");
}

TEST_F(MockDirection, HeldAfterApplyTheWriteIsThereBeforeItsAnswer) {
  MockHold hold = server_.hold_next_post({}, {Position::Kind::kAfterApply, 0});
  RawClient client = post("n1");
  ASSERT_TRUE(hold.wait());
  EXPECT_EQ(server_.user("alice").favorites().size(), 1u);
  EXPECT_THAT(client.received(), IsEmpty());
  hold.release();
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 200"));
}

TEST_F(MockDirection, ReleasedBeforeItHoldsItLetsAllPass) {
  MockHold hold = server_.hold_next_get();
  hold.release();
  EXPECT_THAT(get().receive_answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_FALSE(hold.is_held());
}

TEST_F(MockDirection, AResetDropsWhatIsHeld) {
  MockHold hold = server_.hold_next_get();
  RawClient client = get();
  ASSERT_TRUE(hold.wait());
  server_.api().reset_all();
  EXPECT_NE(client.receive_to_end(), RawClient::End::kOpen);
  EXPECT_THAT(client.received(), IsEmpty());
}

TEST_F(MockDirection, AStepMayAdvanceTheClockFromWithinARequest) {
  server_.clock().freeze();
  server_.fault("latency=1h,on=GET,nth=1");
  server_.step(R"({"on":"POST","do":{"advances_clock":"1h"}})");
  RawClient slow = get();
  ASSERT_TRUE(server_.journal().wait_for({.method = "GET"}, 1, 10s));
  EXPECT_THAT(post("n1").receive_answer(), StartsWith("HTTP/1.1 200"));
  EXPECT_THAT(slow.receive_answer(), StartsWith("HTTP/1.1 200"));
}

TEST_F(MockDirection, AMovedClockShowsInDate) {
  server_.clock().freeze_at(parse_strict_timestamp("2017-05-02T10:45:12.798Z").value());
  EXPECT_THAT(get().receive_answer(), HasSubstr("Date: Tue, 02 May 2017 10:45:12 GMT\r\n"));
}

TEST_F(MockDirection, ComplaintsNameUnusedStepsAndOddRequests) {
  EXPECT_THAT(server_.complaints(), IsEmpty());
  server_.step(R"({"on":"POST","do":{"read_only":true}})");
  server_.step(R"({"on":"POST","optional":true,"do":{"read_only":true}})");
  send("GET /favorites HTTP/1.1\r\nHost: x\r\n\r\n").receive_answer();
  EXPECT_THAT(server_.complaints(),
              ElementsAre(HasSubstr("script[0]"), HasSubstr("GET /favorites")));
}

TEST_F(MockDirection, FaultsCountHowOftenTheyActed) {
  const std::string id = server_.fault("status=503,times=1");
  get().receive_answer();
  get().receive_answer();
  EXPECT_EQ(server_.fault_fired(id), 1u);
  EXPECT_EQ(server_.fault_fired("fault-99"), 0u);
  server_.clear_faults();
  EXPECT_THAT(server_.api().director().faults(), IsEmpty());
  EXPECT_THROW(server_.fault("statuz=503"), std::invalid_argument);
  EXPECT_THROW(server_.step("{}"), std::invalid_argument);
}

// The fixture as a test uses it, run by hand.
class FixtureInUse : public MockServerTest {
 public:
  using MockServerTest::expect_complaints;
  using MockServerTest::server;
  void TestBody() override {}
  void end() { TearDown(); }
};

TEST(MockServerFixture, AStepThatNeverActsFailsTheTestUnlessItIsExpected) {
  FixtureInUse fixture;
  fixture.end();
  fixture.server.step(R"({"on":"POST","do":{"read_only":true}})");
  EXPECT_NONFATAL_FAILURE(fixture.end(), "script[0]");
  fixture.expect_complaints();
  fixture.end();
}

}  // namespace
}  // namespace favsync
