#include "contract_tests/diagnosis/diagnosis.h"

#include <gmock/gmock.h>

#include <algorithm>

namespace favsync::contract {
namespace {

using testing::Contains;
using testing::HasSubstr;

TEST(Diagnosis, SameFindingsNameTheDefectItsCauseAndItsCure) {
  const RecordedRow* row = find_recorded("restamps-on-post");
  ASSERT_NE(row, nullptr);
  const auto diagnosis = diagnose(row->failed, row->warned, recorded_matrix());
  ASSERT_TRUE(diagnosis);
  EXPECT_THAT(diagnosis->behaves_like, Contains("restamps-on-post"));
  EXPECT_GT(diagnosis->similarity, 0.99);
  EXPECT_THAT(to_text(*diagnosis), HasSubstr("behaves like `"));
}

TEST(Diagnosis, NothingIsSaidOfAPartnerWithoutFindings) {
  EXPECT_FALSE(diagnose({}, {}, recorded_matrix()));
}

TEST(Diagnosis, NothingIsSaidWhenUnsure) {
  const std::vector<Kill> odd{{"list.json", "html"},
                              {"users.apart", "crosses-users"},
                              {"merge.walk", "older-value-won"},
                              {"id.unicode", "id-altered"}};
  EXPECT_FALSE(diagnose(odd, {}, recorded_matrix()));
}

TEST(Diagnosis, ManyThatLookAlikeAreNoAnswer) {
  std::vector<RecordedRow> rows(4);
  for (auto& row : rows) {
    row.kind = "defect";
    row.failed = {{"a.b", "lost"}};
  }
  EXPECT_FALSE(diagnose({{"a.b", "lost"}}, {}, rows));
  rows.pop_back();
  EXPECT_TRUE(diagnose({{"a.b", "lost"}}, {}, rows));
}

// By its own findings each defect is found again, or is one of too many that look alike.
TEST(Diagnosis, NamesNoDefectForAnother) {
  for (const auto& row : recorded_matrix()) {
    if (row.kind != "defect") continue;
    const auto diagnosis = diagnose(row.failed, row.warned, recorded_matrix());
    if (!diagnosis) continue;
    EXPECT_THAT(diagnosis->behaves_like, Contains(row.behavior));
  }
}

}  // namespace
}  // namespace favsync::contract
