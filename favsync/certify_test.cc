// Runs the program itself: what `favsync certify` prints, writes and returns.
#include <atomic>
#include <csignal>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <fcntl.h>
#include <gmock/gmock.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;
using testing::Not;
using testing::StartsWith;

struct Ended {
  int exit = -1;
  std::string out, err;
};

std::string read_file(const std::string& path) {
  std::ifstream file(path, std::ios::binary);
  return {std::istreambuf_iterator<char>(file), {}};
}

// A socket on a free port of loopback that is bound and refuses every connection.
class RefusedPort {
 public:
  RefusedPort() : socket_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof address;
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    if (::bind(socket_, generic, size) != 0 || ::getsockname(socket_, generic, &size) != 0) {
      throw std::runtime_error("no port");
    }
    port_ = ntohs(address.sin_port);
  }
  ~RefusedPort() { ::close(socket_); }
  RefusedPort(const RefusedPort&) = delete;
  RefusedPort& operator=(const RefusedPort&) = delete;
  std::string url() const { return "http://127.0.0.1:" + std::to_string(port_); }

 private:
  int socket_;
  int port_ = 0;
};

class CertifyTest : public testing::Test {
 protected:
  CertifyTest() { ::setenv("XDG_STATE_HOME", folder_.file("state").c_str(), 1); }

  // Runs `favsync certify` with those arguments to its end; neither output is a terminal.
  Ended certify(std::vector<std::string> arguments) {
    const std::string out = folder_.file("stdout"), err = folder_.file("stderr");
    arguments.insert(arguments.begin(), {FAVSYNC_PROGRAM, "certify"});
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
  void expect_usage_error(std::vector<std::string> arguments, const std::string& says) {
    const Ended run = certify(std::move(arguments));
    EXPECT_EQ(run.exit, 2) << says;
    EXPECT_THAT(run.err, HasSubstr(says));
    EXPECT_EQ(run.out, "");
  }
  void write(const std::string& name, const std::string& text) {
    std::ofstream(folder_.file(name)) << text;
  }

  // Interrupts the program that is running, as Ctrl-C does; for the partner of a test.
  void interrupt() {
    while (running_ == 0) std::this_thread::yield();
    ::kill(running_, SIGINT);
  }

  TemporaryFolder folder_;
  std::atomic<pid_t> running_{0};
};

// The partner of a test: honest about tokens, and otherwise as `get` and `post` make it.
HttpServer partner(std::function<void(TestReply&)> get, std::function<void(TestReply&)> post) {
  return HttpServer([get, post](const TestRequest& request, TestReply& reply) {
    if (request.header("Authorization") != "Bearer secret-one") {
      reply.status = 401;
      reply.body = "{}";
      reply.headers.emplace_back("WWW-Authenticate", "Bearer");
    } else {
      (request.method == "GET" ? get : post)(reply);
    }
  });
}

TEST_F(CertifyTest, BuiltInMockIsConformant) {
  const Ended run = certify({"--seed", "7"});
  EXPECT_EQ(run.exit, 0) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("seed 7"));
  EXPECT_THAT(run.out, HasSubstr("\nconformant: "));
  EXPECT_EQ(run.err, "");
}

TEST_F(CertifyTest, ReadOnlyMockIsConformantAndTakesOtherSchemes) {
  for (const char* auth : {"basic", "header:X-Token", "query:token", "cookie:session"}) {
    const Ended run = certify({"--profile", "read-only", "--depth", "quick", "--auth", auth});
    EXPECT_EQ(run.exit, 0) << auth << run.out << run.err;
    EXPECT_THAT(run.out, HasSubstr("read-only"));
  }
}

TEST_F(CertifyTest, PartnerThatBreaksAMustIsOne) {
  const HttpServer server =
      partner([](TestReply& reply) { reply.body = R"({"favorites":[]})"; }, [](TestReply&) {});
  const Ended run = certify({server.url(), "--token", "secret-one"});
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.out, HasSubstr("Mend this first: list.array"));
}

TEST_F(CertifyTest, PageForPeopleIsOneAndNamedSo) {
  const HttpServer server = partner(
      [](TestReply& reply) {
        reply.body = "<html><body>Welcome</body></html>";
        reply.content_type = "text/html";
      },
      [](TestReply&) {});
  const Ended run = certify({server.url(), "--token", "secret-one"});
  EXPECT_EQ(run.exit, 1);
  EXPECT_THAT(run.out, HasSubstr("list.json"));
}

TEST_F(CertifyTest, WrongOptionValuesAreTwoAndSayWhatWasExpected) {
  expect_usage_error({"--depth", "quik"}, "did you mean \"quick\"");
  expect_usage_error({"--profile", "readonly"}, "did you mean \"read-only\"");
  expect_usage_error({"--auth", "bearerr"}, "did you mean \"bearer\"");
  expect_usage_error({"--timeout", "soon"}, "--timeout");
  expect_usage_error({"--timeout", "0s"}, "--timeout: expected more than 0 s");
  expect_usage_error({"--settle", "1 fortnight"}, "--settle");
  expect_usage_error({"--max-rps", "-1"}, "--max-rps");
  expect_usage_error({"--seed", "x"}, "--seed");
  expect_usage_error({"--items", ","}, "--items: expected at least one id");
  expect_usage_error({"--items", "@/no/such/file"}, "/no/such/file");
  expect_usage_error({"--journal", "/no/such/folder/j"}, "--journal /no/such/folder/j: cannot be");
  expect_usage_error({"--max-requests", "0"}, "--max-requests");
  expect_usage_error({"--max-answer-mib", "0"}, "--max-answer-mib");
  expect_usage_error({"--items", "a,b", "--allow-poison", "b"}, "is one of --items too");
  expect_usage_error({"--no-such-option"}, "--no-such-option");
  expect_usage_error({"ftp://h", "--token", "secret-one"}, "expected http://host[:port][/base]");
  expect_usage_error({"http://h", "--token", "secret-one", "--proxy", "nowhere"},
                     "expected http://host:port");
  expect_usage_error({"http://h", "--token", "secret-one", "--resolve", "h:80"},
                     "expected HOST:PORT:ADDR");
}

TEST_F(CertifyTest, UnknownCheckIsTwoWithTheNearestName) {
  expect_usage_error({"--only", "write.keeps-dat"},
                     "--only: no check matches \"write.keeps-dat\"; did you mean "
                     "\"write.keeps-date\"?; see favsync list checks");
  expect_usage_error({"--skip", "nonsense"}, "--skip: no check matches \"nonsense\"");
}

TEST_F(CertifyTest, MissingAndUnusableTokensAreTwo) {
  expect_usage_error({"http://127.0.0.1:1"}, "--token: missing");
  expect_usage_error({"http://h", "--token", "env:FAVSYNC_NO_SUCH_VARIABLE"},
                     "FAVSYNC_NO_SUCH_VARIABLE");
  expect_usage_error({"http://h", "--token", "@/no/such/file"}, "/no/such/file");
  expect_usage_error({"http://h", "--token", "secret-one", "--other-token", "secret-one"},
                     "the same token as --token");
}

TEST_F(CertifyTest, NothingSelectedIsTwo) {
  expect_usage_error({"--only", "read.answers", "--skip", "read.*"}, "no check matches");
}

TEST_F(CertifyTest, RefusedPortIsThree) {
  const RefusedPort port;
  const Ended run = certify({port.url(), "--token", "secret-one"});
  EXPECT_EQ(run.exit, 3);
  EXPECT_THAT(run.err, AllOf(StartsWith("favsync certify: no connection: " + port.url()),
                             HasSubstr("refused")));
  EXPECT_EQ(run.out, "");
}

TEST_F(CertifyTest, UnknownHostIsThree) {
  const Ended run = certify({"http://no-such-host.invalid", "--token", "secret-one"});
  EXPECT_EQ(run.exit, 3);
  EXPECT_THAT(run.err, HasSubstr("no-such-host.invalid"));
}

TEST_F(CertifyTest, TlsToAPlainPortIsThree) {
  const HttpServer server = partner([](TestReply&) {}, [](TestReply&) {});
  const Ended run = certify({"https" + server.url().substr(4), "--token", "secret-one"});
  EXPECT_EQ(run.exit, 3) << run.out;
  EXPECT_THAT(run.err, HasSubstr("no connection"));
}

TEST_F(CertifyTest, CertificateThatNobodyVouchesForIsThreeUnlessTrusted) {
  const TestCertificate certificate = TestCertificate::make();
  const HttpServer server(certificate, [](const TestRequest& request, TestReply& reply) {
    if (request.header("Authorization") != "Bearer secret-one") reply.status = 401;
  });
  const Ended refused = certify({server.url(), "--token", "secret-one"});
  EXPECT_EQ(refused.exit, 3);
  EXPECT_THAT(refused.err, HasSubstr("certificate"));
  write("ca.pem", certificate.certificate);
  const std::vector<std::string> only = {server.url(), "--token",   "secret-one", "--only",
                                         "list.json",  "--profile", "read-only"};
  std::vector<std::string> trusting = only, careless = only;
  trusting.insert(trusting.end(), {"--cacert", folder_.file("ca.pem")});
  careless.emplace_back("--insecure");
  EXPECT_EQ(certify(trusting).exit, 0);
  EXPECT_EQ(certify(careless).exit, 0);
}

TEST_F(CertifyTest, MustThatCannotBeJudgedIsFour) {
  // Takes no id that it does not know, as it may, and lists none that could be written.
  const HttpServer server = partner([](TestReply&) {},
                                    [](TestReply& reply) {
                                      reply.status = 422;
                                      reply.body = R"({"error":"unknown item"})";
                                    });
  const Ended run = certify({server.url(), "--token", "secret-one", "--profile", "two-way"});
  EXPECT_EQ(run.exit, 4) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("inconclusive"));
}

TEST_F(CertifyTest, MustThatWasNotExercisedIsProvisionalAndStrictlyFour) {
  // Nobody is known to have no favourites: §3.2 cannot be tried.
  const HttpServer server = partner(
      [](TestReply& reply) {
        reply.body = R"([{"item":"a","action":"ADD","actionDate":"2017-05-02T10:45:12.798Z"}])";
      },
      [](TestReply& reply) { reply.status = 405; });
  std::vector<std::string> arguments = {server.url(), "--token", "secret-one", "--profile",
                                        "read-only",  "--only",  "list.empty"};
  const Ended run = certify(arguments);
  EXPECT_EQ(run.exit, 0) << run.out;
  EXPECT_THAT(run.out, HasSubstr("conformant (provisional)"));
  EXPECT_THAT(run.out, HasSubstr("not exercised: list.empty"));
  arguments.emplace_back("--strict");
  EXPECT_EQ(certify(arguments).exit, 4);
}

TEST_F(CertifyTest, InterruptedRunIs130AndStillReports) {
  std::atomic<int> reads{0};
  const HttpServer server = partner(
      [&](TestReply&) {
        if (++reads == 5) interrupt();
      },
      [](TestReply& reply) { reply.status = 405; });
  const Ended run = certify({server.url(), "--token", "secret-one"});
  EXPECT_EQ(run.exit, 130) << run.out << run.err;
  EXPECT_THAT(run.out, HasSubstr("inconclusive"));
}

TEST_F(CertifyTest, ReportsAreWrittenWhereAsked) {
  const std::string json_file = folder_.file("r.json"), junit_file = folder_.file("r.xml");
  const std::string directory = folder_.file("deep/reports");
  const Ended run = certify({"--depth", "quick", "--only", "list.*", "--json", json_file, "--junit",
                             junit_file, "--report", directory});
  EXPECT_EQ(run.exit, 0) << run.out << run.err;
  const json report = json::parse(read_file(json_file));
  EXPECT_EQ(report["verdict"], "conformant");
  EXPECT_THAT(read_file(junit_file), HasSubstr("<testsuites name=\"favsync certify\""));
  EXPECT_EQ(json::parse(read_file(directory + "/report.json")), report);
  EXPECT_EQ(read_file(directory + "/junit.xml"), read_file(junit_file));
  EXPECT_THAT(read_file(directory + "/report.txt"), HasSubstr("\nconformant: "));
  EXPECT_THAT(run.out, HasSubstr("Reports: " + directory));
}

TEST_F(CertifyTest, ReportThatCannotBeWrittenIsSaid) {
  const Ended run = certify({"--only", "read.answers", "--json", "/no/such/place/r.json"});
  EXPECT_EQ(run.exit, 2);
  EXPECT_THAT(run.err, HasSubstr("/no/such/place/r.json: cannot be written"));
}

TEST_F(CertifyTest, QuietSaysOnlyTheVerdict) {
  const Ended run = certify({"--only", "read.answers", "--quiet"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_THAT(run.out, Not(HasSubstr("read.answers")));
  EXPECT_THAT(run.out, HasSubstr("conformant: 1 passed"));
}

TEST_F(CertifyTest, NoOutputHoldsATokenOrAColour) {
  // A partner that gives away whatever it is shown, in header and body.
  const HttpServer server([](const TestRequest& request, TestReply& reply) {
    const std::string shown = request.header("Authorization");
    reply.status = 400;
    reply.body = "bad token: " + shown;
    reply.headers.emplace_back("X-Token", shown);
  });
  const std::string directory = folder_.file("reports"), journal = folder_.file("journal");
  const Ended run = certify({server.url(), "--token", "secret-one", "--other-token", "secret-two",
                             "--report", directory, "--journal", journal});
  EXPECT_EQ(run.exit, 1);
  for (const std::string& text :
       {run.out, run.err, read_file(journal), read_file(directory + "/report.json"),
        read_file(directory + "/junit.xml"), read_file(directory + "/report.txt")}) {
    EXPECT_THAT(text, Not(HasSubstr("secret-one")));
    EXPECT_THAT(text, Not(HasSubstr("secret-two")));
    EXPECT_THAT(text, Not(HasSubstr("\x1b")));
  }
}

TEST_F(CertifyTest, TokensAreTakenFromFilesAndTheEnvironment) {
  const HttpServer server =
      partner([](TestReply&) {}, [](TestReply& reply) { reply.status = 405; });
  write("token", "secret-one\n");
  ::setenv("FAVSYNC_TEST_TOKEN", "secret-one", 1);
  for (const std::string& token :
       {"@" + folder_.file("token"), std::string("env:FAVSYNC_TEST_TOKEN")}) {
    const Ended run = certify({server.url(), "--token", token, "--only", "read.answers"});
    EXPECT_EQ(run.exit, 0) << token << run.out << run.err;
  }
}

TEST_F(CertifyTest, RestartCommandIsRun) {
  const std::string mark = folder_.file("restarted");
  const Ended run = certify({"--only", "durable.restart", "--restart-cmd", "touch '" + mark + "'"});
  EXPECT_EQ(run.exit, 0) << run.out << run.err;
  EXPECT_TRUE(std::filesystem::exists(mark));
}

TEST_F(CertifyTest, HelpShowsAnExampleAndTheExitCodes) {
  const Ended run = certify({"--help"});
  EXPECT_EQ(run.exit, 0);
  EXPECT_THAT(run.out, HasSubstr("Example:\n  favsync certify https://"));
  EXPECT_THAT(run.out, HasSubstr("3 no connection"));
}

}  // namespace
}  // namespace favsync
