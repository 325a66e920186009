#include "wire/text_encoding.h"

#include <gtest/gtest.h>

namespace favsync {
namespace {

TEST(Base64, GivesTheVectorsOfRfc4648) {
  const std::pair<std::string, std::string> vectors[] = {{"", ""},
                                                         {"f", "Zg=="},
                                                         {"fo", "Zm8="},
                                                         {"foo", "Zm9v"},
                                                         {"foob", "Zm9vYg=="},
                                                         {"fooba", "Zm9vYmE="},
                                                         {"foobar", "Zm9vYmFy"}};
  for (const auto& [bytes, text] : vectors) {
    EXPECT_EQ(base64_encode(bytes), text);
    EXPECT_EQ(base64_decode(text), bytes);
  }
}

TEST(Base64, EveryByteComesBack) {
  std::string bytes;
  for (int i = 0; i < 256; ++i) bytes += static_cast<char>(i);
  EXPECT_EQ(base64_decode(base64_encode(bytes)), bytes);
}

TEST(Base64, RefusesWhatHasAnotherSpelling) {
  for (const char* text : {"Z", "Zg", "Zg=", "Zh==", "Zm9=", "Z===", "====", "Zg==Zg==", " Zg==",
                           "Zg==\n", "Zm-v", "Zm_v", "Zm9v=", "Z=9v"}) {
    EXPECT_FALSE(base64_decode(text)) << text;
  }
}

TEST(PercentEncoding, EncodesAllButTheUnreserved) {
  EXPECT_EQ(percent_encode("aZ09-._~"), "aZ09-._~");
  EXPECT_EQ(percent_encode("a b+c/\xff%"), "a%20b%2Bc%2F%FF%25");
}

TEST(PercentEncoding, DecodesEitherCaseAndReadsPlusAsAsked) {
  EXPECT_EQ(percent_decode("%2b%2B+", PlusSign::kItself), "+++");
  EXPECT_EQ(percent_decode("%2b%2B+", PlusSign::kSpace), "++ ");
}

TEST(PercentEncoding, RefusesABrokenEscape) {
  for (const char* text : {"%", "%2", "%2g", "a%zz", "%%20"}) {
    EXPECT_FALSE(percent_decode(text, PlusSign::kItself)) << text;
  }
}

}  // namespace
}  // namespace favsync
