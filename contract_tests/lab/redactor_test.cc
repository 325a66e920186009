#include "contract_tests/lab/redactor.h"

#include <gmock/gmock.h>

#include "wire/text_encoding.h"

namespace favsync::contract {
namespace {

const std::string kSecret = "s3cret:t/k=n+1 \"&x";

Redactor redactor(std::string text = kSecret) {
  return Redactor({{"first", *UserToken::make(std::move(text))}});
}

struct Spelling {
  const char* name;
  std::string text;
};
void PrintTo(const Spelling& spelling, std::ostream* out) {
  *out << spelling.name;
}

class Spelt : public testing::TestWithParam<Spelling> {};

TEST_P(Spelt, IsReplacedWhole) {
  EXPECT_EQ(redactor().clean("a" + GetParam().text + "b"), "a<token:first>b");
  EXPECT_TRUE(redactor().finds("a" + GetParam().text + "b"));
}

INSTANTIATE_TEST_SUITE_P(
    Any, Spelt,
    testing::Values(Spelling{"AsItIs", kSecret}, Spelling{"InAUrl", percent_encode(kSecret)},
                    Spelling{"TwiceInAUrl", percent_encode(percent_encode(kSecret))},
                    Spelling{"PartlyInAUrl", "s3cret:t/k=n%2b1+%22%26x"},
                    Spelling{"InJson", R"(s3cret:t\/k=n+1 \"&x)"},
                    Spelling{"InCarefulJson", R"(s3cret:t\/k=n\u002b1 \u0022\u0026x)"},
                    Spelling{"InHtml", "s3cret:t&#x2F;k=n+1 &quot;&amp;x"},
                    Spelling{"InNumbersOfHtml", "s3cret&#58;t/k=n&#43;1 &#34;&#38;x"},
                    Spelling{"InBase64", base64_encode(kSecret)},
                    Spelling{"InBase64OfAUrl", percent_encode(base64_encode(kSecret))}),
    [](const auto& spelling) { return std::string(spelling.param.name); });

TEST(Redactor, BasicCredentialsAreFound) {
  const Redactor plain = redactor("alice-token");
  EXPECT_EQ(plain.clean("Basic " + base64_encode("alice-token:")), "Basic <token:first>");
  EXPECT_EQ(plain.clean("Basic YWxpY2UtdG9rZW46, more"), "Basic <token:first>, more");
}

TEST(Redactor, LongestWins) {
  const auto token = [](std::string text) { return *UserToken::make(std::move(text)); };
  const Redactor several({{"first", token("alice-token")},
                          {"first.shortened", token("alice-toke")},
                          {"first.lengthened", token("alice-tokenx")}});
  EXPECT_EQ(several.clean("alice-tokenx alice-token alice-toke alice-tok"),
            "<token:first.lengthened> <token:first> <token:first.shortened> alice-tok");
}

TEST(Redactor, NamesAreNotSearchedAgain) {
  const auto token = [](std::string text) { return *UserToken::make(std::move(text)); };
  const Redactor several({{"first", token("abcd")}, {"other", token("token")}});
  EXPECT_EQ(several.clean("abcd token"), "<token:first> <token:other>");
}

TEST(Redactor, LeavesTheRestAsItIs) {
  const std::string text = "Bearer s3cre % %2 \\u00 &#; &amp \xff\x01 alice";
  EXPECT_EQ(redactor().clean(text), text);
  EXPECT_FALSE(redactor().finds(text));
  EXPECT_EQ(Redactor().clean(text), text);
}

}  // namespace
}  // namespace favsync::contract
