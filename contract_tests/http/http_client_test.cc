// The suite's client against servers that no HTTP library would be.
#include "contract_tests/http/http_client.h"

#include <sys/socket.h>

#include <atomic>
#include <chrono>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <zlib.h>

#include "contract_tests/http/inflate.h"
#include "sync_engine/test_raw_server.h"

namespace favsync::contract {
namespace {

using namespace std::chrono_literals;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;

constexpr std::string_view kEmptyList = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]";

HttpClient client_of(const RawServer& server, HttpClient::Options options = {}) {
  return HttpClient(*Target::parse(server.url() + "/api"), options);
}

Request get() {
  Request request;
  request.path = "/getUserFavorites";
  return request;
}

Request post(std::string body) {
  Request request;
  request.method = "POST";
  request.path = "/postUserFavorites";
  request.body = std::move(body);
  return request;
}

// What comes until the client is silent or has gone, ending at `end` if that comes.
std::string receive_until(int socket, std::string_view end) {
  std::string text;
  char byte = 0;
  while (!text.ends_with(end) && ::recv(socket, &byte, 1, 0) == 1) text += byte;
  return text;
}

std::string gzip(std::string_view text) {
  z_stream stream{};
  if (deflateInit2(&stream, 9, Z_DEFLATED, 15 + 16, 9, Z_DEFAULT_STRATEGY) != Z_OK) return {};
  std::string packed(deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(packed.data());
  stream.avail_out = static_cast<uInt>(packed.size());
  deflate(&stream, Z_FINISH);
  packed.resize(packed.size() - stream.avail_out);
  deflateEnd(&stream);
  return packed;
}

std::string gzip_answer(std::string_view body) {
  return "HTTP/1.1 200 OK\r\nContent-Encoding: gzip\r\nContent-Length: " +
         std::to_string(body.size()) + "\r\n\r\n" + std::string(body);
}

TEST(HttpClient, ConnectionIsKeptForTheNextRequest) {
  std::atomic<int> connections{0};
  RawServer server([&](int socket) {
    ++connections;
    write_all(socket, kEmptyList);
    while (!receive_until(socket, "\r\n\r\n").empty()) write_all(socket, kEmptyList);
  });
  HttpClient client = client_of(server);
  EXPECT_FALSE(client.send(get()).reused_connection);
  const Exchange second = client.send(get());
  EXPECT_TRUE(second.reused_connection);
  EXPECT_EQ(second.body, "[]");
  EXPECT_EQ(connections, 1);
  client.disconnect();
}

TEST(HttpClient, KeptConnectionThatIsClosedIsReplacedOnce) {
  std::atomic<int> connections{0};
  RawServer server([&](int socket) {
    ++connections;
    write_all(socket, kEmptyList);
    // Takes the next request and closes without an answer.
    receive_until(socket, "\r\n\r\n");
  });
  HttpClient client = client_of(server);
  ASSERT_TRUE(client.send(get()).answered());
  const Exchange again = client.send(get());
  EXPECT_EQ(again.outcome, Outcome::kAnswered) << again.problem;
  EXPECT_FALSE(again.reused_connection);
  EXPECT_EQ(connections, 2);
  client.disconnect();
}

TEST(HttpClient, FreshConnectionThatIsClosedIsNotTriedAgain) {
  std::atomic<int> connections{0};
  RawServer server([&](int) { ++connections; });
  HttpClient client = client_of(server);
  const Exchange exchange = client.send(get());
  EXPECT_EQ(exchange.outcome, Outcome::kClosed);
  EXPECT_THAT(exchange.problem, HasSubstr("without an answer"));
  EXPECT_EQ(connections, 1);
}

TEST(HttpClient, AnswerCutOffIsTruncatedAndNotTriedAgain) {
  std::atomic<int> connections{0};
  RawServer server([&](int socket) {
    ++connections;
    write_all(socket, "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n[");
  });
  HttpClient client = client_of(server);
  const Exchange exchange = client.send(get());
  EXPECT_EQ(exchange.outcome, Outcome::kTruncated);
  EXPECT_EQ(exchange.status, 200);
  EXPECT_EQ(exchange.body, "[");
  EXPECT_EQ(connections, 1);
}

TEST(HttpClient, DripEndsAtTheTimeLimit) {
  RawServer server([&](int socket) {
    write_all(socket, "HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n");
    while (!client_hung_up(socket, 20)) write_all(socket, " ");
  });
  HttpClient client = client_of(server, {.timeout = 150ms, .limits = {}});
  const auto start = std::chrono::steady_clock::now();
  const Exchange exchange = client.send(get());
  EXPECT_EQ(exchange.outcome, Outcome::kTimedOut);
  EXPECT_GE(exchange.duration, 100ms);
  EXPECT_LT(std::chrono::steady_clock::now() - start, 5s);
}

TEST(HttpClient, SilenceEndsAtTheTimeLimit) {
  RawServer server([&](int socket) { client_hung_up(socket, 10'000); });
  HttpClient client = client_of(server, {.timeout = 100ms, .limits = {}});
  EXPECT_EQ(client.send(get()).outcome, Outcome::kTimedOut);
}

TEST(HttpClient, CancelEndsAWait) {
  std::atomic<bool> cancel{false};
  RawServer server([&](int socket) {
    cancel = true;
    client_hung_up(socket, 10'000);
  });
  HttpClient client = client_of(server, {.timeout = 10s, .limits = {}, .cancel = &cancel});
  EXPECT_EQ(client.send(get()).outcome, Outcome::kCancelled);
}

TEST(HttpClient, EndlessHeadIsBounded) {
  RawServer server([&](int socket) {
    write_all(socket, "HTTP/1.1 200 OK\r\n");
    while (write_all(socket, "X-Filler: 0123456789012345678901234567890123456789\r\n")) {
    }
  });
  HttpClient client = client_of(server);
  const Exchange exchange = client.send(get());
  EXPECT_EQ(exchange.outcome, Outcome::kTooLarge);
  EXPECT_THAT(exchange.problem, HasSubstr("head of over 65536 bytes"));
}

TEST(HttpClient, EndlessBodyIsBounded) {
  const std::string block(8192, ' ');
  RawServer server([&](int socket) {
    write_all(socket, "HTTP/1.1 200 OK\r\n\r\n");
    while (write_all(socket, block)) {
    }
  });
  HttpClient client = client_of(server, {.limits = {.max_body_bytes = 1u << 20}});
  const Exchange exchange = client.send(get());
  EXPECT_EQ(exchange.outcome, Outcome::kTooLarge);
  EXPECT_LE(exchange.body.size(), 1u << 20);
}

TEST(HttpClient, CompressedAnswerIsUnpacked) {
  const std::string answer = gzip_answer(gzip("[]"));
  RawServer server([&](int socket) { write_all(socket, answer); });
  HttpClient client = client_of(server);
  Request request = get();
  request.headers.emplace_back("Accept-Encoding", "gzip");
  const Exchange exchange = client.send(request);
  EXPECT_EQ(exchange.body, "[]");
  EXPECT_THAT(exchange.anomalies, IsEmpty());
}

TEST(HttpClient, CompressionThatNobodyAskedForIsReadAndNoted) {
  const std::string answer = gzip_answer(gzip("[]"));
  RawServer server([&](int socket) { write_all(socket, answer); });
  const Exchange exchange = client_of(server).send(get());
  EXPECT_EQ(exchange.body, "[]");
  EXPECT_THAT(exchange.anomalies, ElementsAre("Content-Encoding gzip though none was asked for"));
}

TEST(HttpClient, GzipBombIsBounded) {
  const std::string answer = gzip_answer(gzip(std::string(16u << 20, ' ')));
  ASSERT_LT(answer.size(), 1u << 17);
  RawServer server([&](int socket) { write_all(socket, answer); });
  const Exchange exchange = client_of(server, {.limits = {.max_body_bytes = 1u << 20}}).send(get());
  EXPECT_EQ(exchange.outcome, Outcome::kTooLarge);
  EXPECT_THAT(exchange.problem, HasSubstr("more than 1048576 bytes after decompression"));
}

TEST(HttpClient, DamagedCompressionIsMalformed) {
  const std::string whole = gzip("[]");
  for (const std::string& body : {whole.substr(0, whole.size() - 4), std::string("[]")}) {
    const std::string answer = gzip_answer(body);
    RawServer server([&](int socket) { write_all(socket, answer); });
    EXPECT_EQ(client_of(server).send(get()).outcome, Outcome::kMalformed);
  }
}

TEST(HttpClient, RedirectIsNotFollowed) {
  std::atomic<int> requests{0};
  RawServer server([&](int socket) {
    ++requests;
    write_all(socket,
              "HTTP/1.1 302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0\r\n"
              "Connection: close\r\n\r\n");
  });
  const Exchange exchange = client_of(server).send(get());
  EXPECT_EQ(exchange.status, 302);
  EXPECT_EQ(exchange.header("location"), "/elsewhere");
  EXPECT_EQ(requests, 1);
}

TEST(HttpClient, ChunkedBodyIsSentInTwoChunks) {
  std::string body;
  {
    RawServer server([&](int socket) {
      body = receive_until(socket, "0\r\n\r\n");
      write_all(socket, kEmptyList);
    });
    Request request = post("[12]");
    request.framing = Request::BodyFraming::kChunked;
    EXPECT_TRUE(client_of(server).send(request).ok());
  }
  EXPECT_EQ(body, "2\r\n[1\r\n2\r\n2]\r\n0\r\n\r\n");
}

TEST(HttpClient, HangUpLosesTheAnswerAndNotTheRequest) {
  std::vector<std::string> bodies;
  {
    RawServer server([&](int socket) {
      bodies.push_back(receive_until(socket, "]"));
      write_all(socket, kEmptyList);
    });
    const Exchange exchange = client_of(server).send_and_hang_up(post("[1]"));
    EXPECT_EQ(exchange.outcome, Outcome::kClosed);
    EXPECT_THAT(exchange.problem, HasSubstr("on purpose"));
    // Connections are served in turn: with this one's answer, the first has been read.
    EXPECT_TRUE(client_of(server).send(post("[2]")).ok());
  }
  EXPECT_THAT(bodies, ElementsAre("[1]", "[2]"));
}

TEST(HttpClient, BytesOfNoHttpAreMalformed) {
  RawServer server([&](int socket) { write_all(socket, "SSH-2.0-OpenSSH\r\n"); });
  const Exchange exchange = client_of(server).send(get());
  EXPECT_EQ(exchange.outcome, Outcome::kMalformed);
  EXPECT_THAT(exchange.problem, HasSubstr("SSH-2.0-OpenSSH"));
}

TEST(HttpClient, TlsToAPlainPortFailsInTheHandshake) {
  RawServer server([&](int socket) { write_all(socket, "HTTP/1.1 400 Bad Request\r\n\r\n"); });
  Target target = *Target::parse(server.url());
  target.tls = true;
  // The server waits for the end of a head that TLS does not send: the limit ends that.
  HttpClient client(target, {.timeout = 200ms, .limits = {}});
  const Exchange exchange = client.send(get());
  EXPECT_FALSE(exchange.answered());
  EXPECT_THAT(exchange.problem, Not(IsEmpty()));
}

TEST(Inflate, ReadsZlibAsWellAsGzip) {
  const std::string text(1000, 'a');
  std::string packed(compressBound(text.size()), '\0');
  uLongf size = packed.size();
  compress(reinterpret_cast<Bytef*>(packed.data()), &size,
           reinterpret_cast<const Bytef*>(text.data()), text.size());
  packed.resize(size);
  std::string problem;
  EXPECT_EQ(inflate(packed, 1000, problem), text);
  EXPECT_EQ(inflate(packed, 999, problem), std::nullopt);
  EXPECT_EQ(problem, "more than 999 bytes after decompression");
}

}  // namespace
}  // namespace favsync::contract
