#include <gmock/gmock.h>

#include <nlohmann/json.hpp>
#include <set>

#include "wire/favorites_codec.h"
#include "wire/test_fixtures.h"
#include "wire/text_encoding.h"

namespace favsync {
namespace {

using nlohmann::json;
using ::testing::HasSubstr;

CodecLimits limits_of(const json& fixture) {
  const json& limits = fixture.at("limits");
  return {limits.at("max_body_bytes"), limits.at("max_items"), limits.at("max_depth")};
}

std::string body_of(const json& payload) {
  if (payload.contains("body")) return payload.at("body");
  return base64_decode(payload.at("body_base64").get<std::string>()).value();
}

json indexes_of(const std::vector<ElementNote>& notes) {
  std::set<std::size_t> indexes;
  for (const ElementNote& note : notes) indexes.insert(note.index);
  return indexes;
}

json items_of(const std::vector<Favorite>& favorites) {
  json items = json::array();
  for (const Favorite& favorite : favorites) items.push_back(favorite.item);
  return items;
}

json members_of(const std::vector<Favorite>& favorites) {
  json list = json::array();
  for (const Favorite& favorite : favorites) {
    list.push_back({{"item", favorite.item},
                    {"action", to_string(favorite.action)},
                    {"seconds", favorite.action_date.seconds()},
                    {"nanoseconds", favorite.action_date.nanoseconds()}});
  }
  return list;
}

TEST(RefusedPayloads, EachIsRefusedWithItsError) {
  const json fixture = parse_fixture("refused_payloads.json");
  ASSERT_GE(fixture.at("payloads").size(), 40u);
  for (const json& payload : fixture.at("payloads")) {
    SCOPED_TRACE(payload.at("name"));
    const auto read = parse_favorites(body_of(payload), limits_of(fixture));
    ASSERT_FALSE(read);
    EXPECT_EQ(to_string(read.error().code), payload.at("code"));
    EXPECT_EQ(read.error().message, payload.at("error"));
    EXPECT_THAT(read.error().message, HasSubstr(payload.at("where").get<std::string>()));
    EXPECT_THAT(read.error().message, HasSubstr(payload.value("clause", "max_")));
  }
}

TEST(RefusedPayloads, ALenientReaderMakesOfEachWhatIsWritten) {
  const json fixture = parse_fixture("refused_payloads.json");
  for (const json& payload : fixture.at("payloads")) {
    SCOPED_TRACE(payload.at("name"));
    const json& expected = payload.at("lenient");
    const auto read = parse_favorites_leniently(body_of(payload), limits_of(fixture));
    if (!read) {
      EXPECT_EQ(expected, "refused") << read.error().message;
      continue;
    }
    const json got = {{"items", items_of(read->favorites)},
                      {"skipped", indexes_of(read->skipped)},
                      {"warned", indexes_of(read->warnings)}};
    EXPECT_EQ(got, expected);
  }
}

TEST(AcceptedPayloads, EachMeansWhatIsWritten) {
  const json fixture = parse_fixture("accepted_payloads.json");
  for (const json& payload : fixture.at("payloads")) {
    SCOPED_TRACE(payload.at("name"));
    const auto strict = parse_favorites(body_of(payload), limits_of(fixture));
    ASSERT_TRUE(strict) << strict.error().message;
    EXPECT_EQ(members_of(*strict), payload.at("favorites"));
    const auto lenient = parse_favorites_leniently(body_of(payload), limits_of(fixture));
    ASSERT_TRUE(lenient) << lenient.error().message;
    EXPECT_EQ(lenient->favorites, *strict);
    EXPECT_EQ(json::array(), indexes_of(lenient->skipped));
    EXPECT_EQ(payload.at("lenient_warned"), indexes_of(lenient->warnings));
  }
}

TEST(AcceptedPayloads, EachComesBackFromItsOwnPrint) {
  const json fixture = parse_fixture("accepted_payloads.json");
  for (const json& payload : fixture.at("payloads")) {
    SCOPED_TRACE(payload.at("name"));
    const auto read = parse_favorites(body_of(payload), limits_of(fixture));
    ASSERT_TRUE(read);
    const auto again = parse_favorites(print_favorites(*read));
    ASSERT_TRUE(again) << again.error().message;
    EXPECT_EQ(*again, *read);
  }
}

}  // namespace
}  // namespace favsync
