#include "wire/favorites_codec.h"

#include <gmock/gmock.h>

#include <string>
#include <thread>

#include "wire/test_fixtures.h"

namespace favsync {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Timestamp at(std::string_view text) {
  return parse_timestamp(text).value().instant;
}

std::string element(std::string_view item, std::string_view date, std::string_view action) {
  std::string out = R"({"item":")";
  out.append(item).append(R"(","actionDate":")").append(date);
  return out.append(R"(","action":")").append(action).append(R"("})");
}

const std::string kGood = element("a", "2017-05-02T10:45:12.798Z", "ADD");

TEST(Codec, ReadsTheArticlesLists) {
  const auto shown = parse_favorites(read_fixture("article/get_user_favorites.json"));
  ASSERT_TRUE(shown) << shown.error().message;
  EXPECT_THAT(
      *shown,
      ElementsAre(Favorite{"session_21982", Action::kAdd, at("2017-05-02T10:45:12.798Z")},
                  Favorite{"session_114582", Action::kDelete, at("2017-05-03T12:15:00.128Z")}));
  const auto posted = parse_favorites(read_fixture("article/post_user_favorites.json"));
  ASSERT_TRUE(posted) << posted.error().message;
  EXPECT_EQ(posted->at(0).action, Action::kDelete);
  EXPECT_EQ(posted->at(1).action, Action::kAdd);
}

TEST(Codec, PrintsTheArticlesListWithoutBlanks) {
  const auto list = parse_favorites(read_fixture("article/get_user_favorites.json"));
  ASSERT_TRUE(list);
  EXPECT_EQ(
      print_favorites(*list),
      R"([{"item":"session_21982","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"},)"
      R"({"item":"session_114582","actionDate":"2017-05-03T12:15:00.128Z","action":"DELETE"}])");
}

TEST(Codec, PrintsAnEmptyList) {
  EXPECT_EQ(print_favorites({}), "[]");
}

TEST(Codec, AppendsToWhatIsThere) {
  std::string out = "body: ";
  append_favorites(out, {});
  EXPECT_EQ(out, "body: []");
}

TEST(Codec, EscapesInItemsComeBackByteForByte) {
  std::string item;
  for (char c = 0; c < 127; ++c) item += c;
  item += "\x7f\u00e9\u2028\U0001f600";
  const std::vector<Favorite> list = {{item, Action::kAdd, {}}, {"\"", Action::kDelete, {}}};
  const auto read = parse_favorites(print_favorites(list));
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(*read, list);
}

TEST(Codec, AnEscapeIsFoundAtEveryPositionOfAnItem) {
  for (std::size_t length = 1; length < 40; ++length) {
    for (std::size_t i = 0; i < length; ++i) {
      for (const char special : {'"', '\\', '\n', '\x1f', '\0'}) {
        std::string item(length, '\x20');
        item[i] = special;
        const std::vector<Favorite> list = {{item, Action::kAdd, {}}};
        const auto read = parse_favorites(print_favorites(list));
        ASSERT_TRUE(read) << length << ' ' << i;
        ASSERT_EQ(read->at(0).item, item);
      }
    }
  }
}

TEST(Codec, ItemsLongerThanAnyBufferComeBack) {
  for (const std::size_t length : {16'200u, 16'383u, 16'384u, 16'385u, 1'000'000u}) {
    const std::vector<Favorite> list = {{"first", Action::kAdd, {}},
                                        {std::string(length, 'x'), Action::kDelete, {}},
                                        {"last", Action::kAdd, {}}};
    const auto read = parse_favorites(print_favorites(list));
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(*read, list);
  }
}

TEST(Codec, LimitsHoldAtTheirExactValue) {
  const std::string body = "[" + kGood + "," + kGood + "]";
  EXPECT_TRUE(parse_favorites(body, {body.size(), 2, 2}));
  const auto longer = parse_favorites(body, {body.size() - 1, 2, 2});
  ASSERT_FALSE(longer);
  EXPECT_EQ(longer.error().code, ErrorCode::kLimitExceeded);
  EXPECT_THAT(longer.error().message, HasSubstr("max_body_bytes"));
  const auto more = parse_favorites(body, {body.size(), 1, 2});
  ASSERT_FALSE(more);
  EXPECT_EQ(more.error().message, "body: more than 1 elements (max_items)");
  const auto deeper = parse_favorites(body, {body.size(), 2, 1});
  ASSERT_FALSE(deeper);
  EXPECT_EQ(deeper.error().message, "[0]: nested deeper than 1 levels (max_depth)");
}

TEST(Codec, ABadElementRefusesAllStrictlyAndItselfLeniently) {
  const std::string body =
      "[" + kGood + ",7," + element("b", "2017-05-03T00:00:00Z", "DELETE") + "]";
  const auto strict = parse_favorites(body);
  ASSERT_FALSE(strict);
  EXPECT_THAT(strict.error().message, HasSubstr("[1]: expected an object"));
  const auto lenient = parse_favorites_leniently(body);
  ASSERT_TRUE(lenient) << lenient.error().message;
  EXPECT_THAT(lenient->favorites, SizeIs(2));
  ASSERT_THAT(lenient->skipped, SizeIs(1));
  EXPECT_EQ(lenient->skipped[0].index, 1u);
  EXPECT_EQ(lenient->skipped[0].message, strict.error().message);
  EXPECT_THAT(lenient->warnings, IsEmpty());
}

TEST(Codec, LenientReadingConvertsAnOffsetAndSaysSo) {
  const auto read =
      parse_favorites_leniently("[" + element("a", "2017-05-02T12:45:12+02:00", "ADD") + "]");
  ASSERT_TRUE(read);
  EXPECT_EQ(read->favorites.at(0).action_date, at("2017-05-02T10:45:12Z"));
  ASSERT_THAT(read->warnings, SizeIs(1));
  EXPECT_EQ(
      read->warnings[0].message,
      "[0].actionDate: expected a date-time in GMT, got \"2017-05-02T12:45:12+02:00\"; read as "
      "2017-05-02T10:45:12.000Z (§2.4)");
}

TEST(Codec, ASkippedElementMayNotHideTooDeepNesting) {
  const std::string body = R"([{"item":7,"x":[[[[1]]]]}])";
  EXPECT_TRUE(parse_favorites_leniently(body));
  const auto read = parse_favorites_leniently(body, {.max_depth = 4});
  ASSERT_FALSE(read);
  EXPECT_EQ(read.error().code, ErrorCode::kLimitExceeded);
}

TEST(Codec, AListReadAfterALongAndABrokenOneIsWhole) {
  const std::string blanks(9u << 20, ' ');
  std::string zeros = "[0";
  for (int i = 0; i < 1'000'000; ++i) zeros += ",0";
  for (const std::string& before : {blanks + "[]", zeros + "]", std::string("["), blanks}) {
    static_cast<void>(parse_favorites(before));
    const auto read = parse_favorites("[" + kGood + "]");
    ASSERT_TRUE(read) << read.error().message;
    EXPECT_EQ(read->at(0).item, "a");
  }
}

TEST(Codec, ReadsOnManyThreadsAtOnce) {
  const std::vector<Favorite> list(500, Favorite{"session_1", Action::kDelete, {}});
  const std::string body = print_favorites(list);
  std::vector<std::thread> threads;
  std::vector<int> good(4, 0);
  for (int& count : good) {
    threads.emplace_back([&body, &list, &count] {
      for (int i = 0; i < 50; ++i) count += parse_favorites(body) == list ? 1 : 0;
    });
  }
  for (std::thread& thread : threads) thread.join();
  EXPECT_THAT(good, ElementsAre(50, 50, 50, 50));
}

}  // namespace
}  // namespace favsync
