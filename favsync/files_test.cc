#include "favsync/files.h"

#include <gmock/gmock.h>
#include <sys/stat.h>

#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using testing::HasSubstr;

TEST(Files, WhatIsWrittenIsRead) {
  const TemporaryFolder folder;
  const std::string content(200'000, '\0');
  ASSERT_TRUE(write_file(folder.file("f"), "before"));
  ASSERT_TRUE(write_file(folder.file("f"), content));
  EXPECT_EQ(*read_file(folder.file("f")), content);
}

TEST(Files, NewFileHasItsModeAndIsNotOverwritten) {
  const TemporaryFolder folder;
  ASSERT_TRUE(write_new_file(folder.file("f"), "one", 0600));
  struct stat found {};
  ASSERT_EQ(::stat(folder.file("f").c_str(), &found), 0);
  EXPECT_EQ(found.st_mode & 0777, 0600u);
  const auto again = write_new_file(folder.file("f"), "two", 0600);
  ASSERT_FALSE(again);
  EXPECT_THAT(again.error().message, HasSubstr("cannot be written: File exists"));
  EXPECT_EQ(*read_file(folder.file("f")), "one");
}

TEST(Files, ThatCannotBeReachedAreTold) {
  const TemporaryFolder folder;
  EXPECT_EQ(read_file(folder.file("none")).error().code, ErrorCode::kNotFound);
  EXPECT_THAT(read_file(folder.file(".")).error().message, HasSubstr("cannot be read: Is a dir"));
  EXPECT_THAT(write_file(folder.file("none/f"), "").error().message,
              HasSubstr("none/f: cannot be written: No such file"));
  EXPECT_FALSE(expect_writable(folder.file("none/f")));
  EXPECT_FALSE(expect_writable(folder.file(".")));
  EXPECT_TRUE(expect_writable(folder.file("f")));
  EXPECT_FALSE(read_file(folder.file("f"))) << "expect_writable made the file";
}

}  // namespace
}  // namespace favsync
