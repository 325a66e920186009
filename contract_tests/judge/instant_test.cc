#include "contract_tests/judge/instant.h"

#include <random>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "wire/test_fixtures.h"

namespace favsync::contract {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

// Seconds from 1970 to the first moment that can be written, and to the end of the last second.
constexpr std::int64_t kFirstSecond = -62'135'596'800;
constexpr std::int64_t kLastSecond = 253'402'300'799;

Zone zone_of(const std::string& text) {
  return text == "Z" ? Zone::kZ : text == "+00:00" ? Zone::kPlusZero : Zone::kOther;
}

// The judge against the vectors that are published for every language.
TEST(JudgeDate, AgreesWithEveryGoldenVector) {
  const auto vectors = parse_fixture("timestamps.json")["vectors"];
  ASSERT_GE(vectors.size(), 80u);
  for (const auto& vector : vectors) {
    const auto text = vector["text"].get<std::string>();
    SCOPED_TRACE(testing::PrintToString(text));
    const JudgedDate judged = judge_date(text);
    ASSERT_EQ(judged.instant.has_value(), vector["accepted"].get<bool>()) << judged.problem;
    EXPECT_EQ(judged.problem.empty(), vector.value("strict", false)) << judged.problem;
    if (!judged.instant) continue;
    EXPECT_EQ(judged.instant->seconds, vector["seconds"]);
    EXPECT_EQ(judged.instant->nanos, vector["nanoseconds"]);
    EXPECT_EQ(judged.zone, zone_of(vector["zone"]));
    EXPECT_EQ(judged.fraction_digits, vector["fraction_digits"]);
    const auto print = vector["print"].get<std::string>();
    const int digits = print.size() <= 24 ? 3 : print.size() <= 27 ? 6 : 9;
    EXPECT_EQ(to_text(*judged.instant, digits), print);
  }
}

TEST(JudgeDate, SaysWhatIsWrong) {
  const std::pair<const char*, const char*> cases[] = {
      {"", "expected a year of four digits"},
      {"2017-05-02", "a date without a time"},
      {"2017-05-02 10:45:12Z", "expected 'T' between date and time"},
      {"2017-02-29T10:45:12Z", "day 29 is outside 1..28"},
      {"2017-05-02T24:00:00Z", "hour 24 is outside 0..23"},
      {"2017-05-02T10:45:12.798", "no zone; expected 'Z' at the end"},
      {"2017-05-02T10:45:12.Z", "expected digits after '.'"},
      {"2017-05-02T10:45:12+02:00", "an offset other than GMT"},
      {"2017-05-02T10:45:12z", "lower-case 'z'"},
      {"2016-12-31T23:59:60Z", "leap second"},
      {"2017-05-02T10:45:12ZZ", "'Z' after the zone"}};
  for (const auto& [text, says] : cases) {
    EXPECT_THAT(judge_date(text).problem, HasSubstr(says)) << text;
  }
}

TEST(Instant, RandomOnesSurvivePrintingAndJudging) {
  const auto seed = std::random_device{}();
  SCOPED_TRACE(testing::Message() << "seed " << seed);
  std::mt19937_64 random(seed);
  std::uniform_int_distribution<std::int64_t> seconds(kFirstSecond, kLastSecond);
  std::uniform_int_distribution<std::int32_t> nanos(0, 999'999'999);
  for (int i = 0; i < 5000; ++i) {
    const Instant instant{seconds(random), nanos(random)};
    const JudgedDate judged = judge_date(to_text(instant, 9));
    ASSERT_EQ(judged.problem, "") << to_text(instant, 9);
    ASSERT_EQ(judged.instant, instant) << to_text(instant, 9);
    ASSERT_EQ(judged.fraction_digits, 9);
    const Instant whole = Instant::from_millis(instant.millis());
    ASSERT_EQ(judge_date(to_text(whole)).instant, whole) << to_text(whole);
    ASSERT_EQ(to_instant(to_civil(whole)), whole) << to_text(whole);
  }
}

TEST(Instant, EndsOfTheCalendarSurvive) {
  for (const char* text :
       {"0001-01-01T00:00:00.000Z", "1582-10-15T00:00:00.000Z", "1969-12-31T23:59:59.999Z",
        "1970-01-01T00:00:00.000Z", "2000-02-29T12:00:00.001Z", "9999-12-31T23:59:59.999Z"}) {
    EXPECT_EQ(to_text(judge_date(text).instant.value()), text);
  }
}

TEST(Instant, PrintsAsManyDigitsAsAskedAndCuts) {
  const Instant instant{1'493'721'912, 798'999'999};
  EXPECT_EQ(to_text(instant, 0), "2017-05-02T10:45:12Z");
  EXPECT_EQ(to_text(instant, 1), "2017-05-02T10:45:12.7Z");
  EXPECT_EQ(to_text(instant), "2017-05-02T10:45:12.798Z");
  EXPECT_EQ(to_text(instant, 9), "2017-05-02T10:45:12.798999999Z");
}

TEST(Instant, AddsAndSubtractsAcrossTheEpoch) {
  const Instant before = Instant::from_millis(-1);
  EXPECT_EQ(before, (Instant{-1, 999'000'000}));
  EXPECT_EQ(before.plus(1ms), Instant{});
  EXPECT_EQ(Instant{}.plus(-1ns), (Instant{-1, 999'999'999}));
  EXPECT_EQ(before.millis(), -1);
  EXPECT_EQ(Instant{} - before, 1ms);
  EXPECT_EQ(before - Instant{}, -1ms);
}

TEST(Instant, FarApartSaturates) {
  const Instant first{kFirstSecond, 0}, last{kLastSecond, 0};
  EXPECT_EQ(last - first, std::chrono::nanoseconds::max());
  EXPECT_EQ(first - last, std::chrono::nanoseconds::min());
}

}  // namespace
}  // namespace favsync::contract
