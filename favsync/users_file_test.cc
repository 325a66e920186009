#include "favsync/users_file.h"

#include <cstdlib>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace favsync {
namespace {

using ::testing::AllOf;
using ::testing::HasSubstr;
using ::testing::Not;

constexpr const char* kUrl = "https://api.a.example";

std::string refusal(std::string_view text, std::string_view url = kUrl) {
  const auto users = parse_users(text, url);
  return users ? "taken" : users.error().message;
}

TEST(UsersFile, LinesAreReadWithCommentsAndAUrlOfTheirOwn) {
  const auto file = parse_users(
      "# name,token,url\n\nalice, alice-token\r\nbob,bob-token,https://b.example:443/v2/\n", kUrl);
  ASSERT_TRUE(file) << file.error().message;
  ASSERT_EQ(file->users.size(), 2u);
  EXPECT_EQ(file->users[0].name, "alice");
  EXPECT_EQ(file->users[0].token.reveal(), "alice-token");
  EXPECT_EQ(file->users[0].url, kUrl);
  EXPECT_EQ(file->users[1].url, "https://b.example/v2");
}

TEST(UsersFile, JsonSaysTheSame) {
  const auto file = parse_users(
      R"({"users":[{"name":"alice","token":"a,b"},{"name":"bob","token":"t","url":"http://b"}]})",
      kUrl);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->users[0].token.reveal(), "a,b");
  EXPECT_EQ(file->users[1].url, "http://b");
}

TEST(UsersFile, TokenFromTheEnvironmentRemembersItsSource) {
  ::setenv("FAVSYNC_USERS_FILE_TEST", "secret", 1);
  const auto file = parse_users("alice,env:FAVSYNC_USERS_FILE_TEST\nbob,literal\n", kUrl);
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_EQ(file->users[0].token.reveal(), "secret");
  EXPECT_EQ(file->token_sources.at("alice"), "env:FAVSYNC_USERS_FILE_TEST");
  EXPECT_EQ(file->token_sources.count("bob"), 0u);
}

TEST(UsersFile, SlipsAreRefusedWithTheirPlace) {
  EXPECT_THAT(refusal("alice\n"), HasSubstr("line 1: expected name,token or name,token,url, got"));
  EXPECT_THAT(refusal("#\na,t,http://x,y\n"), HasSubstr("line 2: expected name,token"));
  EXPECT_THAT(refusal("a,t\na,u\n"), AllOf(HasSubstr("line 2: name \"a\" stands already at line 1"),
                                           HasSubstr("\"a@partner\"")));
  EXPECT_THAT(refusal(",t\n"), HasSubstr("line 1: name: expected 1 to 200 bytes"));
  EXPECT_THAT(refusal("a,t\n", ""), HasSubstr("line 1: url: expected one for this user"));
  EXPECT_THAT(refusal("a,t,ftp://x\n"), HasSubstr("line 1: "));
  EXPECT_THAT(refusal("a,env:NO_SUCH_VARIABLE_AT_ALL\n"), HasSubstr("line 1: token env:"));
  EXPECT_THAT(refusal("# nobody\n"), HasSubstr("expected at least one user"));
  EXPECT_THAT(refusal(""), HasSubstr("expected at least one user"));
}

TEST(UsersFile, JsonIsStrict) {
  EXPECT_THAT(refusal(R"({"users":[{"name":"a","tokn":"t"}]})"),
              AllOf(HasSubstr("users[0]"), HasSubstr("token")));
  EXPECT_THAT(refusal(R"({"users":[{"name":"a","token":"t","token":"u"}]})"), Not("taken"));
  EXPECT_THAT(refusal(R"({"users":[{"name":"a","token":42424242}]})"),
              AllOf(HasSubstr("users[0].token: expected a string"), Not(HasSubstr("42424242"))));
  EXPECT_THAT(refusal(R"({"users":[)"), Not("taken"));
  EXPECT_THAT(refusal(R"({"users":{}})"), HasSubstr("users"));
}

TEST(UsersFile, NoMessageHoldsAToken) {
  EXPECT_THAT(refusal("a,secret-token,nonsense\n"), Not(HasSubstr("secret-token")));
  EXPECT_THAT(refusal("a,secret\x01token\n"), Not(HasSubstr("secret")));
}

TEST(TokenSources, NewTokenInTheSourceIsTakenAndTheRefusedOneIsNot) {
  ::setenv("FAVSYNC_USERS_FILE_TEST", "old", 1);
  TokenSources sources;
  sources.replace({{"alice", "env:FAVSYNC_USERS_FILE_TEST"}});
  const auto old_token = UserToken::make("old").value();
  EXPECT_THAT(sources.refresh("alice", old_token).error().message, HasSubstr("sign in again"));
  ::setenv("FAVSYNC_USERS_FILE_TEST", "new", 1);
  EXPECT_EQ(sources.refresh("alice", old_token)->reveal(), "new");
  EXPECT_EQ(sources.refresh("bob", old_token).error().code, ErrorCode::kUnauthorized);
}

}  // namespace
}  // namespace favsync
