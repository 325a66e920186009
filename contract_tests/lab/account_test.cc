#include "contract_tests/lab/account.h"

#include <gmock/gmock.h>

namespace favsync::contract {
namespace {

using namespace std::chrono_literals;
using testing::HasSubstr;

Instant at(std::string_view text) {
  return judge_date(text).instant.value();
}
const Instant kSent = at("2017-05-02T10:45:12.798Z");
const Value kAdded{Act::kAdd, kSent};

// Why an item shows `shown` after `history`; expected is the ADD of kSent.
Explanation why(std::optional<Value> shown, const std::vector<SentWrite>& history = {},
                std::optional<Value> expected = kAdded) {
  return explain({"session_1", expected, shown}, history);
}

Explanation why_date(std::string_view shown) {
  return why(Value{Act::kAdd, at(shown)});
}

SentWrite sent(const Value& value, int exchange, bool acknowledged = true) {
  return {value, exchange, acknowledged, value.at.plus(10min)};
}

TEST(Explain, ItemThatIsMissing) {
  const Explanation added = why(std::nullopt);
  EXPECT_EQ(added.reason, "not-listed");
  EXPECT_EQ(added.message,
            "item \"session_1\": should be listed as ADD of 2017-05-02T10:45:12.798Z, and is not "
            "in the list");
  EXPECT_EQ(why(std::nullopt, {}, Value{Act::kDelete, kSent}).reason, "removal-not-listed");
}

TEST(Explain, OlderWriteThatWon) {
  const Value older{Act::kDelete, kSent.plus(-5s)};
  const Explanation explanation = why(older, {sent(older, 3), sent(kAdded, 2)});
  EXPECT_EQ(explanation.reason, "older-value-won");
  EXPECT_EQ(explanation.message,
            "item \"session_1\": shows the older DELETE of 2017-05-02T10:45:07.798Z (exchange #3) "
            "instead of the newest ADD of 2017-05-02T10:45:12.798Z");
}

TEST(Explain, WriteThatShouldNotShow) {
  const Value newer{Act::kDelete, kSent.plus(5s)};
  EXPECT_EQ(why(newer, {sent(newer, 3)}).reason, "unexpected-value");
  const Explanation refused = why(newer, {sent(newer, 3, false)});
  EXPECT_EQ(refused.reason, "refused-but-applied");
  EXPECT_THAT(refused.message, HasSubstr("sent in exchange #3, which was not acknowledged"));
  EXPECT_EQ(why(newer, {sent(newer, 3, false)}, std::nullopt).reason, "refused-but-applied");
}

TEST(Explain, ItemThatNobodyWrote) {
  EXPECT_EQ(why(kAdded, {}, std::nullopt).reason, "invented");
}

TEST(Explain, DateThatLostItsFraction) {
  const Explanation cut = why_date("2017-05-02T10:45:12Z");
  EXPECT_EQ(cut.reason, "truncated-to-second");
  EXPECT_EQ(cut.message,
            "item \"session_1\": sent 2017-05-02T10:45:12.798Z, shown 2017-05-02T10:45:12.000Z "
            "(-0.798 s): the fraction of the second is lost");
  EXPECT_EQ(why_date("2017-05-02T10:45:13Z").reason, "rounded-to-second");
  EXPECT_EQ(why_date("2017-05-02T10:45:12.790Z").reason, "milliseconds-altered");
  EXPECT_EQ(why_date("2017-05-02T10:45:12.799Z").reason, "milliseconds-altered");
  EXPECT_EQ(why_date("2017-05-02T10:45:00Z").reason, "truncated-to-minute");
}

TEST(Explain, DateThatWasShifted) {
  EXPECT_EQ(why_date("2017-05-02T12:45:12.798Z").reason, "shifted-by-hours");
  EXPECT_EQ(why_date("2017-05-02T05:15:12.798Z").reason, "shifted-by-hours");
  EXPECT_EQ(why_date("2017-05-02T12:45:12Z").reason, "shifted-by-hours");
  EXPECT_THAT(why_date("2017-05-02T12:45:12.798Z").message, HasSubstr("(+2.00 h)"));
}

TEST(Explain, DateThatThePartnersClockReplaced) {
  SentWrite write = sent(kAdded, 4);
  write.sent = kSent.plus(10min);
  const Explanation explanation = why(Value{Act::kAdd, write.sent.plus(1s)}, {write});
  EXPECT_EQ(explanation.reason, "restamped");
  EXPECT_THAT(explanation.message, HasSubstr("does the partner's clock replace the date?"));
}

TEST(Explain, DateThatIsAnotherOne) {
  EXPECT_EQ(why_date("2017-06-01T10:40:03.111Z").reason, "date-altered");
  EXPECT_THAT(why_date("2017-06-01T10:40:03.111Z").message, HasSubstr("days"));
}

TEST(Explain, ActionThatIsAnotherOne) {
  EXPECT_EQ(why(Value{Act::kDelete, kSent}).reason, "action-altered");
  EXPECT_EQ(why(Value{Act::kDelete, kSent.plus(7s)}).reason, "value-altered");
}

TEST(Explain, LongAndHostileItemIsCutAndMadeVisible) {
  const std::string item = "a\x1b[31m" + std::string(500, 'x');
  const Explanation explanation = explain({item, kAdded, std::nullopt}, {});
  EXPECT_LT(explanation.message.size(), 250u);
  EXPECT_THAT(explanation.message, HasSubstr("a\\x1b[31m"));
}

TEST(Compare, NamesWhatIsMissingMoreAndOther) {
  const Value other{Act::kDelete, kSent};
  const State expected{{"missing", kAdded}, {"other", kAdded}, {"same", kAdded}};
  const State shown{{"more", kAdded}, {"other", other}, {"same", kAdded}};
  const auto mismatches = compare(expected, shown);
  ASSERT_EQ(mismatches.size(), 3u);
  EXPECT_EQ(mismatches[0].item, "missing");
  EXPECT_EQ(mismatches[0].shown, std::nullopt);
  EXPECT_EQ(mismatches[1].item, "more");
  EXPECT_EQ(mismatches[1].expected, std::nullopt);
  EXPECT_EQ(mismatches[2].item, "other");
  EXPECT_EQ(mismatches[2].shown, other);
}

TEST(Compare, SameListsHaveNoMismatch) {
  EXPECT_TRUE(compare({{"a", kAdded}}, {{"a", kAdded}}).empty());
  EXPECT_TRUE(compare({}, {}).empty());
}

TEST(ApplyNewest, OnlyAStrictlyNewerDateReplaces) {
  State state;
  EXPECT_TRUE(apply_newest(state, {"a", kAdded}));
  EXPECT_FALSE(apply_newest(state, {"a", {Act::kDelete, kSent}}));
  EXPECT_FALSE(apply_newest(state, {"a", {Act::kDelete, kSent.plus(-1ms)}}));
  EXPECT_EQ(state.at("a"), kAdded);
  EXPECT_TRUE(apply_newest(state, {"a", {Act::kDelete, kSent.plus(1ms)}}));
  EXPECT_EQ(state.at("a").act, Act::kDelete);
}

}  // namespace
}  // namespace favsync::contract
