#include "sync_engine/http_partner_client.h"

#include <fstream>
#include <set>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/test_support.h"
#include "wire/favorites_codec.h"

namespace favsync {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kArticleList =
    R"([{"item":"session_21982","action":"ADD","actionDate":"2017-05-02T10:45:12.798Z"}])";

UserToken token(std::string text = "alice-token") {
  return UserToken::make(std::move(text)).value();
}

HttpPartnerOptions options(const std::string& url) {
  HttpPartnerOptions options;
  options.base_url = url;
  return options;
}

auto client(const HttpPartnerOptions& options) {
  return HttpPartnerClient::make(options).value();
}

TEST(HttpPartnerClient, GetsTheListWithTheBearerTokenUnderTheBasePath) {
  TestRequest seen;
  const HttpServer server([&](const auto& request, auto& reply) {
    seen = request;
    reply.body = kArticleList;
  });
  const auto list = client(options(server.url() + "/v2/"))->get_favorites(token());
  ASSERT_TRUE(list) << list.error().message;
  EXPECT_EQ(list->favorites.at(0), (Favorite{"session_21982", Action::kAdd, at("10:45:12.798")}));
  EXPECT_EQ(seen.path, "/v2/getUserFavorites");
  EXPECT_EQ(seen.header("Authorization"), "Bearer alice-token");
  EXPECT_EQ(seen.header("Accept"), "application/json");
}

TEST(HttpPartnerClient, PostsTheArrayAsJson) {
  TestRequest seen;
  const HttpServer server([&](const auto& request, auto&) { seen = request; });
  const std::vector<Favorite> sent{{"session_21982", Action::kAdd, at("10:45:12.798")}};
  const auto receipt = client(options(server.url()))->post_favorites(token(), sent);
  ASSERT_TRUE(receipt) << receipt.error().message;
  EXPECT_TRUE(receipt->acknowledged);
  EXPECT_EQ(seen.method, "POST");
  EXPECT_EQ(seen.path, "/postUserFavorites");
  EXPECT_EQ(seen.body, print_favorites(sent));
  EXPECT_EQ(seen.header("Content-Type"), "application/json");
  EXPECT_EQ(seen.header("Authorization"), "Bearer alice-token");
}

TEST(HttpPartnerClient, TokenRidesByEachScheme) {
  TestRequest seen;
  const HttpServer server([&](const auto& request, auto&) { seen = request; });
  const auto get = [&](const char* scheme) {
    auto with = options(server.url());
    with.auth = parse_auth_scheme(scheme).value();
    ASSERT_TRUE(client(with)->get_favorites(token("a:b c&d")));
  };
  get("header:X-User-Token");
  EXPECT_EQ(seen.header("X-User-Token"), "a:b c&d");
  EXPECT_EQ(seen.header("Authorization"), "");
  get("query:user_token");
  EXPECT_EQ(seen.target, "/getUserFavorites?user_token=a%3Ab%20c%26d");
  EXPECT_EQ(seen.header("Authorization"), "");
  get("basic");
  EXPECT_EQ(seen.header("Authorization"), "Basic YTpiIGMmZA==");
  get("cookie:sid");
  EXPECT_THAT(seen.header("Cookie"), HasSubstr("sid="));
}

TEST(HttpPartnerClient, OneConnectionServesManyRequests) {
  std::set<int> ports;
  const HttpServer server([&](const auto& request, auto&) { ports.insert(request.remote_port); });
  const auto partner = client(options(server.url()));
  for (int i = 0; i < 5; ++i) ASSERT_TRUE(partner->get_favorites(token()));
  EXPECT_EQ(ports.size(), 1u);
}

TEST(HttpPartnerClient, ConnectionThatThePartnerClosedIsMadeAnew) {
  const HttpServer server(
      [](const auto&, auto& reply) { reply.headers.emplace_back("Connection", "close"); });
  const auto partner = client(options(server.url()));
  for (int i = 0; i < 3; ++i) ASSERT_TRUE(partner->get_favorites(token()));
}

TEST(HttpPartnerClient, GzipIsTakenAndLimitedAfterDecompression) {
  const HttpServer server([](const auto& request, auto& reply) {
    EXPECT_EQ(request.header("Accept-Encoding"), "gzip");
    reply.body = "[" + std::string(1'000'000, ' ') + "]";
  });
  auto with = options(server.url());
  ASSERT_TRUE(client(with)->get_favorites(token()));
  with.max_reply_bytes = 999'999;
  const auto list = client(with)->get_favorites(token());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(list.error().message, HasSubstr("larger than 999999 bytes"));
}

TEST(HttpPartnerClient, RedirectIsNotFollowedWithTheToken) {
  int visits = 0;
  const HttpServer other([&](const auto&, auto&) { ++visits; });
  const HttpServer server([&](const auto&, auto& reply) {
    reply.status = 302;
    reply.headers.emplace_back("Location", other.url() + "/getUserFavorites");
  });
  const auto list = client(options(server.url()))->get_favorites(token());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, ErrorCode::kRedirected);
  EXPECT_EQ(visits, 0);
}

TEST(HttpPartnerClient, TokenThatThePartnerEchoesIsInNoMessage) {
  const HttpServer server([](const auto& request, auto& reply) {
    reply.status = request.method == "GET" ? 400 : 200;
    reply.body = "bad token alice-token";
    reply.content_type = "text/plain";
  });
  const auto partner = client(options(server.url()));
  const auto list = partner->get_favorites(token());
  EXPECT_THAT(list.error().message, HasSubstr("bad token"));
  EXPECT_THAT(list.error().message, Not(HasSubstr("alice-token")));
  EXPECT_THAT(partner->post_favorites(token(), {})->note, Not(HasSubstr("alice-token")));
}

TEST(HttpPartnerClient, ReaderReadsThePartnerThatTheClientWritesTo) {
  const HttpServer server([](const auto&, auto& reply) { reply.body = kArticleList; });
  auto reader = HttpPartnerReader::make(options(server.url())).value();
  EXPECT_EQ(reader->get_favorites(token())->favorites.size(), 1u);
}

TEST(HttpPartnerClient, CertificateThatNothingVouchesForEndsTheRequestBeforeTheTokenTravels) {
  int visits = 0;
  const HttpServer server(TestCertificate::make(), [&](const auto&, auto&) { ++visits; });
  const auto list = client(options(server.url()))->get_favorites(token());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, ErrorCode::kTls) << list.error().message;
  EXPECT_EQ(visits, 0);
}

TEST(HttpPartnerClient, CaFileVouchesForThePartner) {
  const TemporaryFolder folder;
  const auto certificate = TestCertificate::make();
  std::ofstream(folder.file("ca.pem")) << certificate.certificate;
  const HttpServer server(certificate, [](const auto&, auto& reply) { reply.body = kArticleList; });
  auto with = options(server.url());
  with.ca_file = folder.file("ca.pem");
  const auto partner = client(with);
  for (int i = 0; i < 3; ++i) {
    const auto list = partner->get_favorites(token());
    ASSERT_TRUE(list) << list.error().message;
    EXPECT_EQ(list->favorites.size(), 1u);
  }
}

TEST(HttpPartnerClient, CertificateForAnotherHostIsNotTaken) {
  const TemporaryFolder folder;
  const auto certificate = TestCertificate::make();
  std::ofstream(folder.file("ca.pem")) << certificate.certificate;
  const HttpServer server(certificate, [](const auto&, auto&) {});
  auto with = options("https://localhost" + server.url().substr(server.url().rfind(':')));
  with.ca_file = folder.file("ca.pem");
  EXPECT_EQ(client(with)->get_favorites(token()).error().code, ErrorCode::kTls);
}

TEST(HttpPartnerClient, CaFileThatIsNotThereIsNamed) {
  const HttpServer server(TestCertificate::make(), [](const auto&, auto&) {});
  auto with = options(server.url());
  with.ca_file = "/no/such/ca.pem";
  const auto list = client(with)->get_favorites(token());
  ASSERT_FALSE(list);
  EXPECT_EQ(list.error().code, ErrorCode::kTls);
  EXPECT_THAT(list.error().message, HasSubstr("/no/such/ca.pem"));
}

TEST(HttpPartnerClient, UrlOrProxyThatCannotBeUsedIsRefusedAtOnce) {
  EXPECT_EQ(HttpPartnerClient::make(options("localhost:80")).error().code,
            ErrorCode::kInvalidArgument);
  auto with = options("http://localhost");
  with.proxy = "https://proxy:1";
  EXPECT_EQ(HttpPartnerReader::make(with).error().code, ErrorCode::kInvalidArgument);
}

TEST(HttpPartnerClient, ProxyIsAskedForTheWholeUrl) {
  std::string target;
  const HttpServer proxy([&](const auto& request, auto&) { target = request.target; });
  auto with = options("http://partner.invalid/v1");
  with.proxy = proxy.url();
  ASSERT_TRUE(client(with)->get_favorites(token()));
  EXPECT_EQ(target, "http://partner.invalid:80/v1/getUserFavorites");
}

}  // namespace
}  // namespace favsync
