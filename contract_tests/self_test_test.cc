// The suite tried on a few faults that partners really have, and on a few oddities that are legal.
// The whole matrix is `favsync selftest`.
#include <algorithm>
#include <ostream>

#include <gmock/gmock.h>

#include "contract_tests/self_test/kill_matrix.h"

namespace favsync::contract {
namespace {

struct Death {
  const char* defect;
  const char* check;  // the one that must name it
};
void PrintTo(const Death& kill, std::ostream* out) {
  *out << kill.defect;
}

std::string test_name(std::string_view id) {
  std::string name(id);
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

class Defect : public testing::TestWithParam<Death> {};

TEST_P(Defect, DiesAtItsCheck) {
  const mock::Behavior* behavior = mock::find_behavior(GetParam().defect);
  ASSERT_NE(behavior, nullptr);
  ASSERT_EQ(behavior->kind, mock::BehaviorKind::kDefect);
  const MatrixRow row = run_row(behavior, {.only = {GetParam().check}});
  EXPECT_EQ(row.complaint(find_recorded(behavior->id)), "") << row.text;
  EXPECT_GT(row.fired, 0u);
  EXPECT_EQ(row.verdict, Verdict::kNotConformant);
  ASSERT_NE(row.first(), nullptr) << row.text;
  EXPECT_EQ(row.first()->check, GetParam().check) << row.text;
}

INSTANTIATE_TEST_SUITE_P(Representative, Defect,
                         testing::Values(Death{"restamps-on-post", "write.keeps-date"},
                                         Death{"hard-delete", "write.delete"},
                                         Death{"last-arrival-wins", "merge.stale-delete"},
                                         Death{"keyed-without-user", "users.same-item"},
                                         Death{"any-token-accepted", "auth.get.unknown-token"},
                                         Death{"replace-all", "write.others-untouched"},
                                         Death{"envelope", "list.array"},
                                         Death{"folds-case", "id.letter-case"},
                                         Death{"half-applies-bad-array", "bad.among-good"},
                                         Death{"lost-update-race", "concurrency.different-items"},
                                         Death{"list-truncated-at-100", "list.complete"},
                                         Death{"read-only-accepts-200", "read-only.post-refused"}),
                         [](const auto& kill) { return test_name(kill.param.defect); });

class Quirk : public testing::TestWithParam<const char*> {};

TEST_P(Quirk, RaisesNoAlarm) {
  const mock::Behavior* behavior = mock::find_behavior(GetParam());
  ASSERT_NE(behavior, nullptr);
  ASSERT_EQ(behavior->kind, mock::BehaviorKind::kQuirk);
  const MatrixRow row = run_row(behavior);
  EXPECT_EQ(row.complaint(find_recorded(behavior->id)), "") << row.text;
  EXPECT_EQ(row.verdict, Verdict::kConformant) << row.text;
}

INSTANTIATE_TEST_SUITE_P(Representative, Quirk,
                         testing::Values("pretty-json", "reverse-order", "extra-members",
                                         "post-204", "gzip-when-asked", "closes-each-connection",
                                         "refuses-over-100-items"),
                         [](const auto& id) { return test_name(id.param); });

TEST(Matrix, CleanMockHasNoComplaint) {
  for (const MatrixRow& row : {run_row(nullptr), run_clean_read_only()}) {
    EXPECT_EQ(row.complaint(nullptr), "") << row.text;
    EXPECT_EQ(row.first(), nullptr);
    EXPECT_LE(row.requests, 250);
  }
}

RecordedRow declared_row(std::string check, std::string reason) {
  RecordedRow row;
  row.behavior = "restamps-on-post";
  row.breaks = "must";
  row.first = Kill{std::move(check), std::move(reason)};
  return row;
}

MatrixRow dead_row(std::string check, std::string reason) {
  MatrixRow row;
  row.behavior = "restamps-on-post";
  row.kind = mock::BehaviorKind::kDefect;
  row.breaks = mock::Breaks::kMust;
  row.fired = 1;
  row.verdict = Verdict::kNotConformant;
  row.failed = {{std::move(check), std::move(reason)}};
  return row;
}

TEST(Matrix, ComplaintNamesWhatIsAmiss) {
  const RecordedRow declared = declared_row("write.keeps-date", "restamped");
  MatrixRow row = dead_row("write.keeps-date", "restamped");
  EXPECT_EQ(row.complaint(&declared), "");
  EXPECT_EQ(row.complaint(nullptr),
            "dies at write.keeps-date (restamped), and is declared nowhere");
  row.fired = 0;
  EXPECT_EQ(row.complaint(&declared), "was not exercised");
  row = dead_row("list.json", "not-json");
  EXPECT_EQ(row.complaint(&declared),
            "dies at list.json (not-json); declared: write.keeps-date (restamped)");
  row = dead_row("write.keeps-date", "date-altered");  // the right check for another reason
  EXPECT_EQ(row.complaint(&declared),
            "dies at write.keeps-date (date-altered); declared: write.keeps-date (restamped)");
  row.failed.clear();
  row.verdict = Verdict::kConformant;
  EXPECT_EQ(row.complaint(&declared), "lives");
}

TEST(Matrix, AlarmOverAQuirkIsAComplaint) {
  MatrixRow row;
  row.breaks = mock::Breaks::kNothing;
  row.verdict = Verdict::kNotConformant;
  row.failed = {{"list.json", "not-json"}};
  EXPECT_EQ(row.complaint(nullptr), "alarm: not conformant at list.json (not-json)");
}

TEST(Matrix, ACheckThatKillsNothingIsNamed) {
  const auto idle = checks_that_kill_nothing({declared_row("write.delete", "not-listed")});
  EXPECT_THAT(idle, testing::Not(testing::Contains("write.delete")));
  EXPECT_THAT(idle, testing::Contains("write.keeps-date"));
}

TEST(Matrix, IsVoidWhereTheCleanMockIsNotGreenOrTheCanaryLives) {
  KillMatrix matrix;
  matrix.rows = {dead_row("write.takes-effect", "not-listed")};
  matrix.rows.front().behavior = kCanary;
  EXPECT_EQ(matrix.void_because(), "");
  matrix.rows.front().verdict = Verdict::kConformant;
  EXPECT_EQ(matrix.void_because(), "the canary ack-and-drop lives");
  matrix.clean.verdict = Verdict::kInconclusive;
  EXPECT_THAT(matrix.void_because(), testing::HasSubstr("the clean mock (two-way) is not green"));
}

// --- Sabotage: a check that cannot fail must show in the matrix.
// -----------------------------------

TEST(Sabotage, OfEachMustCheckIsNoticed) {
  for (const auto& check : all_checks()) {
    const bool excluded =
        std::any_of(exclusions().begin(), exclusions().end(),
                    [&](const Exclusion& exclusion) { return exclusion.check == check.id; });
    if (check.level != Level::kMust || excluded) continue;
    int noticed = 0;
    for (const auto& declared : recorded_matrix()) {
      if (declared.breaks != "must" || !declared.first || declared.first->check != check.id) {
        continue;
      }
      MatrixRow row = dead_row("", "");
      row.behavior = declared.behavior;
      row.failed = declared.failed;
      row.warned = declared.warned;
      if (!row.without(check.id).complaint(&declared).empty()) ++noticed;
    }
    EXPECT_GT(noticed, 0) << check.id << " could be turned off unnoticed";
  }
}

class RealSabotage : public testing::TestWithParam<Death> {};

// The check is really run with its findings turned into passes.
TEST_P(RealSabotage, IsNoticed) {
  const mock::Behavior* behavior = mock::find_behavior(GetParam().defect);
  ASSERT_NE(behavior, nullptr);
  const MatrixRow row =
      run_row(behavior, {.only = {GetParam().check}, .sabotaged = {GetParam().check}});
  EXPECT_NE(row.complaint(find_recorded(behavior->id)), "") << row.text;
  const auto of_check = [&](const Kill& kill) { return kill.check == GetParam().check; };
  EXPECT_TRUE(std::none_of(row.failed.begin(), row.failed.end(), of_check)) << row.text;
}

INSTANTIATE_TEST_SUITE_P(Representative, RealSabotage,
                         testing::Values(Death{"restamps-on-post", "write.keeps-date"},
                                         Death{"no-auth-on-get", "auth.get.no-token"},
                                         Death{"last-arrival-wins", "merge.stale-delete"},
                                         Death{"bom", "list.json"},
                                         Death{"null-clears", "bad.not-array"}),
                         [](const auto& kill) { return test_name(kill.param.defect); });

}  // namespace
}  // namespace favsync::contract
