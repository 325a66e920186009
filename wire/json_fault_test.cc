#include "wire/json_fault.h"

#include <gtest/gtest.h>

namespace favsync {
namespace {

TEST(JsonFault, FindsNoneInJson) {
  for (const char* text :
       {"[]", " {} ", "null", "\"\"", "-0.5e+10", "[1e999,123456789012345678901]",
        R"({"a":[true,false,{"":"\u0000\ud83d\ude00\/"}]})"}) {
    EXPECT_FALSE(find_json_fault(text)) << text;
  }
}

TEST(JsonFault, NamesPlaceLineAndPath) {
  const auto fault = find_json_fault("[\n  {\"item\": \"a\",\n   \"odd name\": [0, tru]}]");
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->line, 3u);
  EXPECT_EQ(fault->column, 20u);
  EXPECT_EQ(fault->offset, 37u);
  EXPECT_EQ(fault->path, "[0][\"odd name\"][1]");
  EXPECT_EQ(fault->reason, "expected a JSON value, got \"t\"");
}

TEST(JsonFault, StopsAtDeepNesting) {
  const auto fault = find_json_fault(std::string(1'000'000, '['));
  ASSERT_TRUE(fault);
  EXPECT_EQ(fault->reason, "nested deeper than 1024 levels");
  EXPECT_FALSE(find_json_fault(std::string(1024, '[') + std::string(1024, ']')));
}

TEST(HugeNumbers, AreReplacedOutsideStringsAlone) {
  EXPECT_EQ(without_huge_numbers(R"([1e400,-12,"1e400\"1e400",123456789012345678901])"),
            R"([0    ,-12,"1e400\"1e400",0                    ])");
  EXPECT_EQ(without_huge_numbers("[-999999999999999999,1.25]"), "[0                  ,1.25]");
  EXPECT_EQ(without_huge_numbers("-1E5"), "0   ");
}

}  // namespace
}  // namespace favsync
