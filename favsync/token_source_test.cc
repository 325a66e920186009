#include "favsync/token_source.h"

#include <unistd.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace favsync {
namespace {

using ::testing::HasSubstr;
using ::testing::Not;

class TokenFile {
 public:
  explicit TokenFile(const std::string& text) {
    std::string name = (std::filesystem::temp_directory_path() / "favsync-token-XXXXXX").string();
    ::close(::mkstemp(name.data()));
    path = name;
    std::ofstream(path, std::ios::binary) << text;
  }
  ~TokenFile() { std::filesystem::remove(path); }
  std::string path;
};

TEST(ReadToken, PlainTextIsTheToken) {
  EXPECT_EQ(read_token("alice-token")->reveal(), "alice-token");
  EXPECT_EQ(read_token("environment")->reveal(), "environment");
}

TEST(ReadToken, FirstLineOfAFileIsTheToken) {
  for (const char* text :
       {"alice-token", "alice-token\n", "alice-token\r\n", "alice-token\nmore"}) {
    const TokenFile file(text);
    EXPECT_EQ(read_token("@" + file.path)->reveal(), "alice-token") << text;
  }
}

TEST(ReadToken, EnvironmentVariableIsTheToken) {
  ::setenv("FAVSYNC_TEST_TOKEN", "alice-token", 1);
  EXPECT_EQ(read_token("env:FAVSYNC_TEST_TOKEN")->reveal(), "alice-token");
  ::unsetenv("FAVSYNC_TEST_TOKEN");
  const auto token = read_token("env:FAVSYNC_TEST_TOKEN");
  EXPECT_EQ(token.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(token.error().message, HasSubstr("FAVSYNC_TEST_TOKEN is not set"));
}

TEST(ReadToken, FileThatIsNotThereIsNamed) {
  const auto token = read_token("@/no/such/file");
  EXPECT_EQ(token.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(token.error().message, HasSubstr("@/no/such/file"));
}

TEST(ReadToken, WhatIsNoTokenIsRefusedAndNotRepeated) {
  EXPECT_EQ(read_token("").error().code, ErrorCode::kInvalidArgument);
  const TokenFile empty("\n");
  EXPECT_EQ(read_token("@" + empty.path).error().code, ErrorCode::kInvalidArgument);
  const auto token = read_token("secret\x01");
  EXPECT_EQ(token.error().code, ErrorCode::kInvalidArgument);
  EXPECT_THAT(token.error().message, Not(HasSubstr("secret")));
}

}  // namespace
}  // namespace favsync
