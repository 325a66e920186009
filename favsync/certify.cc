// favsync certify: the contract test suite against a partner, or against the built-in mock.
#include <sys/ioctl.h>
#include <unistd.h>

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <csignal>
#include <cstdio>
#include <cstdlib>
#include <memory>
#include <mutex>
#include <string_view>
#include <thread>

#include <fmt/format.h>

#include "contract_tests/reports/evidence.h"
#include "contract_tests/reports/reports.h"
#include "contract_tests/runner.h"
#include "favsync/certify_certificate_options.h"
#include "favsync/certify_config.h"
#include "favsync/certify_options.h"
#include "favsync/certify_scoring_options.h"
#include "favsync/commands.h"
#include "favsync/files.h"
#include "favsync/progress.h"
#include "favsync/report_files.h"
#include "mock_server/mock_server.h"

namespace favsync {
namespace {

struct CertifyCommand {
  CertifyArguments arguments;
  ScoringArguments scoring;
  CertificateArguments certificate;
  std::string config;
  ReportFiles files;
  bool strict = false, quiet = false, no_annotations = false;
};

std::atomic<bool> interrupted{false};
extern "C" void interrupt(int) {
  interrupted = true;
}

// The first Ctrl-C ends the run and still restores; the second one ends the program.
void catch_interrupts(contract::Options& options) {
  struct sigaction action {};
  action.sa_handler = interrupt;
  action.sa_flags = static_cast<int>(SA_RESETHAND);
  sigaction(SIGINT, &action, nullptr);
  sigaction(SIGTERM, &action, nullptr);
  options.cancel = &interrupted;
}

int complain(const Error& error) {
  fmt::print(stderr, "favsync certify: {}\n", error.message);
  return error.code == ErrorCode::kInternal ? kOwnFault : kUsage;
}

// The built-in mock, with two users and the tokens that the suite asks for.
Result<std::unique_ptr<MockServer>> start_mock(contract::Options& options) {
  MockServer::Options mock;
  mock.scenario = mock::default_scenario();
  mock.auth = options.auth;
  mock.read_only = options.profile == contract::Profile::kReadOnly;
  auto server = MockServer::start(mock);
  if (!server) return server;
  (*server)->user("alice").token("alice-second-token");
  (*server)->user("nobody").token("nobody-token");
  (*server)->user("alice").token("alice-expired-token", std::chrono::seconds(0));
  options.target = *contract::Target::parse((*server)->url());
  options.token = *UserToken::make("alice-token");
  options.other_token = *UserToken::make("bob-token");
  options.same_user_token = *UserToken::make("alice-second-token");
  options.empty_token = *UserToken::make("nobody-token");
  options.expired_token = *UserToken::make("alice-expired-token");
  return server;
}

contract::Instant now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return contract::Instant::from_millis(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

// What GitHub shows beside the change, where this runs as one of its actions.
void annotate(const CertifyCommand& command, const contract::Report& report) {
  const char* actions = std::getenv("GITHUB_ACTIONS");
  if (command.no_annotations || !actions || std::string_view(actions) != "true") return;
  fmt::print(stderr, "{}", to_github_annotations(report));
}

std::size_t terminal_width() {
  winsize size{};
  return ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0 ? size.ws_col : 80;
}

// Certifies, with progress on a terminal and the JUnit file kept up to date.
contract::Report certify_with_progress(const CertifyCommand& command,
                                       const contract::Options& options) {
  contract::Report begun;
  begun.url = options.target.origin() + options.target.base_path;
  begun.started = now();
  LiveJunit junit(command.files, std::move(begun));
  contract::Progress progress;
  if (isatty(STDERR_FILENO) == 0 || command.quiet) {
    progress.finished = [&](const contract::CheckReport& check, int requests) {
      junit.add(check, requests);
    };
    return certify(options, progress);
  }
  ProgressLine line([](std::string_view text) { fmt::print(stderr, "{}", text); },
                    [] { return std::chrono::steady_clock::now(); }, terminal_width(),
                    !std::getenv("NO_COLOR"));
  progress.started = [&](const contract::Check& check, int number, int of) {
    line.started(check, number, of);
  };
  progress.finished = [&](const contract::CheckReport& check, int requests) {
    line.finished(check, requests);
    junit.add(check, requests);
  };
  std::mutex mutex;
  std::condition_variable_any woken;
  const std::jthread ticker([&](std::stop_token stop) {
    std::unique_lock lock(mutex);
    while (!woken.wait_for(lock, stop, std::chrono::milliseconds(200),
                           [&] { return stop.stop_requested(); })) {
      line.tick();
    }
  });
  contract::Report report = certify(options, progress);
  line.end();
  return report;
}

// Writes the certificate, or says why there is none.
Status write_certificate(const CertificatePlan& plan, const contract::Report& report,
                         const CertifyCommand& command) {
  const std::string evidence = to_evidence(report);
  std::string file = command.files.evidence_file();
  if (file.empty()) {
    file = plan.default_evidence_file();
    if (auto status = write_file(file, evidence); !status) return status;
  }
  if (auto status = plan.issue(report, evidence, file); !status) return status;
  if (!command.quiet) {
    fmt::print(command.files.use_stdout() ? stderr : stdout, "Certificate: {}{}; evidence: {}\n",
               plan.file(), report.provisional() ? " (provisional)" : "", file);
  }
  return {};
}

int run(CLI::App& app, const CertifyCommand& command) {
  ConfigPlaces places;
  const auto complain_with_place = [&places](Error error) {
    error.message = places.located(error.message);
    return complain(error);
  };
  if (!command.config.empty()) {
    auto applied = apply_config(app, command.config);
    if (!applied) return complain(applied.error());
    places = std::move(*applied);
  }
  auto options = read_certify_options(command.arguments);
  if (!options) return complain_with_place(options.error());
  const std::string today = to_text(now()).substr(0, 10);
  const auto notices = read_scoring_options(command.scoring, today, *options);
  if (!notices) return complain_with_place(notices.error());
  const auto plan = CertificatePlan::make(command.certificate, *options);
  if (!plan) return complain_with_place(plan.error());
  if (auto status = check_writable(command.files); !status) {
    return complain_with_place(status.error());
  }
  std::unique_ptr<MockServer> mock;
  if (command.arguments.url.empty() && options->token) {
    return complain(
        {ErrorCode::kInvalidArgument,
         "URL: missing; a token alone says nothing of where the partner is. Without both, the "
         "built-in mock is certified",
         {}});
  }
  if (command.arguments.url.empty()) {
    auto started = start_mock(*options);
    if (!started) return complain(started.error());
    mock = std::move(*started);
  }
  for (const auto& notice : *notices) fmt::print(stderr, "favsync certify: warning: {}\n", notice);
  catch_interrupts(*options);

  const contract::Report report = certify_with_progress(command, *options);
  const bool failed_to_start = report.nothing_selected || report.no_connection;
  std::FILE* const out = failed_to_start || command.files.use_stdout() ? stderr : stdout;
  const contract::TextStyle style{.colour = isatty(fileno(out)) != 0 && !std::getenv("NO_COLOR"),
                                  .quiet = command.quiet};
  fmt::print(out, "{}{}", failed_to_start ? "favsync certify: " : "", to_text(report, style));
  annotate(command, report);
  if (auto status = write_reports(command.files, report); !status) return complain(status.error());
  if (!command.files.folder.empty() && !command.quiet) {
    fmt::print(out, "Reports: {}\n", command.files.folder);
  }
  const int exit = report.exit_status(command.strict);
  if (!*plan || failed_to_start) return exit;
  const auto written = write_certificate(**plan, report, command);
  if (written) return exit;
  const int failed = complain(written.error());
  return written.error().code == ErrorCode::kRejected || exit != kConformant ? exit : failed;
}

}  // namespace

void add_certify(CLI::App& app, Job& job) {
  auto command = std::make_shared<CertifyCommand>();
  CLI::App* certify = app.add_subcommand("certify", "Test a partner's API against the contract");
  add_certify_options(*certify, command->arguments);
  add_scoring_options(*certify, command->scoring);
  add_report_options(*certify, command->files, true);
  add_certificate_options(*certify, command->certificate);
  certify->add_option("--config", command->config,
                      "JSON file with any of these options; the command line wins");
  certify->add_flag("--no-annotations", command->no_annotations,
                    "no ::error lines where GITHUB_ACTIONS is true");
  certify->add_flag("--strict", command->strict,
                    "warnings, and MUSTs that were not exercised, are no success");
  certify->add_flag("--quiet", command->quiet, "only the verdict, and what is not a pass");
  certify->footer(
      "Exit status: 0 conformant, 1 not conformant, 2 wrong options or nothing selected,\n"
      "3 no connection, 4 a MUST could not be judged, 5 a fault of favsync, 6 the test data could "
      "not\n"
      "be put back, 130 interrupted.\n"
      "Example:\n"
      "  favsync certify https://api.example.org --token env:TOKEN --other-token env:TOKEN2 \\\n"
      "      --junit favsync.xml --html favsync.html --evidence favsync.json");
  certify->callback(
      [command, certify, &job] { job = [command, certify] { return run(*certify, *command); }; });
}

}  // namespace favsync
