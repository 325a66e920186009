#include "wire/timestamp.h"

#include <gmock/gmock.h>

#include <array>
#include <nlohmann/json.hpp>

#include "wire/test_fixtures.h"

namespace favsync {
namespace {

using std::chrono::nanoseconds;
using ::testing::HasSubstr;
using ::testing::Lt;

Timestamp at(std::string_view text) {
  return parse_timestamp(text).value().instant;
}

std::string_view name_of(ZoneForm zone) {
  constexpr std::array<std::string_view, 4> kNames = {"Z", "+00:00", "-00:00", "other"};
  return kNames[static_cast<std::size_t>(zone)];
}

void expect_accepted(const nlohmann::json& vector, const ParsedTimestamp& parsed) {
  EXPECT_EQ(parsed.instant.seconds(), vector.at("seconds"));
  EXPECT_EQ(parsed.instant.nanoseconds(), vector.at("nanoseconds"));
  EXPECT_EQ(name_of(parsed.zone), vector.at("zone"));
  EXPECT_EQ(parsed.fraction_digits, vector.at("fraction_digits"));
  EXPECT_EQ(parsed.lower_case, vector.value("lower_case", false));
  EXPECT_EQ(parsed.leap_second, vector.value("leap_second", false));
  EXPECT_EQ(to_string(parsed.instant), vector.at("print"));
}

TEST(Timestamp, GoldenVectorsComeOutAsWritten) {
  const auto fixture = parse_fixture("timestamps.json");
  ASSERT_GE(fixture.at("vectors").size(), 60u);
  for (const auto& vector : fixture.at("vectors")) {
    const std::string text = vector.at("text");
    SCOPED_TRACE(text);
    const auto parsed = parse_timestamp(text);
    EXPECT_EQ(parsed.has_value(), vector.at("accepted"));
    if (parsed) {
      expect_accepted(vector, *parsed);
    } else {
      EXPECT_EQ(parsed.error().code, ErrorCode::kMalformed);
      EXPECT_THAT(parsed.error().message, HasSubstr(vector.at("reason").get<std::string>()));
    }
  }
}

TEST(Timestamp, StrictReadingFollowsTheGoldenVerdicts) {
  const auto fixture = parse_fixture("timestamps.json");
  for (const auto& vector : fixture.at("vectors")) {
    const std::string text = vector.at("text");
    SCOPED_TRACE(text);
    const auto strict = parse_strict_timestamp(text);
    ASSERT_EQ(strict.has_value(), vector.at("strict"));
    if (strict) {
      EXPECT_EQ(*strict, at(text));
    } else {
      EXPECT_THAT(strict.error().message, HasSubstr("(§2.4)"));
    }
  }
}

TEST(Timestamp, OrderIsByInstantAndNotByText) {
  EXPECT_THAT(at("2017-05-02T10:45:12.1Z"), Lt(at("2017-05-02T10:45:12.15Z")));
  EXPECT_THAT(at("2017-05-02T10:45:12Z"), Lt(at("2017-05-02T10:45:12.001Z")));
  EXPECT_THAT(at("2017-05-02T12:45:11+02:00"), Lt(at("2017-05-02T10:45:12Z")));
  EXPECT_EQ(at("2017-05-02T10:45:12.7Z"), at("2017-05-02T10:45:12.700000Z"));
}

TEST(Timestamp, PrintsSixOrNineDigitsOnlyWhereNeeded) {
  EXPECT_EQ(to_string(Timestamp::from_unix(1493721912)), "2017-05-02T10:45:12.000Z");
  EXPECT_EQ(to_string(Timestamp::from_unix(1493721912, 798'000'000)), "2017-05-02T10:45:12.798Z");
  EXPECT_EQ(to_string(Timestamp::from_unix(1493721912, 1'000)), "2017-05-02T10:45:12.000001Z");
  EXPECT_EQ(to_string(Timestamp::from_unix(1493721912, 1)), "2017-05-02T10:45:12.000000001Z");
}

TEST(Timestamp, MomentsThatCannotBeWrittenAreClamped) {
  EXPECT_EQ(to_string(Timestamp::from_unix(INT64_MIN, 5)), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(to_string(Timestamp::from_unix(INT64_MAX, 5)), "9999-12-31T23:59:59.999999999Z");
  EXPECT_EQ(Timestamp::from_unix(7, 4'000'000'000).nanoseconds(), 999'999'999u);
  EXPECT_EQ(to_string(Timestamp::from_unix_millis(INT64_MIN)), "0001-01-01T00:00:00.000Z");
  EXPECT_EQ(to_string(Timestamp::from_unix_millis(INT64_MAX)), "9999-12-31T23:59:59.999999999Z");
}

TEST(Timestamp, MillisecondsBefore1970RoundDown) {
  EXPECT_EQ(to_string(Timestamp::from_unix_millis(-1)), "1969-12-31T23:59:59.999Z");
  EXPECT_EQ(Timestamp::from_unix_millis(-1'000).unix_millis(), -1'000);
  EXPECT_EQ(Timestamp::from_unix(-1, 500'999'999).unix_millis(), -500);
}

TEST(Timestamp, PlusCarriesOverSecondsInBothDirections) {
  const Timestamp start = at("2016-12-31T23:59:59.999999999Z");
  EXPECT_EQ(start.plus(nanoseconds(1)), at("2017-01-01T00:00:00Z"));
  EXPECT_EQ(start.plus(nanoseconds(1)).plus(nanoseconds(-1)), start);
  EXPECT_EQ(start.plus(std::chrono::hours(-24)), at("2016-12-30T23:59:59.999999999Z"));
  EXPECT_EQ(to_string(Timestamp::from_unix(Timestamp::kMaxSeconds).plus(nanoseconds::max())),
            "9999-12-31T23:59:59.999999999Z");
  EXPECT_EQ(Timestamp::from_unix(Timestamp::kMinSeconds).plus(nanoseconds::min()),
            Timestamp::from_unix(Timestamp::kMinSeconds));
}

TEST(Timestamp, FloorToMillisCutsWhatIsFiner) {
  EXPECT_EQ(at("2017-05-02T10:45:12.798999999Z").floor_to_millis(), at("2017-05-02T10:45:12.798Z"));
  EXPECT_EQ(at("1969-12-31T23:59:59.0009Z").floor_to_millis(), at("1969-12-31T23:59:59Z"));
}

TEST(Timestamp, EveryDayOfTheCalendarIsReadAndPrinted) {
  // Steps of a day and an odd part of one, from the first year to the last: every date, many times.
  constexpr std::int64_t kStep = 86'400'000 + 3'661'001;
  const auto last = Timestamp::from_unix(Timestamp::kMaxSeconds);
  std::array<char, kMaxTimestampChars> buffer;
  for (auto moment = Timestamp::from_unix(Timestamp::kMinSeconds); moment < last;
       moment = Timestamp::from_unix_millis(moment.unix_millis() + kStep)) {
    const char* const end = print_timestamp(moment, buffer.data());
    const std::string_view text(buffer.data(), static_cast<std::size_t>(end - buffer.data()));
    ASSERT_EQ(text.size(), 24u);
    const auto parsed = parse_strict_timestamp(text);
    ASSERT_TRUE(parsed) << text;
    ASSERT_EQ(*parsed, moment) << text;
  }
}

TEST(Timestamp, ALongTextIsShortenedInTheMessage) {
  const auto parsed = parse_timestamp(std::string(100'000, '9'));
  ASSERT_FALSE(parsed);
  EXPECT_LT(parsed.error().message.size(), 250u);
  EXPECT_THAT(parsed.error().message, HasSubstr("(100000 bytes)"));
}

}  // namespace
}  // namespace favsync
