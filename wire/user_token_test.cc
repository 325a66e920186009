#include "wire/user_token.h"

#include <gmock/gmock.h>

#include "wire/text_encoding.h"

namespace favsync {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

UserToken token(std::string text) {
  return UserToken::make(std::move(text)).value();
}

TEST(UserToken, KeepsItsTextExactly) {
  EXPECT_EQ(token("Alice|42:x y==").reveal(), "Alice|42:x y==");
  EXPECT_NE(token("alice"), token("Alice"));
  EXPECT_TRUE(UserToken::make(std::string(8192, 'x')));
}

TEST(UserToken, RefusesWhatCouldBreakARequestAndDoesNotShowIt) {
  using namespace std::string_literals;
  for (const std::string& bad :
       {""s, "secret\r\nX: y"s, "secret\n"s, "secret\0x"s, "secret\x7f"s, "secr\xc3\xa9t"s,
        " secret"s, "secret "s, "\tsecret"s, std::string(8193, 's')}) {
    const auto made = UserToken::make(bad);
    ASSERT_FALSE(made) << bad;
    EXPECT_EQ(made.error().code, ErrorCode::kInvalidArgument);
    EXPECT_THAT(made.error().message, Not(HasSubstr("secr")));
    EXPECT_THAT(made.error().message, HasSubstr("§1.1"));
  }
}

TEST(UserToken, SaysWhichByteIsWrong) {
  EXPECT_THAT(UserToken::make("ab\rc").error().message, HasSubstr("byte 0x0d at position 2"));
}

TEST(UserToken, FingerprintIsTheStartOfItsSha256) {
  // From `printf alice-token | sha256sum`.
  EXPECT_EQ(token("alice-token").fingerprint(), "token:9c220f20");
  EXPECT_NE(token("alice-token").fingerprint(), token("alice-token2").fingerprint());
}

TEST(Redact, ReplacesEverySpellingOfTheToken) {
  const UserToken secret = token("s3cr+t/\"x y\":z%");
  const std::string mark = "<" + secret.fingerprint() + ">";
  EXPECT_EQ(redact("Bearer " + secret.reveal() + ", twice " + secret.reveal(), secret),
            "Bearer " + mark + ", twice " + mark);
  EXPECT_EQ(redact("?t=" + percent_encode(secret.reveal()) + "&n=1", secret),
            "?t=" + mark + "&n=1");
  EXPECT_EQ(redact("?t=s3cr%2bt/%22x+y%22:z%25", secret), "?t=" + mark);
  EXPECT_EQ(redact("Basic " + base64_encode(secret.reveal()) + ";", secret), "Basic " + mark + ";");
  EXPECT_EQ(redact(R"({"a":"s3cr+t\/\"x y\":z%"})", secret), R"({"a":")" + mark + R"("})");
}

TEST(Redact, FindsBasicCredentialsWithoutPassword) {
  const UserToken secret = token("alice");
  EXPECT_EQ(redact("Basic YWxpY2U6", secret), "Basic <" + secret.fingerprint() + ">");
}

TEST(Redact, LeavesOtherTextAsItIs) {
  const std::string text = "GET /getUserFavorites?x=%zz%2 100%\\\"\\u0041";
  EXPECT_EQ(redact(text, token("alice-token")), text);
  EXPECT_EQ(redact("", token("alice-token")), "");
  EXPECT_EQ(redact("alice-toke", token("alice-token")), "alice-toke");
}

}  // namespace
}  // namespace favsync
