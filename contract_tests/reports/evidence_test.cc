#include "contract_tests/reports/evidence.h"

#include <fstream>

#include <fmt/format.h>
#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "contract_tests/reports/test_report.h"

namespace favsync::contract {
namespace {

using nlohmann::json;
using testing::HasSubstr;

std::string complaint(const std::string& text) {
  const auto report = read_evidence(text);
  return report ? "no complaint" : report.error().message;
}

// The evidence of a full report with one thing changed.
template <typename Change>
std::string changed(Change change) {
  json document = json::parse(to_evidence(full_report()));
  change(document);
  return document.dump() + "\n";
}

TEST(Evidence, ReadsBackToTheSameBytes) {
  const std::string text = to_evidence(full_report());
  const auto report = read_evidence(text);
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(to_evidence(*report), text);
  EXPECT_EQ(report->exchanges, full_report().exchanges);
  EXPECT_EQ(report->options, full_report().options);
  EXPECT_EQ(report->requests_by_phase, full_report().requests_by_phase);
  EXPECT_EQ(report->observations, full_report().observations);
  EXPECT_EQ(report->seed, full_report().seed);
  EXPECT_EQ(report->verdict(), full_report().verdict());
}

TEST(Evidence, IsOneLineWithSortedMembersAndWholeNumbers) {
  const std::string text = to_evidence(full_report());
  EXPECT_EQ(text.find('\n'), text.size() - 1);
  EXPECT_EQ(json::parse(text).dump() + "\n", text);
  EXPECT_TRUE(text.starts_with(R"({"checks":[{"actual":)"));
  const auto no_fraction = [](const auto& self, const json& value) -> bool {
    if (value.is_number_float()) return false;
    if (!value.is_structured()) return true;
    return std::all_of(value.begin(), value.end(), [&](const json& v) { return self(self, v); });
  };
  EXPECT_TRUE(no_fraction(no_fraction, json::parse(text)));
}

TEST(Evidence, SurvivesAReportsEnd) {
  std::optional<Report> kept;
  {
    Report first = *read_evidence(to_evidence(full_report()));
    kept = first;
  }
  EXPECT_EQ(kept->checks.front().check->id, "made-up.other");
}

TEST(Evidence, ChecksOfAnotherFavsyncStayReadable) {
  const auto report = read_evidence(changed([](json& document) {
    document["checks"][0]["id"] = "of.the-future";
    document["checks"][0]["clause"] = "9.9";
  }));
  ASSERT_TRUE(report) << report.error().message;
  EXPECT_EQ(report->checks[0].check->id, "of.the-future");
  EXPECT_EQ(find_check("of.the-future"), nullptr);
}

TEST(Evidence, AnyBytesSurviveInABody) {
  Report report = full_report();
  std::string all;
  for (int i = 0; i < 256; ++i) all += static_cast<char>(i);
  report.exchanges.front().body = all;
  const auto again = read_evidence(to_evidence(report));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->exchanges.front().body, all);
}

TEST(Evidence, TextsThatAreNotUtf8AreMadeSo) {
  Report report = full_report();
  report.checks.back().finding.actual = "caf\xe9";
  const auto again = read_evidence(to_evidence(report));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(again->checks.back().finding.actual, "caf\\xe9");
}

TEST(Evidence, UnknownMemberIsRefusedWithItsPlace) {
  EXPECT_EQ(complaint(changed([](json& d) { d["checks"][1]["statuss"] = "pass"; })),
            "checks[1]: unknown member \"statuss\"; did you mean \"status\"?");
  EXPECT_EQ(complaint(changed([](json& d) { d["exchanges"][0]["request"]["cookie"] = 1; })),
            "exchanges[0].request: unknown member \"cookie\"");
}

TEST(Evidence, WrongMemberIsRefusedWithItsPlace) {
  EXPECT_EQ(complaint(changed([](json& d) { d["checks"][1].erase("clause"); })),
            "checks[1].clause: missing");
  EXPECT_EQ(complaint(changed([](json& d) { d["duration_ms"] = "1"; })),
            "duration_ms: expected a whole number from 0 to 1000000000000, got a string");
  EXPECT_EQ(complaint(changed([](json& d) { d["duration_ms"] = 1.5; })),
            "duration_ms: expected a whole number from 0 to 1000000000000, got 1.5");
  EXPECT_THAT(complaint(changed([](json& d) { d["checks"][2]["status"] = "failed"; })),
              HasSubstr("checks[2].status: expected pass, warn, fail,"));
  EXPECT_THAT(complaint(changed([](json& d) { d["started"] = "yesterday"; })),
              HasSubstr("started: expected a date"));
}

TEST(Evidence, VerdictMustFollowFromTheChecks) {
  EXPECT_THAT(complaint(changed([](json& d) { d["verdict"]["verdict"] = "conformant"; })),
              HasSubstr("verdict: expected what follows from the checks"));
}

TEST(Evidence, OnlyTheCanonicalBytesAreTaken) {
  const std::string text = to_evidence(full_report());
  EXPECT_THAT(complaint(json::parse(text).dump(2)), HasSubstr("not in canonical form"));
  EXPECT_THAT(complaint(text.substr(0, text.size() - 1)), HasSubstr("not in canonical form"));
  EXPECT_THAT(complaint(R"({"seed":"1",)" + text.substr(1)), HasSubstr("seed: stands twice"));
}

TEST(Evidence, WhatIsNoEvidenceIsSaid) {
  EXPECT_THAT(complaint("[]"), HasSubstr("no evidence of favsync"));
  EXPECT_THAT(complaint(R"({"verdict":"conformant"})"), HasSubstr("no evidence of favsync"));
  EXPECT_EQ(complaint(""), "expected evidence of favsync, got an empty file");
  EXPECT_THAT(complaint(changed([](json& d) { d["format"] = "favsync-evidence/9"; })),
              HasSubstr("format: expected \"favsync-evidence/1\", got \"favsync-evidence/9\""));
}

TEST(Evidence, WhatFindingsShowIsCutLast) {
  Report report = full_report();
  ASSERT_GE(report.exchanges.size(), 2u);
  auto& cited = report.exchanges.back();
  for (auto& check : report.checks) check.finding.exchanges.clear();
  report.checks.back().finding.exchanges = {cited.number};
  for (auto& exchange : report.exchanges) exchange.body = std::string(10'000, 'x');
  bound_exchanges(report, 12'000);
  EXPECT_EQ(cited.body.size(), 10'000u);
  EXPECT_FALSE(cited.body_cut);
  EXPECT_EQ(report.exchanges.front().body.size(), 512u);
  EXPECT_TRUE(report.exchanges.front().body_cut);
}

TEST(Evidence, ContractSaysItsRevision) {
  std::ifstream file(FAVSYNC_SOURCE_DIR "/docs/contract.md");
  const std::string text{std::istreambuf_iterator<char>(file), {}};
  EXPECT_THAT(text, HasSubstr(fmt::format("This is revision {}.", kContractRevision)));
}

}  // namespace
}  // namespace favsync::contract
