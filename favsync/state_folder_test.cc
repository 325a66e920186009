#include "favsync/state_folder.h"

#include <cstdlib>
#include <filesystem>
#include <map>
#include <optional>
#include <string>

#include <gmock/gmock.h>

#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using testing::EndsWith;
using testing::HasSubstr;
using testing::StartsWith;

class StateFolder : public testing::Test {
 protected:
  StateFolder() {
    for (const char* name : {"XDG_STATE_HOME", "HOME", "TMPDIR"}) {
      const char* value = std::getenv(name);
      before_[name] = value ? std::optional<std::string>(value) : std::nullopt;
    }
  }
  ~StateFolder() override {
    for (const auto& [name, value] : before_) {
      value ? ::setenv(name.c_str(), value->c_str(), 1) : ::unsetenv(name.c_str());
    }
  }

  std::map<std::string, std::optional<std::string>> before_;
  TemporaryFolder folder_;
};

TEST_F(StateFolder, IsWhereTheEnvironmentSaysAndIsMade) {
  const std::string home = folder_.file("state");
  ::setenv("XDG_STATE_HOME", home.c_str(), 1);
  const auto file = new_state_file("journal", ".jsonl");
  ASSERT_TRUE(file) << file.error().message;
  EXPECT_THAT(*file, StartsWith(home + "/favsync/journal-"));
  EXPECT_THAT(*file, EndsWith(".jsonl"));
  EXPECT_TRUE(std::filesystem::is_directory(home + "/favsync"));
  EXPECT_FALSE(std::filesystem::exists(*file));
}

TEST_F(StateFolder, RelativeAndUnusableOnesArePassedOver) {
  ::setenv("XDG_STATE_HOME", "state", 1);
  ::setenv("HOME", folder_.file("home").c_str(), 1);
  const auto in_home = new_state_file("journal", ".jsonl");
  ASSERT_TRUE(in_home) << in_home.error().message;
  EXPECT_THAT(*in_home, StartsWith(folder_.file("home") + "/.local/state/favsync/"));
  ::setenv("XDG_STATE_HOME", "/dev/null", 1);  // is no folder, and can't become one
  ::setenv("HOME", "/dev/null", 1);
  ::setenv("TMPDIR", folder_.file("").c_str(), 1);
  const auto temporary = new_state_file("journal", ".jsonl");
  ASSERT_TRUE(temporary) << temporary.error().message;
  EXPECT_THAT(*temporary, HasSubstr(folder_.file("")));
}

}  // namespace
}  // namespace favsync
