// favsync certify: the contract test suite against a partner, or against the built-in mock.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <memory>
#include <system_error>

#include <fmt/format.h>

#include "contract_tests/reports/reports.h"
#include "contract_tests/runner.h"
#include "favsync/built_in_mock.h"
#include "favsync/certify_options.h"
#include "favsync/certify_plan.h"
#include "favsync/commands.h"
#include "favsync/interrupts.h"
#include "favsync/state_folder.h"
#include "mock_server/mock_server.h"

namespace favsync {
namespace {

struct CertifyCommand {
  CertifyArguments arguments;
  std::string json, junit, report_dir;
  bool strict = false, quiet = false;
};

int complain(const Error& error) {
  fmt::print(stderr, "favsync certify: {}\n", error.message);
  return error.code == ErrorCode::kInternal ? kOwnFault : kUsage;
}

Status write_file(const std::string& path, const std::string& content) {
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  file.close();
  if (file) return {};
  return fail(ErrorCode::kInvalidArgument, fmt::format("{}: cannot be written", path));
}

Status write_reports(const CertifyCommand& command, const contract::Report& report) {
  const contract::TextStyle plain;
  if (!command.json.empty()) {
    if (auto status = write_file(command.json, to_json(report)); !status) return status;
  }
  if (!command.junit.empty()) {
    if (auto status = write_file(command.junit, to_junit(report)); !status) return status;
  }
  if (command.report_dir.empty()) return {};
  std::error_code error;
  std::filesystem::create_directories(command.report_dir, error);
  if (error) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--report {}: {}", command.report_dir, error.message()));
  }
  const std::pair<const char*, std::string> files[] = {{"/report.json", to_json(report)},
                                                       {"/junit.xml", to_junit(report)},
                                                       {"/report.txt", to_text(report, plain)}};
  for (const auto& [name, content] : files) {
    if (auto status = write_file(command.report_dir + name, content); !status) return status;
  }
  return {};
}

std::string how_to_restore(const std::string& journal, const std::string& url) {
  return fmt::format("favsync restore {} {} --token …", journal, url);
}

// What a second Ctrl-C has to say.
std::string last_words(const contract::Options& options) {
  if (options.journal_file.empty()) return "\nfavsync certify: stopped at once.\n";
  return fmt::format(
      "\nfavsync certify: stopped at once, before the test data was put back. What was written is "
      "in {}; put it back with\n  {}\n",
      options.journal_file,
      how_to_restore(options.journal_file, options.target.origin() + options.target.base_path));
}

// Removes a journal that nobody asked for and nobody needs; names one that is needed.
void tell_of_journal(const contract::Report& report, bool own) {
  if (report.journal_file.empty()) return;
  if (!report.restore.unfinished.empty()) {
    fmt::print("Not all test data is put back. Try again with\n  {}\n",
               how_to_restore(report.journal_file, report.url));
  } else if (own) {
    std::error_code ignored;
    std::filesystem::remove(report.journal_file, ignored);
  }
}

int run(const CertifyCommand& command) {
  auto options = read_certify_options(command.arguments);
  if (!options) return complain(options.error());
  std::unique_ptr<MockServer> mock;
  if (command.arguments.url.empty() && options->token) {
    return complain(
        {ErrorCode::kInvalidArgument,
         "URL: missing; a token alone says nothing of where the partner is. Without both, the "
         "built-in mock is certified",
         {}});
  }
  if (command.arguments.url.empty()) {
    auto started = start_built_in_mock(*options);
    if (!started) return complain(started.error());
    mock = std::move(*started);
  }
  if (command.arguments.safety.plan) return print_plan(*options);
  // The built-in mock ends with the program: nothing of it is to be put back.
  if (!options->journal_file.empty() && !std::ofstream(options->journal_file, std::ios::app)) {
    return complain({ErrorCode::kInvalidArgument,
                     fmt::format("--journal {}: cannot be written", options->journal_file),
                     {}});
  }
  const bool own_journal = options->journal_file.empty() && !mock;
  if (own_journal) {
    auto file = new_state_file("journal", ".jsonl");
    if (!file) return complain(file.error());
    options->journal_file = std::move(*file);
  }
  options->cancel = &catch_interrupts(last_words(*options));

  const bool terminal = isatty(STDOUT_FILENO) != 0;
  const contract::TextStyle style{.colour = terminal && !std::getenv("NO_COLOR"),
                                  .quiet = command.quiet};
  contract::Progress progress;
  if (terminal && !command.quiet) {
    progress.started = [](const contract::Check& check, int number, int of) {
      fmt::print(stderr, "\r\x1b[K[{}/{}] {}", number, of, check.id);
    };
    progress.finished = [](const contract::CheckReport&, int) { fmt::print(stderr, "\r\x1b[K"); };
  }
  const contract::Report report = certify(*options, progress);
  const std::string text = to_text(report, style);
  const bool failed_to_start = report.nothing_selected || report.no_connection;
  fmt::print(failed_to_start ? stderr : stdout, "{}{}", failed_to_start ? "favsync certify: " : "",
             text);
  tell_of_journal(report, own_journal);
  if (auto status = write_reports(command, report); !status) return complain(status.error());
  if (!command.report_dir.empty() && !command.quiet) {
    fmt::print("Reports: {}\n", command.report_dir);
  }
  return report.exit_status(command.strict);
}

}  // namespace

void add_certify(CLI::App& app, Job& job) {
  auto command = std::make_shared<CertifyCommand>();
  CLI::App* certify = app.add_subcommand("certify", "Test a partner's API against the contract");
  add_certify_options(*certify, command->arguments);
  certify->add_option("--json", command->json, "write the report as JSON");
  certify->add_option("--junit", command->junit, "write the report as JUnit XML");
  certify->add_option("--report", command->report_dir, "folder for every form of the report");
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
      "      --junit favsync.xml");
  certify->callback([command, &job] { job = [command] { return run(*command); }; });
}

}  // namespace favsync
