#include "contract_tests/matrix/recorded_matrix.h"

#include <gmock/gmock.h>

#include <fstream>
#include <iterator>

#include "contract_tests/check.h"

namespace favsync::contract {
namespace {

std::string golden_text() {
  std::ifstream file(FAVSYNC_SOURCE_DIR "/fixtures/kill_matrix.json", std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

TEST(RecordedMatrix, ComesBackByteForByte) {
  const auto rows = read_matrix(golden_text());
  ASSERT_TRUE(rows) << rows.error().message;
  EXPECT_EQ(to_json(*rows), golden_text());
}

TEST(RecordedMatrix, IsTheOneThatTheProgramCarries) {
  EXPECT_EQ(to_json(recorded_matrix()), golden_text());
}

TEST(RecordedMatrix, ALineThatIsNoRowIsNamed) {
  const auto rows =
      read_matrix("[\n{\"behavior\":\"\",\"kind\":\"clean\",\"verdict\":\"x\"},\n{}\n]\n");
  ASSERT_FALSE(rows);
  EXPECT_THAT(rows.error().message, testing::StartsWith("line 3: expected a row"));
}

TEST(RecordedMatrix, DigestChangesWithADeclarationAndNotWithWhatElseWasSeen) {
  RecordedRow row;
  row.behavior = "x";
  row.verdict = "not conformant";
  row.first = Kill{"a.b", "lost"};
  const std::string before = digest({row});
  row.failed = {{"c.d", "also"}};
  EXPECT_EQ(digest({row}), before);
  row.first->reason = "found";
  EXPECT_NE(digest({row}), before);
}

TEST(RecordedMatrix, DeclaresTheFirstPlaceAndItsAlternatives) {
  RecordedRow row;
  row.first = Kill{"a.b", "lost"};
  row.also = {{"c.d", "late"}};
  EXPECT_TRUE(row.declares({"a.b", "lost"}));
  EXPECT_TRUE(row.declares({"c.d", "late"}));
  EXPECT_FALSE(row.declares({"a.b", "late"}));
}

// A defect that a check of another clause sees first, or in several places, needs a reason.
TEST(RecordedMatrix, ADeclarationThatIsNotPlainSaysWhy) {
  for (const auto& row : recorded_matrix()) {
    if (row.kind != "defect" || !row.first) continue;
    const Check* check = find_check(row.first->check);
    ASSERT_NE(check, nullptr) << row.behavior << ": " << row.first->check;
    const bool plain = check->clause == row.clause && row.also.empty();
    EXPECT_EQ(row.why.empty(), plain) << row.behavior << ": " << to_text(*row.first);
  }
}

}  // namespace
}  // namespace favsync::contract
