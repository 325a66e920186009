#include "wire/auth_scheme.h"

#include <gmock/gmock.h>

namespace favsync {
namespace {

using ::testing::HasSubstr;

AuthScheme scheme(std::string_view text) {
  return parse_auth_scheme(text).value();
}
UserToken token(std::string text) {
  return UserToken::make(std::move(text)).value();
}

using Headers = std::vector<HeaderView>;

std::optional<std::string> placed_and_found(const AuthScheme& by, const UserToken& secret) {
  const TokenPlacement placement = place_token(by, secret);
  Headers headers = {{"Host", "localhost"}};
  if (!placement.header_name.empty()) {
    headers.emplace_back(placement.header_name, placement.header_value);
  }
  const std::string query = placement.query_name.empty()
                                ? ""
                                : "v=1&" + placement.query_name + "=" + placement.query_value;
  return find_token(by, headers, query);
}

TEST(AuthScheme, ComesBackFromItsText) {
  for (const char* text : {"bearer", "basic", "header:X-User", "query:user_token", "cookie:sid"}) {
    EXPECT_EQ(to_string(scheme(text)), text);
  }
  EXPECT_EQ(scheme("header:X-User").name, "X-User");
}

TEST(AuthScheme, RefusesWhatIsNone) {
  for (const char* text : {"", "Bearer", "bearer:", "bearer:x", "basic:", "header", "header:",
                           "header:X User", "header:X:Y", "query:a=b", "cookie:a;b", "digest"}) {
    const auto parsed = parse_auth_scheme(text);
    ASSERT_FALSE(parsed) << text;
    EXPECT_EQ(parsed.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(parsed.error().message, HasSubstr("auth scheme \"" + std::string(text) + "\": "));
  }
}

TEST(AuthScheme, SaysWhatWasMeant) {
  EXPECT_EQ(
      parse_auth_scheme("baerer").error().message,
      "auth scheme \"baerer\": expected bearer, basic, header:NAME, query:NAME or cookie:NAME; "
      "did you mean \"bearer\"? (§1.1)");
  EXPECT_THAT(parse_auth_scheme("querry:t").error().message, HasSubstr("did you mean \"query\"?"));
}

TEST(AuthScheme, PlacesTheTokenInEachWay) {
  const UserToken secret = token("a+b;c d");
  EXPECT_EQ(place_token(scheme("bearer"), secret).header_value, "Bearer a+b;c d");
  EXPECT_EQ(place_token(scheme("basic"), secret).header_value, "Basic YStiO2MgZDo=");
  EXPECT_EQ(place_token(scheme("header:X-User"), secret).header_name, "X-User");
  EXPECT_EQ(place_token(scheme("header:X-User"), secret).header_value, "a+b;c d");
  EXPECT_EQ(place_token(scheme("cookie:sid"), secret).header_name, "Cookie");
  EXPECT_EQ(place_token(scheme("cookie:sid"), secret).header_value, "sid=a+b%3Bc%20d");
  const TokenPlacement query = place_token(scheme("query:user&token"), secret);
  EXPECT_EQ(query.query_name, "user%26token");
  EXPECT_EQ(query.query_value, "a%2Bb%3Bc%20d");
  EXPECT_EQ(query.header_name, "");
}

TEST(AuthScheme, FindsWhatItPlaced) {
  for (const char* by :
       {"bearer", "basic", "header:X-User", "query:user_token", "query:a&b", "cookie:sid"}) {
    for (const char* text : {"alice-token", "a", "user:pass:word", "x y", "a+b/c==", "%41", "100%",
                             "a;b,c\"d\\e", "!#$&'()*<=>?@[]^`{|}~"}) {
      EXPECT_EQ(placed_and_found(scheme(by), token(text)), text) << by;
    }
  }
}

TEST(FindToken, NamesMatchInAnyCaseTheTokenExactly) {
  EXPECT_EQ(find_token({}, Headers{{"AUTHORIZATION", "bEARER  Abc "}}, ""), "Abc");
  EXPECT_EQ(find_token(scheme("header:X-User"), Headers{{"x-uSER", "Abc"}}, ""), "Abc");
  EXPECT_EQ(find_token(scheme("basic"), Headers{{"authorization", "BASIC dTpw"}}, ""), "u:p");
}

TEST(FindToken, WhatIsNoCredentialCarriesNone) {
  for (const char* value :
       {"", "Bearer", "Bearer ", "Bearer\tabc", "Bearerabc", "Basic dTpw", "abc", "Token abc"}) {
    EXPECT_EQ(find_token({}, Headers{{"Authorization", value}}, ""), std::nullopt) << value;
  }
  for (const char* value : {"Basic dTp", "Basic ????", "Basic YWJj", "Basic Og==", "Bearer dTpw"}) {
    EXPECT_EQ(find_token(scheme("basic"), Headers{{"Authorization", value}}, ""), std::nullopt);
  }
  EXPECT_EQ(find_token({}, Headers{}, "access_token=abc"), std::nullopt);
}

TEST(FindToken, TwoThatDifferCarryNone) {
  const Headers same = {{"Authorization", "Bearer a"}, {"authorization", "Bearer a"}};
  const Headers other = {{"Authorization", "Bearer a"}, {"Authorization", "Bearer b"}};
  const Headers foreign = {{"Authorization", "Bearer a"}, {"Authorization", "Basic dTpw"}};
  EXPECT_EQ(find_token({}, same, ""), "a");
  EXPECT_EQ(find_token({}, other, ""), std::nullopt);
  EXPECT_EQ(find_token({}, foreign, ""), std::nullopt);
  EXPECT_EQ(find_token(scheme("query:t"), {}, "t=a&t=%61"), "a");
  EXPECT_EQ(find_token(scheme("query:t"), {}, "t=a&t=b"), std::nullopt);
  EXPECT_EQ(find_token(scheme("cookie:t"), Headers{{"Cookie", "t=a"}, {"Cookie", "t=b"}}, ""),
            std::nullopt);
}

TEST(FindToken, ReadsOneParameterAmongOthers) {
  const AuthScheme by = scheme("query:t");
  EXPECT_EQ(find_token(by, {}, "a=1&&t=x%20y&b"), "x y");
  EXPECT_EQ(find_token(by, {}, "%74=x+y"), "x y");
  for (const char* query : {"", "t", "t=", "T=x", "tt=x", "a=t=x", "t=%zz", "t=%"}) {
    EXPECT_EQ(find_token(by, {}, query), std::nullopt) << query;
  }
}

TEST(FindToken, ReadsOneCookieAmongOthers) {
  const AuthScheme by = scheme("cookie:sid");
  EXPECT_EQ(find_token(by, Headers{{"Cookie", "a=1; sid=x%3By;sidx=2"}}, ""), "x;y");
  EXPECT_EQ(find_token(by, Headers{{"Cookie", "sid=100%"}}, ""), "100%");
  for (const char* cookies : {"", ";", "SID=x", "xsid=1", "sid", "sid="}) {
    EXPECT_EQ(find_token(by, Headers{{"Cookie", cookies}}, ""), std::nullopt) << cookies;
  }
}

}  // namespace
}  // namespace favsync
