// Runs the program itself: what `favsync serve` prints, writes and returns.
#include <array>
#include <chrono>
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

namespace favsync {
namespace {

using nlohmann::json;
using testing::HasSubstr;

// The program with its standard output and error in one pipe. Killed if a test leaves it running.
class Program {
 public:
  explicit Program(std::vector<std::string> arguments) {
    int ends[2];
    if (::pipe2(ends, O_CLOEXEC) != 0) throw std::runtime_error("no pipe");
    arguments.insert(arguments.begin(), FAVSYNC_PROGRAM);
    std::vector<char*> argv;
    for (std::string& argument : arguments) argv.push_back(argument.data());
    argv.push_back(nullptr);
    pid_ = ::fork();
    if (pid_ == 0) {
      ::dup2(ends[1], STDOUT_FILENO);
      ::dup2(ends[1], STDERR_FILENO);
      ::execv(argv[0], argv.data());
      ::_exit(127);
    }
    ::close(ends[1]);
    output_ = ends[0];
  }
  ~Program() {
    if (pid_ > 0) {
      ::kill(pid_, SIGKILL);
      wait_for_exit();
    }
    ::close(output_);
  }
  Program(const Program&) = delete;
  Program& operator=(const Program&) = delete;

  // Reads until `end` has come, the program ends, or patience does.
  std::string read_until(std::string_view end) {
    const auto deadline = std::chrono::steady_clock::now() + std::chrono::seconds(20);
    std::string text;
    while (text.find(end) == std::string::npos) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(
          deadline - std::chrono::steady_clock::now());
      pollfd entry{output_, POLLIN, 0};
      std::array<char, 4096> buffer;
      if (left.count() <= 0 || ::poll(&entry, 1, static_cast<int>(left.count())) <= 0) break;
      const ssize_t got = ::read(output_, buffer.data(), buffer.size());
      if (got <= 0) break;
      text.append(buffer.data(), static_cast<std::size_t>(got));
    }
    return text;
  }
  std::string read_all() { return read_until("\xff"); }
  void signal(int number) { ::kill(pid_, number); }
  int wait_for_exit() {
    int status = 0;
    ::waitpid(std::exchange(pid_, -1), &status, 0);
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
  }
  pid_t pid() const { return pid_; }

 private:
  pid_t pid_ = -1;
  int output_ = -1;
};

// A directory that goes with the test.
class ServeTest : public testing::Test {
 protected:
  ServeTest() {
    std::string name = (std::filesystem::temp_directory_path() / "serve_test_XXXXXX").string();
    directory_ = ::mkdtemp(name.data());
  }
  ~ServeTest() override { std::filesystem::remove_all(directory_); }

  std::string write_file(const std::string& name, const std::string& text) {
    std::ofstream(directory_ / name) << text;
    return (directory_ / name).string();
  }
  static std::string read_file(const std::filesystem::path& path) {
    std::ifstream file(path);
    return {std::istreambuf_iterator<char>(file), {}};
  }

  std::filesystem::path directory_;
};

void expect_refused(std::vector<std::string> arguments, const std::string& says) {
  arguments.insert(arguments.begin(), "serve");
  Program program(std::move(arguments));
  EXPECT_THAT(program.read_all(), HasSubstr(says));
  EXPECT_EQ(program.wait_for_exit(), 2);
}

TEST_F(ServeTest, ReadyLineAndPortFileSayTheSameAndTermEndsItCleanly) {
  const std::filesystem::path port_file = directory_ / "ports.json";
  Program program({"serve", "--port", "0", "--admin-port", "0", "--log", "json", "--seed", "7",
                   "--port-file", port_file.string()});
  const json ready = json::parse(program.read_until("\n"));
  EXPECT_EQ(ready["event"], "ready");
  EXPECT_EQ(ready["seed"], 7);
  const json file = json::parse(read_file(port_file));
  for (const char* member : {"partner", "admin", "pid", "instance"}) {
    EXPECT_EQ(file[member], ready[member]) << member;
  }
  EXPECT_EQ(file["pid"], program.pid());
  program.signal(SIGTERM);
  EXPECT_EQ(json::parse(program.read_all())["event"], "stopped");
  EXPECT_EQ(program.wait_for_exit(), 0);
  EXPECT_FALSE(std::filesystem::exists(port_file));
}

TEST_F(ServeTest, InterruptEndsItWithZero) {
  Program program({"serve", "--port", "0", "--admin-port", "0", "--auth", "query:token"});
  EXPECT_THAT(program.read_until("getUserFavorites?"), HasSubstr("curl '"));
  program.signal(SIGINT);
  EXPECT_EQ(program.wait_for_exit(), 0);
}

TEST_F(ServeTest, TwoAtOnceGetPortsOfTheirOwn) {
  Program one({"serve", "--port", "0", "--admin-port", "0", "--log", "json"});
  Program two({"serve", "--port", "0", "--admin-port", "0", "--log", "json"});
  EXPECT_NE(json::parse(one.read_until("\n"))["partner"],
            json::parse(two.read_until("\n"))["partner"]);
}

TEST_F(ServeTest, TakenPortIsSaidWithItsNumber) {
  Program one({"serve", "--port", "0", "--admin-port", "0", "--log", "json"});
  const std::string url = json::parse(one.read_until("\n"))["partner"];
  const std::string port = url.substr(url.rfind(':') + 1);
  Program two({"serve", "--port", port, "--admin-port", "0"});
  EXPECT_THAT(two.read_all(), HasSubstr("127.0.0.1:" + port));
  EXPECT_EQ(two.wait_for_exit(), 3);
}

TEST_F(ServeTest, WrongOptionsAreRefusedWithWhatWasExpected) {
  expect_refused({"--port", "70000"}, "expected 0..65535 (0 picks a free port), got \"70000\"");
  expect_refused({"--bind", "localhost"}, "numeric address");
  expect_refused({"--log", "xml"}, "xml");
  expect_refused({"--auth", "bearerr"}, "did you mean \"bearer\"");
  expect_refused({"--defect", "hard-delet"}, "did you mean \"hard-delete\"");
  expect_refused({"--quirk", "hard-delete"}, "hard-delete");
  expect_refused({"--scenario", "/no/such/file.json"}, "/no/such/file.json");
  expect_refused({"--fault", "statuz=503"}, "--fault \"statuz=503\": statuz: unknown setting");
  expect_refused({"--clock", "frozn"}, "--clock: clock: expected real");
}

TEST_F(ServeTest, PortFileThatCannotBeWrittenIsRefused) {
  expect_refused({"--port", "0", "--admin-port", "0", "--port-file", "/no/such/place/ports.json"},
                 "/no/such/place/ports.json");
}

TEST_F(ServeTest, CheckTellsAGoodScenarioFromABadOne) {
  const std::string good = write_file("good.json", R"({"users":[{"name":"a","tokens":["t"]}]})");
  Program checked({"serve", "--check", good});
  EXPECT_THAT(checked.read_all(), HasSubstr("1 users, 1 tokens"));
  EXPECT_EQ(checked.wait_for_exit(), 0);
  expect_refused({"--check", write_file("bad.json", R"({"userz":[]})")}, "bad.json: userz");
}

TEST_F(ServeTest, HangupReadsTheScenarioAgainAndABadOneLeavesTheOld) {
  constexpr const char* kSteps = R"({"users":[{"name":"a"}],"faults":["reset"],"script":[
      {"on":"POST","do":{"read_only":true}}]})";
  const std::string file = write_file("s.json", R"({"users":[{"name":"a"}]})");
  Program program(
      {"serve", "--port", "0", "--admin-port", "0", "--log", "json", "--scenario", file});
  program.read_until("\n");
  write_file("s.json", R"({"userz":[]})");
  program.signal(SIGHUP);
  EXPECT_THAT(program.read_until("stays\n"), HasSubstr("s.json: userz: unknown member"));
  write_file("s.json", kSteps);
  program.signal(SIGHUP);
  EXPECT_EQ(json::parse(program.read_until("\n"))["event"], "reloaded");
  program.signal(SIGTERM);
  const json stopped = json::parse(program.read_all());
  EXPECT_EQ(stopped["faults"][0]["fired"], 0);
  EXPECT_THAT(stopped["unconsumed"].at(0), HasSubstr("script[0]"));
  EXPECT_EQ(program.wait_for_exit(), 0);
}

}  // namespace
}  // namespace favsync
