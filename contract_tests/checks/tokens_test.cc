#include "contract_tests/checks/tokens.h"

#include <set>

#include <gmock/gmock.h>

namespace favsync::contract {
namespace {

using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

UserToken token(std::string text) {
  return UserToken::make(std::move(text)).value();
}

Options given(const UserToken& valid, std::uint64_t seed = 1) {
  Options options;
  options.token = valid;
  options.seed = seed;
  return options;
}

// The same kind of character at each place: letters by case, digits, all others themselves.
std::string shape(std::string text) {
  for (char& c : text) {
    if (c >= 'a' && c <= 'z') c = 'a';
    if (c >= 'A' && c <= 'Z') c = 'A';
    if (c >= '0' && c <= '9') c = '0';
  }
  return text;
}

TEST(UnknownTokens, FirstIsAlikeInShapeAndDiffersEverywhere) {
  const UserToken valid = token("eyJhbGc.ab12:x-Y");
  const auto unknown = unknown_tokens(valid, given(valid));
  ASSERT_THAT(unknown, Not(IsEmpty()));
  const std::string& text = unknown.front().token.reveal();
  EXPECT_EQ(shape(text), shape(valid.reveal()));
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool letter_or_digit = std::isalnum(static_cast<unsigned char>(text[i])) != 0;
    EXPECT_EQ(text[i] != valid.reveal()[i], letter_or_digit) << i;
  }
}

TEST(UnknownTokens, ComeFromTheSeed) {
  const UserToken valid = token("alice-token");
  const auto one = unknown_tokens(valid, given(valid, 1));
  const auto same = unknown_tokens(valid, given(valid, 1));
  const auto other = unknown_tokens(valid, given(valid, 2));
  EXPECT_EQ(one.front().token, same.front().token);
  EXPECT_FALSE(one.front().token == other.front().token);
}

class SimilarTokens : public testing::TestWithParam<const char*> {};

TEST_P(SimilarTokens, AreNeverTheValidOneAndSayHow) {
  const UserToken valid = token(GetParam());
  for (std::uint64_t seed = 0; seed < 20; ++seed) {
    const auto similar = similar_tokens(valid, given(valid, seed));
    EXPECT_THAT(similar, Not(IsEmpty()));
    for (const auto& variant : similar) {
      EXPECT_FALSE(variant.token == valid) << variant.how;
      EXPECT_THAT(variant.how, Not(IsEmpty()));
    }
  }
}

INSTANTIATE_TEST_SUITE_P(OfEveryForm, SimilarTokens,
                         testing::Values("alice-token", "A", "7", "_", "%", "ab", "123456789",
                                         "user:password", "eyJhbGciOiJIUzI1NiJ9.e30.abc_", "--__--",
                                         "a b c d e f g h i"));

TEST(SimilarTokensTest, OtherCaseIsTheFirstGuess) {
  const UserToken valid = token("alice-Token");
  EXPECT_EQ(similar_tokens(valid, given(valid)).front().token.reveal(), "ALICE-tOKEN");
}

TEST(SimilarTokensTest, PrefixAndLongerOneAreTried) {
  const UserToken valid = token("alice-token");
  std::set<std::string> texts;
  for (const auto& variant : similar_tokens(valid, given(valid))) {
    texts.insert(variant.token.reveal());
  }
  EXPECT_TRUE(texts.contains("alice-toke"));
  EXPECT_TRUE(texts.contains("alice-tokenx"));
  EXPECT_TRUE(texts.contains("alicetoken"));
}

TEST(SimilarTokensTest, TokensOfTheRunAreLeftOut) {
  const UserToken valid = token("alice-token");
  Options options = given(valid);
  options.other_token = token("ALICE-TOKEN");
  options.same_user_token = token("alice-toke");
  options.empty_token = token("alice-tokenx");
  options.expired_token = token("alicetoken");
  for (const auto& variant : similar_tokens(valid, options)) {
    for (const auto* other : {&options.other_token, &options.same_user_token, &options.empty_token,
                              &options.expired_token}) {
      EXPECT_FALSE(variant.token == **other) << variant.how;
    }
  }
}

TEST(SimilarTokensTest, DigitsHaveNoOtherCase) {
  const UserToken valid = token("12345");
  for (const auto& variant : similar_tokens(valid, given(valid))) {
    EXPECT_NE(variant.how, "with the token in the other case");
  }
}

}  // namespace
}  // namespace favsync::contract
