#include "contract_tests/checks/tokens.h"

#include <algorithm>
#include <random>

namespace favsync::contract {
namespace {

bool is_lower(char c) {
  return c >= 'a' && c <= 'z';
}
bool is_upper(char c) {
  return c >= 'A' && c <= 'Z';
}
bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

// Another character of the same kind; punctuation stays, so that dots and colons keep their places.
char replace(char c, std::mt19937_64& random) {
  const auto pick = [&](char first, int count, char old) {
    const int step = 1 + static_cast<int>(random() % static_cast<unsigned>(count - 1));
    return static_cast<char>(first + (old - first + step) % count);
  };
  if (is_lower(c)) return pick('a', 26, c);
  if (is_upper(c)) return pick('A', 26, c);
  if (is_digit(c)) return pick('0', 10, c);
  return c;
}

std::string swap_case(std::string text) {
  for (char& c : text) {
    if (is_lower(c)) {
      c = static_cast<char>(c - 'a' + 'A');
    } else if (is_upper(c)) {
      c = static_cast<char>(c - 'A' + 'a');
    }
  }
  return text;
}

// Adds the token unless it is one that was given to the run, or no token at all.
void add(std::vector<TokenVariant>& list, std::string name, std::string how, std::string text,
         const Options& options) {
  auto token = UserToken::make(std::move(text));
  if (!token) return;
  for (const auto* given : {&options.token, &options.other_token, &options.same_user_token,
                            &options.expired_token, &options.empty_token}) {
    if (*given && **given == *token) return;
  }
  list.push_back({std::move(how), std::move(*token), std::move(name)});
}

}  // namespace

std::vector<TokenVariant> unknown_tokens(const UserToken& valid, const Options& options) {
  std::mt19937_64 random(options.seed);
  std::vector<TokenVariant> list;
  std::string alike = valid.reveal();
  for (char& c : alike) c = replace(c, random);
  add(list, "alike", "with a token that was never issued", std::move(alike), options);
  add(list, "short", "with a short token that was never issued", "favsync-nobody", options);
  return list;
}

std::vector<TokenVariant> similar_tokens(const UserToken& valid, const Options& options) {
  const std::string& text = valid.reveal();
  std::mt19937_64 random(options.seed + 1);
  std::vector<TokenVariant> list;
  add(list, "other-case", "with the token in the other case", swap_case(text), options);
  add(list, "shortened", "with the token without its last character",
      text.substr(0, text.size() - 1), options);
  add(list, "lengthened", "with the token and one more character", text + "x", options);
  std::string middle = text;
  middle[middle.size() / 2] = replace(middle[middle.size() / 2], random);
  add(list, "one-changed", "with one character of the token changed", std::move(middle), options);
  if (text.size() > 8) {
    std::string tail = text;
    std::for_each(tail.begin() + static_cast<std::ptrdiff_t>(std::min<std::size_t>(
                                     tail.size() - 2, std::max<std::size_t>(8, tail.size() / 2))),
                  tail.end(), [&](char& c) { c = replace(c, random); });
    add(list, "begins-alike", "with a token that only begins alike", std::move(tail), options);
  }
  std::string plain;
  for (const char c : text) {
    if (is_lower(c) || is_upper(c) || is_digit(c)) plain += c;
  }
  if (plain != text)
    add(list, "unpunctuated", "with the token without its punctuation", plain, options);
  if (std::count(text.begin(), text.end(), '.') != 2) {
    // Not where the end is a signature in Base64, whose last character has bits that do not count.
    std::string last = text;
    last.back() = '_';
    add(list, "underscore", "with '_' in place of the token's last character", std::move(last),
        options);
  }
  add(list, "undefined", "with \"undefined\" as the token", "undefined", options);
  return list;
}

std::vector<NamedToken> forged_tokens(const Options& options) {
  std::vector<NamedToken> forged;
  if (!options.token) return forged;
  for (const auto& variants :
       {unknown_tokens(*options.token, options), similar_tokens(*options.token, options)}) {
    for (const auto& variant : variants) {
      if (variant.name == "short" || variant.name == "undefined") continue;
      forged.push_back({"first." + variant.name, variant.token});
    }
  }
  return forged;
}

}  // namespace favsync::contract
