// What HttpPartnerClient makes of partners that break HTTP, the connection or the clock.
#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/http_partner_client.h"
#include "sync_engine/test_raw_server.h"

namespace favsync {
namespace {

using namespace std::chrono_literals;
using ::testing::HasSubstr;

Error failure_of(const RawServer& server, std::chrono::milliseconds total = 5s,
                 std::chrono::milliseconds read = 5s) {
  HttpPartnerOptions options;
  options.base_url = server.url();
  options.total_timeout = total;
  options.read_timeout = read;
  options.max_reply_bytes = 1'000'000;
  const auto list = HttpPartnerClient::make(options).value()->get_favorites(
      UserToken::make("alice-token").value());
  return list ? Error{ErrorCode::kInternal, "no error", std::nullopt} : list.error();
}

constexpr const char* kHead = "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\n";

TEST(HttpMisbehavior, NoListenerIsNoConnection) {
  std::string url;
  {
    const RawServer server([](int) {});
    url = server.url();
  }
  HttpPartnerOptions options;
  options.base_url = url;
  const auto list =
      HttpPartnerClient::make(options).value()->get_favorites(UserToken::make("t").value());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, ErrorCode::kConnection);
  EXPECT_THAT(list.error().message, HasSubstr("check the address"));
}

TEST(HttpMisbehavior, ClosedWithoutAnAnswerIsAConnectionError) {
  const RawServer server([](int) {});
  EXPECT_EQ(failure_of(server).code, ErrorCode::kConnection);
}

TEST(HttpMisbehavior, ShortBodyIsNotUsed) {
  const RawServer server(
      [](int socket) { write_all(socket, std::string(kHead) + "Content-Length: 100\r\n\r\n[]"); });
  const auto error = failure_of(server);
  EXPECT_EQ(error.code, ErrorCode::kConnection);
  EXPECT_THAT(error.message, HasSubstr("broke inside the answer"));
}

TEST(HttpMisbehavior, ChunksWithoutTheLastAreNotUsed) {
  const RawServer server([](int socket) {
    write_all(socket, std::string(kHead) + "Transfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n");
  });
  EXPECT_NE(failure_of(server).message, "no error");
}

TEST(HttpMisbehavior, BodyThatIsNotWhatItsEncodingSaysIsAMalformedReply) {
  const RawServer server([](int socket) {
    write_all(socket,
              std::string(kHead) + "Content-Encoding: gzip\r\nContent-Length: 9\r\n\r\nnot gzip!");
  });
  EXPECT_EQ(failure_of(server).code, ErrorCode::kMalformedReply);
}

TEST(HttpMisbehavior, SilenceEndsWithTheReadTimeout) {
  const RawServer server([](int socket) { client_hung_up(socket, 20'000); });
  const auto error = failure_of(server, 10s, 100ms);
  EXPECT_EQ(error.code, ErrorCode::kTimeout);
  EXPECT_THAT(error.message, HasSubstr("no byte for 0.1 s"));
}

TEST(HttpMisbehavior, DrippingHeadEndsWithTheTotalTimeout) {
  const RawServer server([](int socket) {
    write_all(socket, "HTTP/1.1 200 OK\r\nX: ");
    while (!client_hung_up(socket, 10) && write_all(socket, "x")) {
    }
  });
  const auto error = failure_of(server, 200ms, 150ms);
  EXPECT_EQ(error.code, ErrorCode::kTimeout);
  EXPECT_THAT(error.message, HasSubstr("no whole answer within 0.2 s"));
}

TEST(HttpMisbehavior, DrippingBodyEndsWithTheTotalTimeout) {
  const RawServer server([](int socket) {
    write_all(socket, std::string(kHead) + "Content-Length: 100000\r\n\r\n[");
    while (!client_hung_up(socket, 10) && write_all(socket, " ")) {
    }
  });
  EXPECT_EQ(failure_of(server, 200ms, 150ms).code, ErrorCode::kTimeout);
}

TEST(HttpMisbehavior, BodyWithoutAnEndIsNotTakenForWholeWhenTheTimeIsUp) {
  const RawServer server([](int socket) {
    write_all(socket, std::string(kHead) + "\r\n[]");
    client_hung_up(socket, 20'000);
  });
  EXPECT_EQ(failure_of(server, 200ms, 5s).code, ErrorCode::kTimeout);
}

TEST(HttpMisbehavior, EndlessBodyEndsAtTheLimit) {
  const RawServer server([](int socket) {
    write_all(socket, std::string(kHead) + "\r\n[");
    while (write_all(socket, std::string(65'536, ' '))) {
    }
  });
  EXPECT_EQ(failure_of(server).code, ErrorCode::kLimitExceeded);
}

TEST(HttpMisbehavior, NextRequestAfterATimeoutIsUnharmed) {
  int connections = 0;
  const RawServer server([&](int socket) {
    if (++connections == 1) {
      client_hung_up(socket, 20'000);
    } else {
      write_all(socket, std::string(kHead) + "Content-Length: 2\r\n\r\n[]");
    }
  });
  HttpPartnerOptions options;
  options.base_url = server.url();
  options.read_timeout = 200ms;
  const auto partner = HttpPartnerClient::make(options).value();
  const auto token = UserToken::make("t").value();
  EXPECT_EQ(partner->get_favorites(token).error().code, ErrorCode::kTimeout);
  EXPECT_TRUE(partner->get_favorites(token));
}

TEST(HttpMisbehavior, AnAnswerThatIsNotHttpIsAnError) {
  const RawServer server([](int socket) { write_all(socket, "SSH-2.0-OpenSSH_9.2\r\n"); });
  EXPECT_NE(failure_of(server).message, "no error");
}

}  // namespace
}  // namespace favsync
