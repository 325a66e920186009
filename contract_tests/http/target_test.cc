#include "contract_tests/http/target.h"

#include <ostream>

#include <gmock/gmock.h>

namespace favsync::contract {
namespace {

using testing::HasSubstr;

TEST(Target, PlainUrlHasTheSchemesPort) {
  const auto target = Target::parse("http://partner.example");
  ASSERT_TRUE(target);
  EXPECT_FALSE(target->tls);
  EXPECT_EQ(target->host, "partner.example");
  EXPECT_EQ(target->port, 80);
  EXPECT_EQ(target->base_path, "");
  EXPECT_EQ(target->authority(), "partner.example");
  EXPECT_EQ(target->origin(), "http://partner.example:80");
}

TEST(Target, SecureUrlHasPortAndBase) {
  const auto target = Target::parse("https://partner.example:8443/api/v1/");
  ASSERT_TRUE(target);
  EXPECT_TRUE(target->tls);
  EXPECT_EQ(target->port, 8443);
  EXPECT_EQ(target->base_path, "/api/v1");
  EXPECT_EQ(target->authority(), "partner.example:8443");
  EXPECT_EQ(Target::parse("https://partner.example")->port, 443);
}

TEST(Target, AddressOfTheNewKindKeepsItsBracketsWhereShown) {
  const auto target = Target::parse("http://[::1]:8080/api");
  ASSERT_TRUE(target);
  EXPECT_EQ(target->host, "::1");
  EXPECT_EQ(target->authority(), "[::1]:8080");
  EXPECT_EQ(target->origin(), "http://[::1]:8080");
  EXPECT_EQ(Target::parse("http://[::1]")->port, 80);
}

TEST(Target, WholeEndpointIsTakenForItsBase) {
  EXPECT_EQ(Target::parse("http://h/api/getUserFavorites")->base_path, "/api");
  EXPECT_EQ(Target::parse("http://h/postUserFavorites/")->base_path, "");
}

struct BadUrl {
  const char* url;
  const char* says;
};

void PrintTo(const BadUrl& bad, std::ostream* out) {
  *out << bad.url;
}

class TargetRefuses : public testing::TestWithParam<BadUrl> {};

TEST_P(TargetRefuses, AndSaysWhichPart) {
  const auto target = Target::parse(GetParam().url);
  ASSERT_FALSE(target);
  EXPECT_EQ(target.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(target.error().message, HasSubstr(GetParam().says));
}

INSTANTIATE_TEST_SUITE_P(
    Urls, TargetRefuses,
    testing::Values(
        BadUrl{"", "expected http://host[:port][/base]"},
        BadUrl{"partner.example", "expected http://host[:port][/base]"},
        BadUrl{"ftp://partner.example", "ftp://partner.example"},
        BadUrl{"http://", "the host is missing"}, BadUrl{"http://:80", "the host is missing"},
        BadUrl{"http:///api", "the host is missing"},
        BadUrl{"http://h:", "expected a port after ':'"},
        BadUrl{"http://h:0", "port \"0\": expected 1..65535"},
        BadUrl{"http://h:65536", "port \"65536\": expected 1..65535"},
        BadUrl{"http://h:8o", "port \"8o\""}, BadUrl{"http://[::1", "'[' without ']'"},
        BadUrl{"http://[::1]8080", "expected ':' and a port after ']'"},
        BadUrl{"http://ann:secret@h", "no user information"},
        BadUrl{"http://h/api?token=x", "no query"}, BadUrl{"http://h/api#top", "no fragment"},
        BadUrl{"http://h/a b", "must be escaped"}, BadUrl{"http://h/a\r\nX: y", "must be escaped"},
        BadUrl{"http://h\xc3\xa9", "must be escaped"}));

TEST(Target, ErrorsHoldNoPassword) {
  EXPECT_THAT(Target::parse("http://ann:secret@h").error().message,
              testing::Not(HasSubstr("secret")));
  EXPECT_THAT(Target::parse("http://h/?token=secret").error().message,
              testing::Not(HasSubstr("secret")));
}

TEST(Target, ResolveAppliesToItsHostAndPortAlone) {
  Target target = *Target::parse("https://partner.example");
  ASSERT_TRUE(apply_resolve(target, "other.example:443:10.0.0.1"));
  ASSERT_TRUE(apply_resolve(target, "partner.example:80:10.0.0.1"));
  EXPECT_EQ(target.connect_to, "");
  ASSERT_TRUE(apply_resolve(target, "partner.example:443:127.0.0.1"));
  EXPECT_EQ(target.connect_to, "127.0.0.1");
  ASSERT_TRUE(apply_resolve(target, "partner.example:443:[::1]"));
  EXPECT_EQ(target.connect_to, "::1");
}

TEST(Target, ResolveOfAnotherFormIsRefused) {
  Target target = *Target::parse("https://partner.example");
  for (const char* text : {"", "partner.example", "partner.example:443",
                           "partner.example:443:", "partner.example:x:10.0.0.1"}) {
    EXPECT_FALSE(apply_resolve(target, text)) << text;
  }
}

TEST(Target, ProxyIsAPlainHostAndPort) {
  Target target = *Target::parse("https://partner.example");
  ASSERT_TRUE(apply_proxy(target, "http://proxy.example:3128"));
  EXPECT_EQ(target.proxy_host, "proxy.example");
  EXPECT_EQ(target.proxy_port, 3128);
  for (const char* url : {"proxy.example:3128", "https://proxy.example", "http://proxy/path"}) {
    const auto status = apply_proxy(target, url);
    ASSERT_FALSE(status) << url;
    EXPECT_THAT(status.error().message, HasSubstr("expected http://host:port"));
  }
}

}  // namespace
}  // namespace favsync::contract
