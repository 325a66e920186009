// Accounts with a history, few items to write, partners that refuse what they may: all are fine.
#include <algorithm>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "contract_tests/harness_front.h"
#include "contract_tests/runner.h"

namespace favsync::contract {
namespace {

using testing::AnyOf;
using testing::Eq;

// What the user's list shows: item and action.
std::vector<std::pair<std::string, Action>> actions(MockServer& partner, std::string_view user) {
  std::vector<std::pair<std::string, Action>> all;
  for (const auto& favorite : partner.user(user).favorites()) {
    all.emplace_back(favorite.item, favorite.action);
  }
  return all;
}

TEST(History, FiveThousandItemsAreFineAndStay) {
  Front front;
  MockUser alice = front.partner().user("alice");
  const Timestamp long_ago = at("10:45:12.798");
  for (int i = 0; i < 5000; ++i) {
    const std::string item = "session_" + std::to_string(100'000 + i);
    const Timestamp moment = long_ago.plus(std::chrono::milliseconds(i));
    i % 3 == 0 ? alice.deletes(item, moment) : alice.adds(item, moment);
  }
  const auto before = alice.favorites();
  Options options = front.options();
  options.depth = Depth::kQuick;
  const Report report = certify(options);
  EXPECT_EQ(report.verdict(), Verdict::kConformant) << failures_of(report);
  const auto after = alice.favorites();
  EXPECT_TRUE(std::equal(before.begin(), before.end(), after.begin()));
}

class NamedItems : public testing::TestWithParam<int> {};

// Each check does with so many items, or says why not; only those are written.
TEST_P(NamedItems, AreEnoughOrSaidNotToBe) {
  std::vector<std::string> items;
  for (int i = 0; i < GetParam(); ++i) items.push_back(fmt::format("talk-{}", i));
  // Another id is refused, as by a partner that takes ids of its programme alone.
  Front front(Front::with_two_users(), [&](const TestRequest& request, TestReply& reply) {
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_array()) return true;
    for (const auto& element : body) {
      const bool named =
          element.is_object() && element.contains("item") && element["item"].is_string();
      if (!named || std::count(items.begin(), items.end(), element["item"]) > 0) continue;
      reply.status = 422;
      reply.body = R"({"error":"unknown item"})";
      return false;
    }
    return true;
  });
  front.partner().user("alice").adds("talk-0", at("10:00:00.000"));
  const auto before = actions(front.partner(), "alice");
  Options options = front.options();
  options.items = items;
  const Report report = certify(options);
  EXPECT_EQ(report.verdict(), Verdict::kConformant) << failures_of(report);
  EXPECT_TRUE(report.provisional());  // some checks need new ids
  for (const auto& check : report.checks) {
    EXPECT_THAT(check.finding.status,
                AnyOf(Eq(CheckStatus::kPass), Eq(CheckStatus::kWarn), Eq(CheckStatus::kSkipped),
                      Eq(CheckStatus::kNotExercised)))
        << check.check->id << ": " << check.finding.message;
  }
  EXPECT_TRUE(report.restore.unfinished.empty());
  for (const auto& [item, action] : actions(front.partner(), "alice")) {
    const auto stood = std::find_if(before.begin(), before.end(),
                                    [&](const auto& entry) { return entry.first == item; });
    EXPECT_EQ(action, stood == before.end() ? Action::kDelete : stood->second) << item;
  }
}

INSTANTIATE_TEST_SUITE_P(OneTwoThreeTen, NamedItems, testing::Values(1, 2, 3, 10));

// Refuses the whole array with 422 when one of its dates lies beyond `oldest` before now.
Front::StepIn refuse_older_than(std::chrono::minutes oldest) {
  return [oldest](const TestRequest& request, TestReply& reply) {
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_array()) return true;
    const Timestamp bound = SystemClock().now().plus(-oldest);
    for (const auto& element : body) {
      if (!element.is_object() || !element.contains("actionDate")) continue;
      const auto& date = element["actionDate"];
      const auto read = date.is_string() ? parse_timestamp(date.get<std::string>())
                                         : Result<ParsedTimestamp>(tl::unexpected(Error{}));
      if (!read || read->instant >= bound) continue;
      reply.status = 422;
      reply.body = R"({"error":"actionDate is too old"})";
      return false;
    }
    return true;
  };
}

TEST(Refusals, PartnerThatRefusesOldDatesIsConformant) {
  for (const auto oldest : {std::chrono::minutes(60 * 36), std::chrono::minutes(60 * 24 * 30)}) {
    Front front(Front::with_two_users(), refuse_older_than(oldest));
    const Report report = certify(front.options());
    EXPECT_EQ(report.verdict(), Verdict::kConformant) << failures_of(report);
    EXPECT_EQ(report.count(CheckStatus::kFail), 0);
  }
}

TEST(Poison, IsSentToNoItemButTheOneThatWasGivenUp) {
  Front front;
  Options options = front.options();
  const Timestamp end = SystemClock().now().plus(std::chrono::minutes(1));
  const Report without = certify(options);
  EXPECT_EQ(without.verdict(), Verdict::kConformant) << failures_of(without);
  for (const auto& favorite : front.partner().user("alice").favorites()) {
    EXPECT_LT(favorite.action_date, end) << favorite.item;
  }
  options.poison_item = "spoilt";
  options.only = {"date.*-ahead"};
  const Report with = certify(options);
  EXPECT_EQ(with.verdict(), Verdict::kConformant) << failures_of(with);
  int in_future = 0;
  for (const auto& favorite : front.partner().user("alice").favorites()) {
    in_future += favorite.action_date > end ? 1 : 0;
    if (favorite.item == "spoilt") {
      EXPECT_EQ(favorite.action, Action::kDelete);
    }
  }
  EXPECT_EQ(in_future, 1);
}

}  // namespace
}  // namespace favsync::contract
