#include "contract_tests/pages/check_pages.h"

#include <gmock/gmock.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <set>

#include "contract_tests/pages/reasons.h"

namespace favsync::contract {
namespace {

namespace fs = std::filesystem;

const fs::path kPages = fs::path(FAVSYNC_SOURCE_DIR) / "docs/checks";

std::string read_file(const fs::path& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

constexpr const char* kMakeAnew = "; make them anew: favsync explain --pages docs/checks";

TEST(CheckPages, AreUpToDate) {
  for (const auto& check : all_checks()) {
    EXPECT_EQ(read_file(kPages / page_name(check)), check_page(check, recorded_matrix()))
        << page_name(check) << kMakeAnew;
  }
  EXPECT_EQ(read_file(kPages / "README.md"), check_index()) << kMakeAnew;
}

TEST(CheckPages, NoneIsOfACheckThatIsGone) {
  for (const auto& entry : fs::directory_iterator(kPages)) {
    const std::string id = entry.path().stem().string();
    EXPECT_TRUE(id == "README" || find_check(id)) << entry.path();
  }
}

TEST(CheckPages, TellTheDefectAndItsCure) {
  const std::string page = check_page(*find_check("write.keeps-date"), recorded_matrix());
  EXPECT_THAT(page, testing::HasSubstr("| `restamps-on-post` |"));
  EXPECT_THAT(page, testing::HasSubstr("| `restamped` |"));
  EXPECT_THAT(page, testing::HasSubstr("--only write.keeps-date"));
}

TEST(Reasons, EachThatTheMatrixHoldsHasAMeaning) {
  std::set<std::string> reasons;
  for (const auto& row : recorded_matrix()) {
    for (const auto* kills : {&row.failed, &row.warned, &row.also}) {
      for (const Kill& kill : *kills) reasons.insert(kill.reason);
    }
  }
  for (const auto& reason : reasons) EXPECT_NE(meaning_of(reason), "") << reason;
}

TEST(Reasons, ASuffixIsExplainedBehindTheWord) {
  EXPECT_EQ(meaning_of("reads-differ.flaky"),
            "Two reads with no write between them differ. It did not happen in each of three "
            "tries.");
  EXPECT_EQ(meaning_of("status-415"), "Answered 415, which is not what the contract asks.");
  EXPECT_EQ(meaning_of("no-such-word"), "");
}

}  // namespace
}  // namespace favsync::contract
