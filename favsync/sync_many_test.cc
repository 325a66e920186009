// Runs the program itself: what `favsync sync --users` does against mocks in this process.
#include <array>
#include <csignal>
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <fcntl.h>
#include <gmock/gmock.h>
#include <poll.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "mock_server/mock_server.h"
#include "sync_engine/sqlite_favorite_store.h"

namespace favsync {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;

// The program with standard output and error in pipes. Killed if a test leaves it running.
class Program {
 public:
  explicit Program(std::vector<std::string> words) {
    int out[2], err[2];
    if (::pipe2(out, O_CLOEXEC) != 0 || ::pipe2(err, O_CLOEXEC) != 0) {
      throw std::runtime_error("no pipe");
    }
    words.insert(words.begin(), {FAVSYNC_PROGRAM, "sync"});
    std::vector<char*> argv;
    for (auto& word : words) argv.push_back(word.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(out[1], STDOUT_FILENO);
      ::dup2(err[1], STDERR_FILENO);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(out[1]);
    ::close(err[1]);
    out_ = out[0];
    err_ = err[0];
  }
  ~Program() {
    if (pid_ > 0) ::kill(pid_, SIGKILL);
    if (pid_ > 0) ::waitpid(pid_, nullptr, 0);
    ::close(out_);
    ::close(err_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  std::string line() { return read(out_, true); }
  std::string out() { return read(out_, false); }
  std::string err() { return read(err_, false); }
  void signal(int number) { ::kill(pid_, number); }
  int exit_status() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }

 private:
  static std::string read(int from, bool one_line) {
    std::string text;
    char byte;
    pollfd entry{from, POLLIN, 0};
    while (::poll(&entry, 1, 20'000) > 0 && ::read(from, &byte, 1) == 1) {
      text += byte;
      if (one_line && byte == '\n') break;
    }
    return text;
  }
  pid_t pid_ = -1;
  int out_ = -1, err_ = -1;
};

class SyncManyTest : public testing::Test {
 protected:
  SyncManyTest() {
    std::string name = (std::filesystem::temp_directory_path() / "sync_many_XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~SyncManyTest() override { std::filesystem::remove_all(directory_); }

  std::string path(const std::string& name) const { return (directory_ / name).string(); }
  std::string write(const std::string& name, const std::string& text) {
    std::ofstream(path(name)) << text;
    return path(name);
  }
  std::string read(const std::string& name) {
    std::ifstream file(path(name));
    return {std::istreambuf_iterator<char>(file), {}};
  }
  // The options that every test gives, and more.
  std::vector<std::string> words(std::vector<std::string> more) {
    more.insert(more.end(), {"--store", path("store.db"), "--retries", "0", "--timeout", "5s"});
    return more;
  }
  static void fill(MockServer& server, int users, const std::string& prefix = "user") {
    for (int i = 0; i < users; ++i) {
      const auto name = prefix + std::to_string(i);
      server.user(name)
          .token(name + "-token")
          .adds(name + "-item", Timestamp::from_unix(1493721912));
    }
  }
  static std::string lines(int users, const std::string& prefix = "user",
                           const std::string& url = "") {
    std::string text;
    for (int i = 0; i < users; ++i) {
      const auto name = prefix + std::to_string(i);
      text += name + ',' + name + "-token" + (url.empty() ? "" : ',' + url) + '\n';
    }
    return text;
  }

  std::filesystem::path directory_;
};

TEST_F(SyncManyTest, EveryUserGetsWhatThePartnerHasAndTheOtherWayRound) {
  MockServer server;
  fill(server, 5);
  {
    auto store = SqliteFavoriteStore::open(path("store.db")).value();
    store->edit("user3", "mine", Action::kAdd, Timestamp::from_unix(1493721999)).value();
  }
  Program program(words({server.url(), "--users", write("users.csv", lines(5)), "--json",
                         "--metrics-file", path("favsync.prom")}));
  const auto summary = json::parse(program.out());
  EXPECT_EQ(program.exit_status(), 0) << program.err();
  EXPECT_EQ(summary["users"], 5);
  EXPECT_EQ(summary["synced"], 5);
  EXPECT_EQ(summary["pulled"], 5);
  EXPECT_EQ(summary["pushed"], 1);
  EXPECT_EQ(summary["partners"][0]["breaker"], "closed");
  EXPECT_EQ(server.user("user3").favorites().size(), 2u);
  auto store = SqliteFavoriteStore::open(path("store.db")).value();
  EXPECT_EQ(store->load("user4").value().at(0).favorite.item, "user4-item");
  EXPECT_THAT(read("favsync.prom"),
              AllOf(HasSubstr("result=\"ok\"} 5"), HasSubstr("favsync_sync_cycles_total 1"),
                    Not(HasSubstr("-token"))));
}

TEST_F(SyncManyTest, OnePartnersTroubleDoesNotStopTheOther) {
  MockServer good;
  fill(good, 20, "good");
  std::string dead_url;
  {
    const MockServer dead;
    dead_url = dead.url();
  }
  const auto users = write("users.csv", lines(20, "bad", dead_url) + lines(20, "good", good.url()));
  Program program(words({"--users", users, "--json", "--jobs", "4"}));
  const auto summary = json::parse(program.out());
  EXPECT_EQ(program.exit_status(), 1);
  EXPECT_EQ(summary["synced"], 20);
  EXPECT_EQ(summary["failed"], 20);
  EXPECT_GE(summary["errors"]["connection"].get<int>(), 5);
  for (const auto& partner : summary["partners"]) {
    EXPECT_EQ(partner["breaker"], partner["url"] == dead_url ? "open" : "closed");
  }
  EXPECT_THAT(program.err(), HasSubstr("favsync sync: bad"));
}

TEST_F(SyncManyTest, RefusedTokenFailsItsUserAloneAndIsNotShown) {
  MockServer server;
  fill(server, 2);
  const auto users = write("users.csv", lines(2) + "mallory,no-such-secret\n");
  Program program(words({server.url(), "--users", users}));
  EXPECT_THAT(program.out(), HasSubstr("2 synced, 1 failed (unauthorized 1)"));
  EXPECT_THAT(program.err(), AllOf(HasSubstr("mallory: GET http://"), HasSubstr("sign the user in"),
                                   Not(HasSubstr("no-such-secret"))));
  EXPECT_EQ(program.exit_status(), 1);
}

TEST_F(SyncManyTest, NoPartnerReachedIsStatusThree) {
  std::string dead_url;
  {
    const MockServer dead;
    dead_url = dead.url();
  }
  Program program(words({dead_url, "--users", write("users.csv", lines(3))}));
  EXPECT_THAT(program.out(), HasSubstr("0 synced, 3 failed (connection 3)"));
  EXPECT_EQ(program.exit_status(), 3);
}

TEST_F(SyncManyTest, CyclesGoOnUntilASignalAndUseEtags) {
  MockServer::Options options;
  options.quirks = {"etag-and-304"};
  MockServer server(options);
  fill(server, 3);
  const auto users = write("users.json", R"({"users":[{"name":"user0","token":"user0-token"}]})");
  Program program(words({server.url(), "--users", users, "--json", "--every", "20ms"}));
  EXPECT_EQ(json::parse(program.line())["pulled"], 1);
  EXPECT_EQ(json::parse(program.line())["not_modified"], 1);
  // Written aside and renamed, as anyone should who changes it under a running program.
  write("new.csv", lines(3));
  std::filesystem::rename(path("new.csv"), users);
  std::size_t synced = 0;
  for (int i = 0; i < 50 && synced < 3; ++i) synced = json::parse(program.line())["synced"];
  EXPECT_EQ(synced, 3u) << "users that came later are synced";
  program.signal(SIGTERM);
  program.out();
  EXPECT_EQ(program.exit_status(), 0) << program.err();
}

TEST_F(SyncManyTest, SignalEndsASingleCycleWithItsOwnStatus) {
  MockServer server;
  fill(server, 50);
  Program program(words({server.url(), "--users", write("users.csv", lines(50)), "--json", "--jobs",
                         "1", "--rate", "20"}));
  ASSERT_TRUE(server.journal().wait_for({}, 1, std::chrono::seconds{20}));
  program.signal(SIGINT);
  const auto summary = json::parse(program.out());
  EXPECT_EQ(program.exit_status(), 130);
  EXPECT_GT(summary["stopped"].get<int>(), 0);
  EXPECT_EQ(summary["stopped"].get<int>() + summary["synced"].get<int>(), 50);
}

TEST_F(SyncManyTest, ReadOnlyNeverPosts) {
  MockServer server;
  fill(server, 3);
  {
    auto store = SqliteFavoriteStore::open(path("store.db")).value();
    store->edit("user1", "mine", Action::kAdd, Timestamp::from_unix(1493721999)).value();
  }
  Program program(
      words({server.url(), "--users", write("users.csv", lines(3)), "--json", "--read-only"}));
  EXPECT_EQ(json::parse(program.out())["unsent"], 1);
  EXPECT_EQ(program.exit_status(), 0);
  for (const auto& exchange : server.journal().find()) EXPECT_EQ(exchange.method, "GET");
}

TEST_F(SyncManyTest, WrongOptionsSayWhatIsMissingAndAreStatusTwo) {
  const auto expect_refused = [&](std::vector<std::string> more, const std::string& says) {
    Program program(words(std::move(more)));
    EXPECT_THAT(program.err(), HasSubstr(says));
    EXPECT_EQ(program.exit_status(), 2) << says;
  };
  const auto users = write("users.csv", lines(1));
  expect_refused({}, "expected URL and --token for one user, or --users FILE for many");
  expect_refused({"http://127.0.0.1:1", "--token", "t", "--every", "5m"}, "--every");
  expect_refused({"--users", users, "--token", "t"}, "--token and --users");
  expect_refused({"--users", users}, "users.csv: line 1: url: expected one");
  expect_refused({"--users", path("none.csv")}, "none.csv: expected a file of users");
  expect_refused({"http://127.0.0.1:1", "--users", users, "--every", "5"}, "--every: ");
  expect_refused({"http://127.0.0.1:1", "--users", users, "--jobs", "0"}, "--jobs");
}

}  // namespace
}  // namespace favsync
