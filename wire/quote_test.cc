#include "wire/quote.h"

#include <gtest/gtest.h>

#include "wire/utf8.h"

namespace favsync {
namespace {

TEST(Quote, EscapesWhatCouldDriveATerminal) {
  EXPECT_EQ(quoted("a\"b\\c"), R"("a\"b\\c")");
  EXPECT_EQ(quoted(std::string_view("\0\n\r\t\x1b[31m\x7f", 10)), R"("\x00\n\r\t\x1b[31m\x7f")");
  EXPECT_EQ(quoted("\u009b31m"), R"("\xc2\x9b31m")");
  EXPECT_EQ(quoted("caf\u00e9 \U0001f600"), "\"caf\u00e9 \U0001f600\"");
  EXPECT_EQ(quoted("\xff\xc3"), R"("\xff\xc3")");
}

TEST(Quote, CutsALongTextAtACharacter) {
  EXPECT_EQ(quoted("12345", 5), "\"12345\"");
  EXPECT_EQ(quoted("123456", 5), "\"12345…\" (6 bytes)");
  EXPECT_EQ(quoted("1234\u00e9", 5), "\"1234…\" (6 bytes)");
}

TEST(Utf8, TellsCharactersFromBytes) {
  EXPECT_TRUE(is_utf8("a\u00e9\u20ac\U0001f600\U0010ffff"));
  for (const char* bad :
       {"\x80", "\xc3", "\xc0\xaf", "\xc1\xbf", "\xe0\x9f\xbf", "\xed\xa0\x80", "\xf0\x8f\xbf\xbf",
        "\xf4\x90\x80\x80", "\xf5\x80\x80\x80", "\xe2\x82", "a\xff"}) {
    EXPECT_FALSE(is_utf8(bad)) << quoted(bad);
  }
}

}  // namespace
}  // namespace favsync
