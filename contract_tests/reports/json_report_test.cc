#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/test_report.h"

namespace favsync::contract {
namespace {

using nlohmann::json;
using testing::IsSupersetOf;

std::vector<std::string> members(const json& object) {
  std::vector<std::string> names;
  for (const auto& [name, value] : object.items()) names.push_back(name);
  return names;
}

LoggedExchange exchange(int number, std::string body) {
  LoggedExchange kept;
  kept.number = number;
  kept.method = "GET";
  kept.url = "http://h/getUserFavorites";
  kept.outcome = "answered";
  kept.status = 200;
  kept.headers = {{"Content-Type", "application/json"}};
  kept.body_bytes = body.size();
  kept.body = std::move(body);
  return kept;
}

TEST(JsonReport, HasThePublishedMembers) {
  const json report = json::parse(to_json(report_of({ended(must_check(), CheckStatus::kFail)})));
  EXPECT_THAT(members(report), IsSupersetOf({"verdict", "provisional", "profile", "seed", "summary",
                                             "checks", "not_exercised_musts"}));
  EXPECT_EQ(report["verdict"], "not conformant");
  EXPECT_EQ(report["profile"], "two-way");
  EXPECT_EQ(report["seed"], 7);
  EXPECT_EQ(report["first_failure"], "made-up.must");
  EXPECT_EQ(report["summary"]["pass"], 1);
  EXPECT_EQ(report["summary"]["fail"], 1);
  EXPECT_EQ(report["summary"]["requests"], 5);
  ASSERT_EQ(report["checks"].size(), 2u);
  EXPECT_THAT(members(report["checks"][1]),
              testing::UnorderedElementsAre("id", "title", "clause", "level", "status", "reason",
                                            "message", "expected", "actual", "hint", "duration_ms",
                                            "requests", "exchanges"));
  EXPECT_EQ(report["checks"][1]["id"], "made-up.must");
  EXPECT_EQ(report["checks"][1]["level"], "must");
  EXPECT_EQ(report["checks"][1]["status"], "fail");
}

TEST(JsonReport, EveryStatusHasItsName) {
  const std::pair<CheckStatus, const char*> names[] = {
      {CheckStatus::kPass, "pass"},
      {CheckStatus::kWarn, "warn"},
      {CheckStatus::kFail, "fail"},
      {CheckStatus::kSkipped, "skipped"},
      {CheckStatus::kNotExercised, "not_exercised"},
      {CheckStatus::kBlocked, "blocked"},
      {CheckStatus::kInconclusive, "inconclusive"},
      {CheckStatus::kError, "error"},
      {CheckStatus::kWaived, "waived"}};
  for (const auto& [status, name] : names) {
    const json report = json::parse(to_json(report_of({ended(should_check(), status)})));
    EXPECT_EQ(report["checks"][1]["status"], name);
    EXPECT_EQ(report["checks"][1]["level"], "should");
  }
}

TEST(JsonReport, ProvisionalListsWhatWasNotExercised) {
  const json report =
      json::parse(to_json(report_of({ended(must_check(), CheckStatus::kNotExercised)})));
  EXPECT_EQ(report["verdict"], "conformant");
  EXPECT_EQ(report["provisional"], true);
  EXPECT_EQ(report["not_exercised_musts"], json::array({"made-up.must"}));
}

TEST(JsonReport, WaiversAndUnscoredChecksAreMarked) {
  const json report = json::parse(to_json(full_report()));
  EXPECT_EQ(report["set"], "2026-1");
  EXPECT_EQ(report["summary"]["waived"], 1);
  EXPECT_EQ(report["summary"]["unscored"], 1);
  EXPECT_EQ(report["summary"]["fail"], 1);
  EXPECT_EQ(report["waivers"][0]["state"], "used");
  EXPECT_EQ(report["waivers"][1]["state"], "stale");
  const json& checks = report["checks"];
  EXPECT_EQ(checks[checks.size() - 2]["waived_from"], "fail");
  EXPECT_EQ(checks[checks.size() - 1]["unscored"], true);
  EXPECT_FALSE(checks[0].contains("unscored"));
}

TEST(JsonReport, ShowsTheExchangesBehindAFinding) {
  CheckReport failed = ended(must_check(), CheckStatus::kFail);
  failed.finding.exchanges = {2, 99};  // one that is not kept is left out
  Report report = report_of({failed});
  report.exchanges = {exchange(1, "first"), exchange(2, std::string(5000, 'x'))};
  const json shown = json::parse(to_json(report))["checks"][1]["exchanges"];
  ASSERT_EQ(shown.size(), 1u);
  EXPECT_EQ(shown[0]["number"], 2);
  EXPECT_EQ(shown[0]["request"]["method"], "GET");
  EXPECT_EQ(shown[0]["response"]["status"], 200);
  EXPECT_EQ(shown[0]["response"]["body_bytes"], 5000);
  EXPECT_LT(shown[0]["response"]["body"].get<std::string>().size(), 3000u);
}

TEST(JsonReport, StaysJsonWhateverAPartnerSends) {
  CheckReport failed = ended(must_check(), CheckStatus::kFail);
  failed.finding.actual = "\xff\x00\x1b[31m\xc3";
  failed.finding.exchanges = {1};
  Report report = report_of({failed});
  report.exchanges = {exchange(1, "\xfe\xff \x01 \xed\xa0\x80")};
  EXPECT_FALSE(json::parse(to_json(report), nullptr, false).is_discarded());
}

TEST(JsonReport, NoConnectionIsSaid) {
  Report report;
  report.no_connection = "refused";
  const json document = json::parse(to_json(report));
  EXPECT_EQ(document["no_connection"], "refused");
  EXPECT_EQ(document["verdict"], "inconclusive");
}

}  // namespace
}  // namespace favsync::contract
