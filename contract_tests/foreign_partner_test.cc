// The suite against a server that shares nothing with favsync: Python's standard library, right and
// wrong.
#include <gtest/gtest.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>
#include <unistd.h>

#include <cstdio>
#include <string>
#include <vector>

#include "contract_tests/reports/reports.h"
#include "contract_tests/runner.h"

extern char** environ;

namespace favsync::contract {
namespace {

// The partner as a process of its own; ends with the object.
class ForeignPartner {
 public:
  explicit ForeignPartner(std::vector<std::string> arguments) {
    std::vector<std::string> words{"python3",
                                   FAVSYNC_SOURCE_DIR "/contract_tests/foreign/partner.py"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    int ends[2];
    if (pipe(ends) != 0) throw std::runtime_error("pipe");
    posix_spawn_file_actions_t actions;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, ends[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, ends[0]);
    const int error = posix_spawnp(&pid_, "python3", &actions, nullptr, argv.data(), environ);
    posix_spawn_file_actions_destroy(&actions);
    ::close(ends[1]);
    if (error != 0) throw std::runtime_error("python3 cannot be started");
    std::FILE* out = fdopen(ends[0], "r");
    if (std::fscanf(out, "%d", &port_) != 1) throw std::runtime_error("the partner has no port");
    std::fclose(out);
  }
  ~ForeignPartner() {
    kill(pid_, SIGKILL);
    waitpid(pid_, nullptr, 0);
  }
  int port() const { return port_; }

 private:
  pid_t pid_ = 0;
  int port_ = 0;
};

Report certify_foreign(std::vector<std::string> arguments) {
  const ForeignPartner partner(std::move(arguments));
  Options options;
  options.target = *Target::parse("http://127.0.0.1:" + std::to_string(partner.port()));
  options.token = *UserToken::make("ann-1");
  options.same_user_token = *UserToken::make("ann-2");
  options.other_token = *UserToken::make("ben-1");
  options.empty_token = *UserToken::make("nil-1");
  return certify(options);
}

TEST(ForeignPartner, RightOneIsConformant) {
  const Report report = certify_foreign({});
  EXPECT_EQ(report.verdict(), Verdict::kConformant) << to_text(report, {});
  EXPECT_EQ(report.profile, Profile::kTwoWay);
  EXPECT_LE(report.requests, 250);
}

TEST(ForeignPartner, RightReadOnlyOneIsConformant) {
  const Report report = certify_foreign({"--read-only"});
  EXPECT_EQ(report.verdict(), Verdict::kConformant) << to_text(report, {});
  EXPECT_EQ(report.profile, Profile::kReadOnly);
  EXPECT_LE(report.requests, 40);
}

struct Bug {
  const char* name;
  const char* check;
};

class ForeignBug : public testing::TestWithParam<Bug> {};

TEST_P(ForeignBug, IsNamed) {
  const Report report = certify_foreign({"--bug", GetParam().name});
  ASSERT_EQ(report.verdict(), Verdict::kNotConformant) << to_text(report, {});
  EXPECT_EQ(report.first_failure()->check->id, GetParam().check) << to_text(report, {});
}

INSTANTIATE_TEST_SUITE_P(Bugs, ForeignBug,
                         testing::Values(Bug{"now", "write.keeps-date"}, Bug{"noon", "date.hours"},
                                         Bug{"tombstone", "write.delete"},
                                         Bug{"whole-list", "write.others-untouched"},
                                         Bug{"open-door", "auth.get.unknown-token"},
                                         Bug{"every-fiftieth", "write.every-item"}),
                         [](const auto& bug) {
                           std::string name = bug.param.name;
                           for (char& c : name) c = c == '-' ? '_' : c;
                           return name;
                         });

}  // namespace
}  // namespace favsync::contract
