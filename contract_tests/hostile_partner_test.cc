// Partners that never end, never begin, or send what strains a reader: each is a finding, in
// bounded time and memory, and no token goes anywhere else.
#include <atomic>

#include <gmock/gmock.h>

#include "contract_tests/harness_front.h"
#include "contract_tests/runner.h"
#include "sync_engine/test_raw_server.h"

namespace favsync::contract {
namespace {

using std::chrono::milliseconds;
using testing::HasSubstr;

constexpr std::string_view kHead =
    "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nConnection: close\r\n\r\n";

Options options_for(const std::string& url) {
  Options options;
  options.target = *Target::parse(url);
  options.token = *UserToken::make("alice-token");
  options.timeout = milliseconds(150);
  options.limits.max_body_bytes = 8u << 20;
  return options;
}

// Certifies a partner that answers every request so. It must fail, and soon.
Report failed(const std::function<void(int)>& serve, milliseconds most = milliseconds(4000)) {
  const RawServer partner(serve);
  Report report = certify(options_for(partner.url()));
  EXPECT_EQ(report.verdict(), Verdict::kNotConformant) << failures_of(report);
  EXPECT_EQ(report.exit_status(false), 1);
  EXPECT_EQ(report.count(CheckStatus::kError), 0);
  EXPECT_LE(report.duration, most);
  EXPECT_LE(report.requests, 14);
  EXPECT_EQ(report.restore.touched, 0);
  return report;
}

TEST(HostilePartner, NeverAnswering) {
  const Report report = failed([](int socket) { client_hung_up(socket, 60'000); });
  EXPECT_LE(report.requests, 5);
  ASSERT_NE(report.first_failure(), nullptr);
  EXPECT_THAT(report.first_failure()->finding.actual, HasSubstr("time limit"));
}

TEST(HostilePartner, OneByteASecond) {
  const Report report = failed([](int socket) {
    for (const char c : std::string(kHead) + "[]") {
      if (!write_all(socket, {&c, 1}) || client_hung_up(socket, 1000)) return;
    }
  });
  EXPECT_LE(report.requests, 5);
}

TEST(HostilePartner, EndlessBody) {
  const Report report = failed([](int socket) {
    const std::string row(65536, ' ');
    bool more = write_all(socket, kHead) && write_all(socket, "[");
    while (more) more = write_all(socket, row);
  });
  ASSERT_NE(report.first_failure(), nullptr);
  EXPECT_THAT(report.first_failure()->finding.actual, HasSubstr("8388608 bytes"));
}

TEST(HostilePartner, EndlessChunksAndEndlessHeaders) {
  failed([](int socket) {
    bool more = write_all(socket, "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n");
    while (more) more = write_all(socket, "1\r\n[\r\n1\r\n \r\n");
  });
  failed([](int socket) {
    bool more = write_all(socket, "HTTP/1.1 200 OK\r\n");
    while (more) more = write_all(socket, "X-More: and more\r\nX-More: and more\r\n");
  });
  failed([](int socket) {
    for (bool more = true; more;) more = write_all(socket, "HTTP/1.1 103 Early Hints\r\n\r\n");
  });
}

TEST(HostilePartner, DeepNestingAndMillionsOfValues) {
  const std::string deep(1u << 20, '[');
  std::string wide = "[0";
  while (wide.size() < (6u << 20)) wide += ",0";
  wide += "]";
  for (const std::string& body : {deep, wide}) {
    const Report report = failed([&](int socket) {
      if (write_all(socket, kHead)) write_all(socket, body);
    });
    ASSERT_NE(report.first_failure(), nullptr);
    EXPECT_EQ(report.first_failure()->check->id, "list.json");
  }
}

TEST(HostilePartner, RedirectsAreNotFollowedAndTheTokenStays) {
  std::atomic<int> elsewhere{0};
  const RawServer other([&](int) { ++elsewhere; });
  std::string loop;
  const auto serve = [&](int socket) {
    write_all(socket, "HTTP/1.1 307 Temporary Redirect\r\nLocation: " + loop +
                          "/getUserFavorites\r\nContent-Length: 0\r\nConnection: close\r\n\r\n");
  };
  loop = other.url();
  const Report report = failed(serve);
  EXPECT_EQ(report.first_failure()->check->id, "read.answers");
  EXPECT_EQ(elsewhere, 0);
}

TEST(HostilePartner, TlsHandshakeThatDoesNotEndIsNoConnection) {
  // Waits for the end of a request's head, which a client hello has not.
  const RawServer partner([](int) {});
  Options options = options_for("https" + partner.url().substr(4));
  const Report report = certify(options);
  ASSERT_TRUE(report.no_connection);
  EXPECT_THAT(*report.no_connection, HasSubstr("TLS handshake: the time limit passed"));
  EXPECT_EQ(report.exit_status(false), 3);
  EXPECT_LE(report.duration, milliseconds(2000));
}

}  // namespace
}  // namespace favsync::contract
