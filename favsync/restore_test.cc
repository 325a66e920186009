// Runs the program itself against a partner, ends it in the middle by signals, and looks at what
// stays: journals, `favsync restore`, `--plan`.
#include <algorithm>
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <regex>
#include <thread>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "contract_tests/harness_front.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using contract::Front;
using testing::AllOf;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::Not;
using testing::SizeIs;

struct Ended {
  int exit = -1;  // 128 and the signal that ended it
  std::string out, err;
};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

class LiveRun : public testing::Test {
 protected:
  LiveRun() { ::setenv("XDG_STATE_HOME", folder_.file("state").c_str(), 1); }

  // Runs the program to its end; neither output is a terminal.
  Ended run(std::vector<std::string> arguments) {
    const std::string out = folder_.file("stdout"), err = folder_.file("stderr");
    arguments.insert(arguments.begin(), FAVSYNC_PROGRAM);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    const pid_t pid = ::fork();
    if (pid == 0) {
      const int flags = O_WRONLY | O_CREAT | O_TRUNC;
      ::dup2(::open(out.c_str(), flags, 0600), STDOUT_FILENO);
      ::dup2(::open(err.c_str(), flags, 0600), STDERR_FILENO);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    running_ = pid;
    int status = 0;
    ::waitpid(pid, &status, 0);
    running_ = 0;
    return {WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status), read_file(out),
            read_file(err)};
  }

  // Signals to the program, each when the request of that number has come, before it is answered.
  struct Signal {
    int at_request;
    int number;
  };
  Front::StepIn signals(std::vector<Signal> signals) {
    return [this, signals](const TestRequest&, TestReply&) {
      const int request = ++requests_;
      for (const Signal& signal : signals) {
        if (signal.at_request != request) continue;
        while (running_ == 0) std::this_thread::yield();
        ::kill(running_, signal.number);
      }
      return true;
    };
  }
  static std::vector<std::string> certify(const Front& front) {
    return {"certify",       front.url(), "--token", "alice-token",
            "--other-token", "bob-token", "--seed",  "11"};
  }
  std::vector<std::string> restore(const std::string& journal, const std::string& url) {
    return {"restore", journal, url, "--token", "alice-token", "--other-token", "bob-token"};
  }
  std::vector<std::string> journals() const {
    std::vector<std::string> files;
    std::error_code none;
    for (const auto& file :
         std::filesystem::directory_iterator(folder_.file("state/favsync"), none)) {
      files.push_back(file.path());
    }
    return files;
  }

  TemporaryFolder folder_;
  std::atomic<pid_t> running_{0};
  std::atomic<int> requests_{0};
};

constexpr int kMidRun = 80;

TEST_F(LiveRun, KilledRunIsPutBackFromItsJournal) {
  Front front(Front::with_two_users(), signals({{kMidRun, SIGKILL}}));
  const auto bob_before = front.added("bob");
  const Ended killed = run(certify(front));
  EXPECT_EQ(killed.exit, 128 + SIGKILL);
  ASSERT_THAT(journals(), SizeIs(1));
  const std::string journal = journals().front();
  EXPECT_THAT(read_file(journal),
              AllOf(Not(HasSubstr("alice-token")), Not(HasSubstr("bob-token"))));
  EXPECT_THAT(front.added("alice"), SizeIs(testing::Gt(3u)));  // the test would prove nothing

  const Ended restored = run(restore(journal, front.url()));
  EXPECT_EQ(restored.exit, 0) << restored.out << restored.err;
  EXPECT_THAT(restored.out, HasSubstr("Done. " + journal + " is not needed any more."));
  EXPECT_THAT(front.added("alice"), ElementsAre("session_21982"));
  EXPECT_EQ(front.added("bob"), bob_before);

  const auto after = front.partner().user("alice").favorites();
  const Ended again = run(restore(journal, front.url()));
  EXPECT_EQ(again.exit, 0) << again.out << again.err;
  EXPECT_THAT(again.out, HasSubstr("nothing is left to put back"));
  EXPECT_EQ(front.partner().user("alice").favorites(), after);
}

TEST_F(LiveRun, KilledRestoreIsFinishedByTheNextOne) {
  // 3 requests after the kill, `restore` is in its own writes.
  Front front(Front::with_two_users(), signals({{kMidRun, SIGKILL}, {kMidRun + 3, SIGKILL}}));
  run(certify(front));
  ASSERT_THAT(journals(), SizeIs(1));
  const std::string journal = journals().front();
  EXPECT_EQ(run(restore(journal, front.url())).exit, 128 + SIGKILL);
  const Ended finished = run(restore(journal, front.url()));
  EXPECT_EQ(finished.exit, 0) << finished.out << finished.err;
  EXPECT_THAT(front.added("alice"), ElementsAre("session_21982"));
}

TEST_F(LiveRun, NamedItemsOfAKilledRunHaveTheirActionAgain) {
  Front front(Front::with_two_users(), signals({{kMidRun, SIGKILL}}));
  const std::string items = "kept-1,kept-2,gone-1,gone-2,new-1,new-2,new-3,new-4,new-5,new-6";
  for (const char* item : {"kept-1", "kept-2"}) {
    front.partner().user("alice").adds(item, at("10:45:12.798"));
  }
  for (const char* item : {"gone-1", "gone-2"}) {
    front.partner().user("alice").deletes(item, at("10:45:12.798"));
  }
  auto arguments = certify(front);
  arguments.insert(arguments.end(), {"--items", items});
  EXPECT_EQ(run(arguments).exit, 128 + SIGKILL);
  ASSERT_THAT(journals(), SizeIs(1));
  const Ended restored = run(restore(journals().front(), front.url()));
  EXPECT_EQ(restored.exit, 0) << restored.out << restored.err;
  EXPECT_THAT(front.added("alice"), ElementsAre("kept-1", "kept-2", "session_21982"));
}

TEST_F(LiveRun, EachWriteIsInTheJournalBeforeItIsSent) {
  const std::string journal = folder_.file("own.jsonl");
  std::vector<std::string> missing;
  Front front(Front::with_two_users(), [&](const TestRequest& request, TestReply&) {
    const auto body = nlohmann::json::parse(request.body, nullptr, false);
    if (!body.is_array()) return true;
    const std::string noted = read_file(journal);
    for (const auto& element : body) {
      // Bodies that must be refused name odd things; what has a good id may be taken.
      const bool good = element.is_object() && element.contains("item") &&
                        element["item"].is_string() && element["item"] != "";
      const std::string name = good ? element["item"].dump() : "";
      if (good && noted.find("\"item\":" + name) == std::string::npos) missing.push_back(name);
    }
    return true;
  });
  auto arguments = certify(front);
  arguments.insert(arguments.end(), {"--depth", "quick", "--journal", journal});
  const Ended ended = run(arguments);
  EXPECT_EQ(ended.exit, 0) << ended.out << ended.err;
  EXPECT_THAT(missing, IsEmpty());
  EXPECT_THAT(read_file(journal), HasSubstr("{\"restored\":true}"));  // it was asked for, and stays
}

TEST_F(LiveRun, SignalsEndTheRunAndStillPutBack) {
  for (const int signal : {SIGINT, SIGTERM, SIGHUP}) {
    requests_ = 0;
    Front front(Front::with_two_users(), signals({{kMidRun, signal}}));
    const Ended ended = run(certify(front));
    EXPECT_EQ(ended.exit, 130) << ended.out << ended.err;
    EXPECT_THAT(ended.out, HasSubstr("inconclusive"));
    EXPECT_THAT(front.added("alice"), ElementsAre("session_21982"));
    EXPECT_THAT(journals(), IsEmpty());
  }
}

TEST_F(LiveRun, SecondSignalStopsAtOnceAndNamesTheJournal) {
  Front front(Front::with_two_users(), signals({{kMidRun, SIGINT}, {kMidRun + 1, SIGINT}}));
  const Ended ended = run(certify(front));
  EXPECT_EQ(ended.exit, 130);
  ASSERT_THAT(journals(), SizeIs(1));
  EXPECT_THAT(ended.err, HasSubstr("favsync restore " + journals().front() + " " + front.url()));
  EXPECT_EQ(ended.out, "");
  EXPECT_EQ(run(restore(journals().front(), front.url())).exit, 0);
  EXPECT_THAT(front.added("alice"), ElementsAre("session_21982"));
}

TEST_F(LiveRun, PartnerThatTakesNothingBackIsSixAndTheJournalStays) {
  std::atomic<int> posts{0};
  Front front(Front::with_two_users(), [&](const TestRequest& request, TestReply& reply) {
    if (request.method != "POST" || ++posts < 20) return true;
    reply.status = 422;
    return false;
  });
  Front again;
  auto arguments = certify(front);
  arguments.insert(arguments.end(), {"--depth", "quick"});
  const Ended ended = run(arguments);
  EXPECT_EQ(ended.exit, 1) << ended.out;
  ASSERT_THAT(journals(), SizeIs(1));
  EXPECT_THAT(ended.out, HasSubstr("favsync restore " + journals().front()));
  const Ended restored = run(restore(journals().front(), front.url()));
  EXPECT_EQ(restored.exit, 6) << restored.out;
  EXPECT_THAT(restored.out, HasSubstr("not put back: session_9"));
  EXPECT_THAT(restored.err, HasSubstr("the journal is kept"));
  posts = -1000;  // mended
  EXPECT_EQ(run(restore(journals().front(), front.url())).exit, 0);
  EXPECT_THAT(front.added("alice"), ElementsAre("session_21982"));
}

TEST_F(LiveRun, WrongUseOfRestoreIsTwoAndSaysWhatWasExpected) {
  const std::string journal = folder_.file("run.jsonl");
  const auto expect_usage_error = [&](const std::string& url, const std::string& says) {
    const Ended ended = run(restore(journal, url));
    EXPECT_EQ(ended.exit, 2) << says;
    EXPECT_THAT(ended.err, HasSubstr(says));
    EXPECT_EQ(ended.out, "");
  };
  expect_usage_error("http://127.0.0.1:1", "run.jsonl: expected a journal");
  std::ofstream(journal) << "{\"favsync_journal\":1,\"url\":\"http://127.0.0.1:1\"}\nwhat?\n";
  expect_usage_error("http://127.0.0.1:1", "run.jsonl: line 2: expected {\"user\"");
  std::ofstream(journal) << "{\"favsync_journal\":1,\"url\":\"http://127.0.0.1:1\"}\n";
  expect_usage_error("http://other.example", "expected http://127.0.0.1:1, where the journal's");
  EXPECT_EQ(run({"restore", journal, "http://127.0.0.1:1"}).exit, 2);  // no token
}

TEST_F(LiveRun, RestoreOfAPartnerThatIsGoneIsThree) {
  std::string url;
  {
    Front front(Front::with_two_users(), signals({{kMidRun, SIGKILL}}));
    url = front.url();
    run(certify(front));
  }
  ASSERT_THAT(journals(), SizeIs(1));
  const Ended ended = run(restore(journals().front(), url));
  EXPECT_EQ(ended.exit, 3);
  EXPECT_THAT(ended.err, HasSubstr("no connection"));
}

int number_in(const std::string& text, const std::string& pattern) {
  std::smatch found;
  return std::regex_search(text, found, std::regex(pattern)) ? std::stoi(found[1]) : -1;
}

TEST_F(LiveRun, PlanSendsNothingAndIsWhatIsSentThen) {
  for (const std::string depth : {"quick", "standard"}) {
    Front front;
    auto arguments = certify(front);
    arguments.insert(arguments.end(), {"--depth", depth});
    auto plan = arguments;
    plan.emplace_back("--plan");
    const Ended planned = run(plan);
    EXPECT_EQ(planned.exit, 0) << planned.err;
    EXPECT_EQ(front.requests(), 0);
    EXPECT_THAT(planned.out, HasSubstr("Nothing was sent to it."));
    const Ended real = run(arguments);
    EXPECT_EQ(real.exit, 0) << real.out;
    const int requests = number_in(planned.out, "\n *(\\d+) +\\d+  in all");
    EXPECT_GT(requests, 20);
    // A partner in order gets the same, but for what its answers decide: within a twentieth.
    EXPECT_NEAR(requests, front.requests(), front.requests() / 20.0);
    EXPECT_EQ(number_in(planned.out, "Items written: (\\d+)"),
              number_in(real.out, "Test data: (\\d+) items written"));
    EXPECT_EQ(number_in(planned.out, "date; (\\d+) that were not there"),
              number_in(real.out, "; (\\d+) that were new stay"));
  }
}

}  // namespace
}  // namespace favsync
