// Runs the program itself: reports that are written, rendered again, and shown again by a script.
#include <csignal>
#include <cstdlib>
#include <fstream>
#include <string>
#include <vector>

#include <gmock/gmock.h>
#include <sys/inotify.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>
#include <pugixml.hpp>

#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

struct Ended {
  int exit = -1;
  std::string out, err;
};

class ReportTest : public testing::Test {
 protected:
  // Runs a shell command in the test's folder; "favsync" in it is the program.
  Ended sh(const std::string& command) {
    const std::string all = "cd '" + folder_.file("") +
                            "' && favsync() { '" FAVSYNC_PROGRAM "' \"$@\"; } && { " + command +
                            "; } >stdout 2>stderr";
    const int status = std::system(all.c_str());
    return {WIFEXITED(status) ? WEXITSTATUS(status) : -1, read_file(file("stdout")),
            read_file(file("stderr"))};
  }
  std::string file(const std::string& name) const { return folder_.file(name); }
  TemporaryFolder folder_;
};

constexpr const char* kQuickRun = "favsync certify --depth quick --seed 7 --only 'list.*' ";

TEST_F(ReportTest, EveryFormIsTheSameAgainFromEvidence) {
  ASSERT_EQ(sh(std::string(kQuickRun) + "--report one").exit, 0);
  ASSERT_EQ(sh("favsync report one/evidence.json --report two && diff -r one two").exit, 0)
      << read_file(file("stdout"));
  for (const char* name : {"report.json", "junit.xml", "report.html", "report.md", "exchanges.har",
                           "report.txt", "evidence.json"}) {
    EXPECT_FALSE(read_file(file(std::string("two/") + name)).empty()) << name;
  }
}

TEST_F(ReportTest, DashIsStandardOutputAndNothingElseIsThere) {
  const Ended ended = sh(std::string(kQuickRun) + "--json -");
  EXPECT_EQ(ended.exit, 0);
  EXPECT_EQ(json::parse(ended.out)["verdict"], "conformant");
  EXPECT_THAT(ended.err, HasSubstr("conformant: "));
}

TEST_F(ReportTest, FileThatCannotBeWrittenIsNamedBeforeTheRun) {
  const Ended ended = sh(std::string(kQuickRun) + "--html no/such/folder/f.html");
  EXPECT_EQ(ended.exit, 2);
  EXPECT_EQ(ended.err,
            "favsync certify: --html no/such/folder/f.html: cannot be written: No such file or "
            "directory\n");
  EXPECT_EQ(ended.out, "");
}

TEST_F(ReportTest, TwoFormsDontGoToOneFile) {
  const Ended ended = sh(std::string(kQuickRun) + "--html f --json ./f");
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("--html f: --json goes there too"));
}

TEST_F(ReportTest, WhatIsNoEvidenceIsRefused) {
  EXPECT_THAT(
      sh("favsync report none.json").err,
      HasSubstr("favsync report: none.json: expected evidence that certify --evidence wrote"));
  EXPECT_EQ(sh("echo '{}' >e && favsync report e").exit, 2);
  EXPECT_THAT(read_file(file("stderr")), HasSubstr("no evidence of favsync"));
}

TEST_F(ReportTest, AnnotationsAreForGithubAndCanBeSwitchedOff) {
  const std::string failing = "favsync certify http://127.0.0.1:1 --token t ";
  EXPECT_THAT(sh("GITHUB_ACTIONS=true " + failing).err,
              HasSubstr("::error title=favsync certify::"));
  EXPECT_THAT(sh("GITHUB_ACTIONS=true " + failing + "--no-annotations").err,
              Not(HasSubstr("::error")));
  EXPECT_THAT(sh("GITHUB_ACTIONS=no " + failing).err, Not(HasSubstr("::error")));
}

TEST_F(ReportTest, NoTokenIsInAnyReport) {
  // The partner puts the whole request, credentials and all, into its answers.
  for (const char* auth : {"bearer", "basic", "header:X-User", "query:user", "cookie:user"}) {
    ASSERT_EQ(sh(std::string("favsync certify --depth quick --only 'auth.*' --auth ") + auth +
                 " --report r")
                  .exit,
              0)
        << read_file(file("stderr"));
    const Ended found = sh("grep -rlE 'alice-tok|bob-tok|ALICE-TOK|YWxpY2U' r");
    EXPECT_EQ(found.out, "") << auth;
    EXPECT_THAT(read_file(file("r/evidence.json")), HasSubstr("<token:first>"));
  }
}

// Runs the program until the file was replaced `times` times, then kills it without a warning.
void kill_after(const std::string& folder, const std::string& junit, int times) {
  const int watch = ::inotify_init1(IN_CLOEXEC);
  ASSERT_GE(::inotify_add_watch(watch, folder.c_str(), IN_MOVED_TO), 0);
  const pid_t pid = ::fork();
  if (pid == 0) {
    if (!std::freopen("/dev/null", "w", stdout)) ::_exit(126);
    ::execl(FAVSYNC_PROGRAM, "favsync", "certify", "--max-rps", "40", "--junit", junit.c_str(),
            static_cast<char*>(nullptr));
    ::_exit(127);
  }
  char events[4096];
  for (int seen = 0; seen < times;) {
    const ssize_t size = ::read(watch, events, sizeof events);
    ASSERT_GT(size, 0);
    for (ssize_t at = 0; at < size; ++seen) {
      at += static_cast<ssize_t>(sizeof(inotify_event) +
                                 reinterpret_cast<const inotify_event*>(events + at)->len);
    }
  }
  ::kill(pid, SIGKILL);
  ::waitpid(pid, nullptr, 0);
  ::close(watch);
}

TEST_F(ReportTest, KilledRunLeavesAJunitFileThatIsValidAndNotGreen) {
  kill_after(folder_.file(""), file("junit.xml"), 4);
  pugi::xml_document document;
  ASSERT_TRUE(document.load_file(file("junit.xml").c_str()));
  const auto suite = document.child("testsuites").child("testsuite");
  EXPECT_GE(suite.attribute("tests").as_int(), 5);
  EXPECT_EQ(suite.attribute("errors").as_int(), 1);
  EXPECT_THAT(suite.last_child().child("error").attribute("message").value(),
              HasSubstr("the run had not ended"));
}

// A mock on free ports, stopped at the end; its address is in $URL of `before`.
std::string with_mock(const std::string& options, const std::string& commands) {
  return "rm -f port; favsync serve --port 0 --admin-port 0 --port-file port " + options +
         " >serve.log 2>&1 & pid=$!; trap 'kill $pid; wait $pid' EXIT; "
         "while [ ! -s port ]; do kill -0 $pid || exit 99; done; "
         "URL=$(sed 's/.*\"partner\":\"\\([^\"]*\\)\".*/\\1/' port); " +
         commands;
}

const std::string kCertify =
    "favsync certify $URL --token alice-token --other-token bob-token --depth quick ";

TEST_F(ReportTest, ScriptShowsTheFaultAgainAndNotOnARightPartner) {
  const std::string script = "FAVSYNC_TOKEN=alice-token sh ./repro.sh";
  const Ended wrong =
      sh("( " +
         with_mock("--defect restamps-on-post",
                   kCertify +
                       "--only write.keeps-date --evidence e.json >/dev/null; "
                       "favsync repro write.keeps-date --evidence e.json -o repro.sh || exit 98; " +
                       script) +
         " )");
  EXPECT_EQ(wrong.exit, 1) << wrong.out << wrong.err;
  EXPECT_THAT(wrong.out, AllOf(HasSubstr("expected: ADD of "), HasSubstr("now:      ADD of "),
                               HasSubstr("The fault shows."), HasSubstr("Put back: status 200")));
  const Ended right =
      sh("( " + with_mock("", "FAVSYNC_URL=$URL FAVSYNC_TOKEN=alice-token sh ./repro.sh") + " )");
  EXPECT_EQ(right.exit, 0) << right.out << right.err;
  EXPECT_THAT(right.out, HasSubstr("The fault does not show."));
}

TEST_F(ReportTest, ScriptMovesDatesOfItemsThatStayTheSame) {
  const Ended wrong =
      sh("( " +
         with_mock(
             "--defect restamps-on-post",
             kCertify +
                 "--items session_1,session_2,session_3 --only write.keeps-date --evidence e.json "
                 ">/dev/null; favsync repro write.keeps-date --evidence e.json -o repro.sh || exit "
                 "98") +
         " )");
  ASSERT_EQ(wrong.exit, 0) << wrong.out << wrong.err;
  const Ended right =
      sh("( " + with_mock("", "export FAVSYNC_URL=$URL FAVSYNC_TOKEN=alice-token; sh ./repro.sh") +
         " )");
  EXPECT_EQ(right.exit, 0) << right.out << right.err;
}

TEST_F(ReportTest, ScriptWithoutATokenSaysWhichOne) {
  ASSERT_EQ(sh(std::string(kQuickRun) + "--evidence e.json").exit, 0);
  const Ended ended = sh("favsync repro list.stable --evidence e.json | FAVSYNC_TOKEN= sh");
  EXPECT_EQ(ended.exit, 2);
  EXPECT_THAT(ended.err, HasSubstr("FAVSYNC_TOKEN: not set; expected the token that certify was "
                                   "given as --token"));
}

}  // namespace
}  // namespace favsync
