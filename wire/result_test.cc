#include "wire/result.h"

#include <gtest/gtest.h>

#include <set>

namespace favsync {
namespace {

TEST(Result, EveryErrorCodeHasANameOfItsOwn) {
  std::set<std::string_view> names;
  for (int code = 0; code <= static_cast<int>(ErrorCode::kInternal); ++code) {
    names.insert(to_string(static_cast<ErrorCode>(code)));
  }
  EXPECT_EQ(names.size(), static_cast<std::size_t>(ErrorCode::kInternal) + 1);
  EXPECT_EQ(to_string(ErrorCode::kReadOnlyPartner), "read_only_partner");
}

TEST(Result, FailCarriesCodeAndMessage) {
  const Status status = fail(ErrorCode::kTimeout, "no answer in 10 s");
  ASSERT_FALSE(status);
  EXPECT_EQ(status.error().code, ErrorCode::kTimeout);
  EXPECT_EQ(status.error().message, "no answer in 10 s");
  EXPECT_FALSE(status.error().retry_after);
}

}  // namespace
}  // namespace favsync
