#include "sync_engine/base_url.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace favsync {
namespace {

using ::testing::HasSubstr;

TEST(BaseUrl, SchemeHostPortAndPathAreRead) {
  const auto url = parse_base_url("HTTPS://API.partner.example:8443/v2/fav/").value();
  EXPECT_TRUE(url.is_tls);
  EXPECT_EQ(url.host, "api.partner.example");
  EXPECT_EQ(url.port, 8443);
  EXPECT_EQ(url.path, "/v2/fav");
  EXPECT_EQ(url.to_string(), "https://api.partner.example:8443/v2/fav");
}

TEST(BaseUrl, PortIsTheSchemesOwnWhereNoneIsNamed) {
  EXPECT_EQ(parse_base_url("http://localhost").value().port, 80);
  EXPECT_EQ(parse_base_url("https://localhost/").value().port, 443);
  EXPECT_EQ(parse_base_url("https://localhost:443/").value().to_string(), "https://localhost");
  EXPECT_EQ(parse_base_url("http://localhost:").value().port, 80);
}

TEST(BaseUrl, Ipv6AddressStandsInBrackets) {
  const auto url = parse_base_url("http://[::1]:8080/x").value();
  EXPECT_EQ(url.host, "::1");
  EXPECT_EQ(url.to_string(), "http://[::1]:8080/x");
  EXPECT_TRUE(url.is_loopback());
}

TEST(BaseUrl, WhatIsNoUsableUrlIsRefused) {
  for (const char* text :
       {"", "localhost:8080", "ftp://host", "http://", "http:///path", "http://host:0",
        "http://host:65536", "http://host:-1", "http://host:8o", "http://ho st", "http://host/a b",
        "http://host/\r\nX: y", "http://host?token=x", "http://host/#a", "http://[::1", "http://[]",
        "http://h\xc3\xb6st", "http://host:80:90"}) {
    const auto url = parse_base_url(text);
    ASSERT_FALSE(url) << text;
    EXPECT_EQ(url.error().code, ErrorCode::kInvalidArgument) << text;
    EXPECT_THAT(url.error().message, HasSubstr("expected http://HOST")) << text;
  }
}

TEST(BaseUrl, PasswordInTheUrlIsRefusedAndNotRepeated) {
  const auto url = parse_base_url("http://alice:secret@host/");
  ASSERT_FALSE(url);
  EXPECT_THAT(url.error().message, ::testing::Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace favsync
