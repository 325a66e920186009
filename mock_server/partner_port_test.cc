#include "mock_server/partner_port.h"

#include <atomic>
#include <chrono>
#include <map>
#include <string>
#include <vector>

#include <gmock/gmock.h>

#include "mock_server/gzip.h"
#include "mock_server/raw_client.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using testing::EndsWith;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;
using End = RawClient::End;

std::shared_ptr<const std::string> text(std::string content) {
  return std::make_shared<const std::string>(std::move(content));
}

std::string get(const std::string& path) {
  return "GET " + path + " HTTP/1.1\r\nHost: x\r\n\r\n";
}

std::string post(const std::string& headers, const std::string& body) {
  return "POST /echo HTTP/1.1\r\nHost: x\r\n" + headers + "\r\n" + body;
}

// A port that answers each path with the reply scripted for it, echoes bodies, and says "hello"
// else.
class PartnerPortTest : public testing::Test {
 protected:
  void open(PartnerPort::Options options = {}) {
    options.serving.instance = "the-instance";
    auto opened = PartnerPort::open(options, [this](const PartnerRequest& request) {
      ++handled_;
      PartnerReply reply;
      const auto scripted = script_.find(std::string(request.path));
      if (scripted != script_.end()) return scripted->second;
      reply.body = text(request.path == "/echo" ? std::string(request.body) : "hello");
      return reply;
    });
    ASSERT_TRUE(opened) << opened.error().message;
    port_ = std::move(*opened);
  }
  PartnerReply& at(const std::string& path) {
    script_[path].body = text("0123456789");
    return script_[path];
  }
  RawClient connect() { return RawClient(port_->port()); }

  std::map<std::string, PartnerReply> script_;  // filled before the port is opened
  std::atomic<int> handled_{0};
  std::unique_ptr<PartnerPort> port_;
};

TEST_F(PartnerPortTest, AnswersCarryLengthDateAndInstance) {
  open();
  RawClient client = connect();
  client.send(get("/"));
  const std::string answer = client.receive_answer();
  EXPECT_THAT(answer, StartsWith("HTTP/1.1 200 OK\r\nDate: "));
  EXPECT_THAT(answer, HasSubstr(" GMT\r\nFavsync-Instance: the-instance\r\n"));
  EXPECT_THAT(answer, EndsWith("Content-Length: 5\r\n\r\nhello"));
}

TEST_F(PartnerPortTest, PipelinedRequestsAreAnsweredInOrder) {
  open();
  RawClient client = connect();
  client.send(get("/") + post("Content-Length: 3\r\n", "two") + get("/"));
  EXPECT_THAT(client.receive_answer(), EndsWith("hello"));
  EXPECT_THAT(client.receive_answer(), EndsWith("two"));
  EXPECT_THAT(client.receive_answer(), EndsWith("hello"));
}

TEST_F(PartnerPortTest, HeadGetsTheLengthAndNoBody) {
  open();
  RawClient client = connect();
  client.send("HEAD / HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
  client.receive_to_end();
  EXPECT_THAT(client.received(), HasSubstr("Content-Length: 5\r\n"));
  EXPECT_THAT(client.received(), EndsWith("\r\n\r\n"));
}

TEST_F(PartnerPortTest, ChunkedAndCompressedBodiesAreDecoded) {
  open();
  RawClient client = connect();
  client.send(
      post("Transfer-Encoding: chunked\r\n", "3;x=y\r\nabc\r\n2\r\nde\r\n0\r\nT: 1\r\n\r\n"));
  EXPECT_THAT(client.receive_answer(), EndsWith("\r\n\r\nabcde"));
  const std::string zipped = gzip_compress("the body");
  client.send(
      post("Content-Encoding: gzip\r\nContent-Length: " + std::to_string(zipped.size()) + "\r\n",
           zipped));
  EXPECT_THAT(client.receive_answer(), EndsWith("\r\n\r\nthe body"));
  client.send(post("Content-Encoding: gzip\r\nContent-Length: 8\r\n", "the body"));
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 400 "));
}

TEST_F(PartnerPortTest, UnknownCodingIs415) {
  open();
  RawClient client = connect();
  client.send(post("Content-Encoding: rot13\r\nContent-Length: 1\r\n", "a"));
  EXPECT_THAT(client.receive_answer(), StartsWith("HTTP/1.1 415 "));
}

TEST_F(PartnerPortTest, ContinueIsSentBeforeTheBodyComes) {
  open();
  RawClient client = connect();
  client.send(post("Expect: 100-continue\r\nContent-Length: 2\r\n", ""));
  EXPECT_EQ(client.receive_answer(), "HTTP/1.1 100 Continue\r\n\r\n");
  client.send("[]");
  EXPECT_THAT(client.receive_answer(), EndsWith("\r\n\r\n[]"));
}

TEST_F(PartnerPortTest, BodiesBeyondTheLimitAreRefusedUnreadThenClosed) {
  PartnerPort::Options options;
  options.serving.limits.max_body_bytes = 1000;
  open(options);
  RawClient sized = connect();
  sized.send(post("Content-Length: 1001\r\n", ""));
  EXPECT_EQ(sized.receive_to_end(), End::kClosed);
  EXPECT_THAT(sized.received(), StartsWith("HTTP/1.1 413 "));
  RawClient chunked = connect();
  chunked.send(post("Transfer-Encoding: chunked\r\n", "ffff\r\n" + std::string(500, 'a')));
  EXPECT_EQ(chunked.receive_to_end(), End::kClosed);
  EXPECT_THAT(chunked.received(), StartsWith("HTTP/1.1 413 "));
  RawClient bomb = connect();
  const std::string zipped = gzip_compress(std::string(100'000, 'a'));
  bomb.send(
      post("Content-Encoding: gzip\r\nContent-Length: " + std::to_string(zipped.size()) + "\r\n",
           zipped));
  EXPECT_THAT(bomb.receive_answer(), StartsWith("HTTP/1.1 413 "));
  EXPECT_EQ(handled_, 0);
}

TEST_F(PartnerPortTest, BodyThatIsStillSentDoesNotTurnTheRefusalIntoAReset) {
  PartnerPort::Options options;
  options.serving.limits.max_body_bytes = 1000;
  open(options);
  RawClient client = connect();
  client.send(post("Content-Length: 4000000\r\n", std::string(4'000'000, 'a')));
  client.finish_writing();
  EXPECT_EQ(client.receive_to_end(), End::kClosed);
  EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 413 "));
}

TEST_F(PartnerPortTest, SmuggledRequestIsRefusedAndNothingAfterItIsServed) {
  open();
  RawClient client = connect();
  client.send(post("Content-Length: 2\r\nTransfer-Encoding: chunked\r\n", "0\r\n\r\n") + get("/"));
  EXPECT_EQ(client.receive_to_end(), End::kClosed);
  EXPECT_THAT(client.received(), StartsWith("HTTP/1.1 400 "));
  EXPECT_EQ(handled_, 0);
}

TEST_F(PartnerPortTest, SlowRequestIs408AndHoldsUpNobody) {
  PartnerPort::Options options;
  options.serving.request_timeout = 100ms;
  open(options);
  RawClient slow = connect();
  slow.send("GET / HTTP/1.1\r\nHost:");
  RawClient other = connect();
  other.send(get("/"));
  EXPECT_THAT(other.receive_answer(), EndsWith("hello"));
  EXPECT_EQ(slow.receive_to_end(), End::kClosed);
  EXPECT_THAT(slow.received(), StartsWith("HTTP/1.1 408 "));
}

TEST_F(PartnerPortTest, IdleConnectionOutlivesTheRequestTimeout) {
  PartnerPort::Options options;
  options.serving.request_timeout = 20ms;
  at("/later").delivery.delay = 60ms;
  open(options);
  RawClient idle = connect(), clock = connect();
  idle.send(get("/"));
  idle.receive_answer();
  clock.send(get("/later"));
  clock.receive_answer();
  idle.send(get("/"));
  EXPECT_THAT(idle.receive_answer(), EndsWith("hello"));
}

TEST_F(PartnerPortTest, CutClosesInTheMiddleOfTheBody) {
  at("/cut").delivery.cut_after_bytes = 4;
  open();
  RawClient client = connect();
  client.send(get("/cut"));
  EXPECT_EQ(client.receive_to_end(), End::kClosed);
  EXPECT_THAT(client.received(), HasSubstr("Content-Length: 10\r\n"));
  EXPECT_THAT(client.received(), EndsWith("\r\n\r\n0123"));
}

TEST_F(PartnerPortTest, ResetIsARealReset) {
  at("/reset").delivery.reset = true;
  open();
  RawClient client = connect();
  client.send(get("/reset"));
  EXPECT_EQ(client.receive_to_end(), End::kReset);
  EXPECT_EQ(client.received(), "");
}

TEST_F(PartnerPortTest, DropClosesWithoutAByte) {
  at("/drop").delivery.drop_before_headers = true;
  open();
  RawClient client = connect();
  client.send(get("/drop"));
  EXPECT_EQ(client.receive_to_end(), End::kClosed);
  EXPECT_EQ(client.received(), "");
}

TEST_F(PartnerPortTest, FramingsAndGarbageAppearOnTheWire) {
  at("/chunked").delivery.framing = Delivery::Framing::kChunked;
  at("/close").delivery.framing = Delivery::Framing::kUntilClose;
  Delivery& bad_chunk = at("/bad-chunk").delivery;
  bad_chunk.framing = Delivery::Framing::kChunked;
  bad_chunk.bad_chunk = true;
  at("/longer").delivery.content_length_skew = 5;
  at("/garbage").delivery.garbage_before = "??";
  at("/garbage").delivery.extra_after = "!!";
  open();
  const auto all_of_it = [this](const std::string& path) {
    RawClient client = connect();
    client.send("GET " + path + " HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    EXPECT_EQ(client.receive_to_end(), End::kClosed);
    return client.received();
  };
  EXPECT_THAT(all_of_it("/chunked"),
              testing::AllOf(HasSubstr("Transfer-Encoding: chunked\r\n"),
                             EndsWith("\r\n\r\na\r\n0123456789\r\n0\r\n\r\n")));
  EXPECT_THAT(all_of_it("/close"),
              testing::AllOf(Not(HasSubstr("Content-Length")), EndsWith("\r\n\r\n0123456789")));
  EXPECT_THAT(all_of_it("/bad-chunk"), HasSubstr("\r\n\r\nxyz\r\n0123456789\r\n"));
  EXPECT_THAT(all_of_it("/longer"), HasSubstr("Content-Length: 15\r\n"));
  EXPECT_THAT(all_of_it("/garbage"),
              testing::AllOf(StartsWith("??HTTP/1.1 200 OK\r\n"), EndsWith("0123456789!!")));
}

TEST_F(PartnerPortTest, DelayHoldsBackOneConnectionAlone) {
  at("/slow").delivery.delay = 80ms;
  open();
  RawClient slow = connect(), fast = connect();
  const auto begin = std::chrono::steady_clock::now();
  slow.send(get("/slow") + get("/"));
  fast.send(get("/"));
  EXPECT_THAT(fast.receive_answer(), EndsWith("hello"));
  EXPECT_THAT(slow.receive_answer(), EndsWith("0123456789"));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 80ms);
  EXPECT_THAT(slow.receive_answer(), EndsWith("hello"));  // the one that waited behind it
}

TEST_F(PartnerPortTest, DripTakesItsTime) {
  at("/drip").delivery.drip_bytes_per_second = 100;
  open();
  RawClient client = connect();
  const auto begin = std::chrono::steady_clock::now();
  client.send(get("/drip") + get("/"));
  EXPECT_THAT(client.receive_answer(), EndsWith("0123456789"));
  EXPECT_GE(std::chrono::steady_clock::now() - begin, 60ms);
  EXPECT_THAT(client.receive_answer(), EndsWith("hello"));
}

TEST_F(PartnerPortTest, BeforeSendRunsAfterTheDelayAndNotForAClientThatReset) {
  std::atomic<int> committed{0};
  PartnerReply& late = at("/late");
  late.delivery.delay = 50ms;
  late.before_send = [&committed] { ++committed; };
  at("/later").delivery.delay = 100ms;
  open();
  RawClient gone = connect(), stays = connect(), clock = connect();
  gone.send(get("/late"));
  stays.send(get("/late"));
  clock.send(get("/later"));
  while (handled_ < 3) std::this_thread::yield();
  EXPECT_EQ(committed, 0);
  gone.reset();
  stays.receive_answer();
  clock.receive_answer();
  EXPECT_EQ(committed, 1);
  port_.reset();
}

TEST_F(PartnerPortTest, HangingAndIdleConnectionsDoNotHoldUpTheStop) {
  at("/hang").delivery.hang = true;
  at("/drip").delivery.drip_bytes_per_second = 1;
  open();
  std::vector<RawClient> clients;
  for (int i = 0; i < 400; ++i) {
    clients.push_back(connect());
    const char* const paths[] = {"/", "/hang", "/drip"};
    clients.back().send(get(paths[i % 3]));
  }
  while (handled_ < 400) std::this_thread::yield();
  const auto begin = std::chrono::steady_clock::now();
  port_.reset();
  EXPECT_LT(std::chrono::steady_clock::now() - begin, 500ms);  // 50 ms where nothing instruments it
  EXPECT_EQ(clients[1].receive_to_end(), End::kClosed);
}

TEST_F(PartnerPortTest, StalledConnectionsAreDroppedOnDemandAndOthersStay) {
  at("/hang").delivery.hang = true;
  open();
  RawClient hanging = connect(), idle = connect();
  hanging.send(get("/hang"));
  idle.send(get("/"));
  idle.receive_answer();
  while (handled_ < 2) std::this_thread::yield();
  port_->reactor().drop_stalled();
  EXPECT_NE(hanging.receive_to_end(), End::kOpen);
  idle.send(get("/"));
  EXPECT_THAT(idle.receive_answer(), EndsWith("hello"));
}

TEST_F(PartnerPortTest, HangingEndsWhenTheClientCloses) {
  at("/hang").delivery.hang = true;
  open();
  {
    RawClient client = connect();
    client.send(get("/hang"));
    while (handled_ < 1) std::this_thread::yield();
    EXPECT_EQ(port_->reactor().open_connections(), 1u);
  }
  const auto deadline = std::chrono::steady_clock::now() + 10s;
  while (port_->reactor().open_connections() > 0 && std::chrono::steady_clock::now() < deadline) {
    std::this_thread::yield();
  }
  EXPECT_EQ(port_->reactor().open_connections(), 0u);
}

TEST_F(PartnerPortTest, LongAnswersReachAClientThatReadsLate) {
  script_["/long"].body = text(std::string(8'000'000, 'a'));
  open();
  RawClient late = connect(), other = connect();
  late.send(get("/long") + get("/long"));
  other.send(get("/"));
  EXPECT_THAT(other.receive_answer(), EndsWith("hello"));
  for (int answer = 0; answer < 2; ++answer) {
    EXPECT_TRUE(late.receive_answer().ends_with("\r\n\r\n" + *script_["/long"].body));
  }
}

TEST_F(PartnerPortTest, GzipHeaderCompressesTheBody) {
  at("/zip").headers = {{"Content-Encoding", "gzip"}};
  open();
  RawClient client = connect();
  client.send(get("/zip"));
  const std::string answer = client.receive_answer();
  EXPECT_TRUE(is_gzip(answer.substr(answer.find("\r\n\r\n") + 4))) << answer;
}

TEST_F(PartnerPortTest, ThrowingHandlerIs500AndTheServerGoesOn) {
  auto opened = PartnerPort::open({}, [](const PartnerRequest&) -> PartnerReply {
    throw std::runtime_error("broken on purpose");
  });
  ASSERT_TRUE(opened);
  for (int i = 0; i < 2; ++i) {
    RawClient client((*opened)->port());
    client.send(get("/"));
    EXPECT_THAT(client.receive_answer(),
                testing::AllOf(StartsWith("HTTP/1.1 500 "), HasSubstr("broken on purpose")));
  }
}

TEST_F(PartnerPortTest, TakenPortIsAnErrorThatSaysSo) {
  open();
  const auto second = PartnerPort::open({.port = port_->port(), .serving = {}}, nullptr);
  ASSERT_FALSE(second);
  EXPECT_EQ(second.error().code, ErrorCode::kConnection);
  EXPECT_THAT(second.error().message, HasSubstr("127.0.0.1:" + std::to_string(port_->port())));
  EXPECT_THAT(second.error().message, HasSubstr("in use"));
}

}  // namespace
}  // namespace favsync::mock
