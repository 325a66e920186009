// The suite tried on a few faults that partners really have, and on a few oddities that are legal.
// The whole matrix is `favsync selftest`.
#include <ostream>

#include <gmock/gmock.h>

#include "contract_tests/self_test/kill_matrix.h"

namespace favsync::contract {
namespace {

constexpr std::uint64_t kSeed = 1;

struct Kill {
  const char* defect;
  const char* check;  // the one that must name it
};
void PrintTo(const Kill& kill, std::ostream* out) {
  *out << kill.defect;
}

std::string test_name(std::string_view id) {
  std::string name(id);
  for (char& c : name) c = c == '-' ? '_' : c;
  return name;
}

class Defect : public testing::TestWithParam<Kill> {};

TEST_P(Defect, DiesAtItsCheck) {
  const mock::Behavior* behavior = mock::find_behavior(GetParam().defect);
  ASSERT_NE(behavior, nullptr);
  ASSERT_EQ(behavior->kind, mock::BehaviorKind::kDefect);
  const MatrixRow row = run_row(behavior, kSeed, {.only = {GetParam().check}});
  EXPECT_EQ(row.complaint(), "") << row.text;
  EXPECT_GT(row.fired, 0u);
  EXPECT_EQ(row.verdict, Verdict::kNotConformant);
  EXPECT_EQ(row.first, GetParam().check) << row.text;
}

INSTANTIATE_TEST_SUITE_P(Representative, Defect,
                         testing::Values(Kill{"restamps-on-post", "write.keeps-date"},
                                         Kill{"hard-delete", "write.delete"},
                                         Kill{"last-arrival-wins", "merge.stale-delete"},
                                         Kill{"keyed-without-user", "users.same-item"},
                                         Kill{"any-token-accepted", "auth.get.unknown-token"},
                                         Kill{"replace-all", "write.others-untouched"},
                                         Kill{"envelope", "list.array"},
                                         Kill{"folds-case", "id.letter-case"},
                                         Kill{"half-applies-bad-array", "bad.among-good"},
                                         Kill{"lost-update-race", "concurrency.different-items"},
                                         Kill{"list-truncated-at-100", "list.complete"},
                                         Kill{"read-only-accepts-200", "read-only.post-refused"}),
                         [](const auto& kill) { return test_name(kill.param.defect); });

class Quirk : public testing::TestWithParam<const char*> {};

TEST_P(Quirk, RaisesNoAlarm) {
  const mock::Behavior* behavior = mock::find_behavior(GetParam());
  ASSERT_NE(behavior, nullptr);
  ASSERT_EQ(behavior->kind, mock::BehaviorKind::kQuirk);
  const MatrixRow row = run_row(behavior, kSeed);
  EXPECT_EQ(row.complaint(), "") << row.text;
  EXPECT_EQ(row.verdict, Verdict::kConformant) << row.text;
}

INSTANTIATE_TEST_SUITE_P(Representative, Quirk,
                         testing::Values("pretty-json", "reverse-order", "extra-members",
                                         "post-204", "gzip-when-asked", "closes-each-connection",
                                         "refuses-over-100-items"),
                         [](const auto& id) { return test_name(id.param); });

TEST(Matrix, CleanMockHasNoComplaint) {
  const MatrixRow row = run_row(nullptr, kSeed);
  EXPECT_EQ(row.complaint(), "") << row.text;
  EXPECT_EQ(row.first, "");
  EXPECT_LE(row.requests, 250);
}

TEST(Matrix, ComplaintNamesWhatIsAmiss) {
  MatrixRow row;
  row.behavior = "restamps-on-post";
  row.kind = mock::BehaviorKind::kDefect;
  row.breaks = mock::Breaks::kMust;
  row.clause = "4.2";
  EXPECT_EQ(row.complaint(), "was not exercised");
  row.fired = 1;
  EXPECT_EQ(row.complaint(), "lives");
  row.verdict = Verdict::kNotConformant;
  row.first = "list.json";
  row.clause_of_first = "3.1";
  EXPECT_EQ(row.complaint(), "dies at list.json (§3.1)");
  row.clause_of_first = "4.2";
  EXPECT_EQ(row.complaint(), "");
}

TEST(Matrix, AlarmOverAQuirkIsAComplaint) {
  MatrixRow row;
  row.breaks = mock::Breaks::kNothing;
  row.verdict = Verdict::kNotConformant;
  row.first = "list.json";
  EXPECT_EQ(row.complaint(), "alarm: not conformant at list.json");
}

TEST(Matrix, ChecksThatKillNothingAreNamed) {
  MatrixRow row;
  row.failed = {"write.delete"};
  const auto idle = checks_that_killed_nothing({row});
  EXPECT_THAT(idle, testing::Not(testing::Contains("write.delete")));
  EXPECT_THAT(idle, testing::Contains("write.keeps-date"));
}

}  // namespace
}  // namespace favsync::contract
