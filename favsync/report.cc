// favsync report: any form of a report again, from evidence, offline.
#include <cstdio>
#include <memory>

#include <fmt/format.h>

#include "favsync/commands.h"
#include "favsync/evidence_file.h"
#include "favsync/report_files.h"

namespace favsync {
namespace {

struct ReportCommand {
  std::string evidence;
  ReportFiles files;
  bool quiet = false;

  bool names_a_form() const {
    const ReportFiles none;
    return files.json != none.json || files.junit != none.junit || files.html != none.html ||
           files.markdown != none.markdown || files.har != none.har || files.text != none.text ||
           files.folder != none.folder;
  }
};

int complain(const Error& error) {
  fmt::print(stderr, "favsync report: {}\n", error.message);
  return kUsage;
}

int run(const ReportCommand& command) {
  if (const auto status = check_writable(command.files); !status) return complain(status.error());
  const auto report = read_evidence_file(command.evidence);
  if (!report) return complain(report.error());
  if (!command.names_a_form()) {
    fmt::print("{}", to_text(*report, {.quiet = command.quiet}));
    return 0;
  }
  if (const auto status = write_reports(command.files, *report); !status) {
    return complain(status.error());
  }
  return 0;
}

}  // namespace

void add_report(CLI::App& app, Job& job) {
  auto command = std::make_shared<ReportCommand>();
  CLI::App* report =
      app.add_subcommand("report", "Render the report of a run again, from its evidence");
  report
      ->add_option("EVIDENCE", command->evidence,
                   "what certify --evidence wrote; - is standard input")
      ->required();
  add_report_options(*report, command->files, false);
  report->add_flag("--quiet", command->quiet,
                   "in the printed text, only the verdict and what is not a pass");
  report->footer(
      "The same bytes as the run wrote. Without an option the text is printed.\n"
      "Exit status: 0 rendered, 2 no evidence, or a file that cannot be written.\n"
      "Example:\n"
      "  favsync certify https://api.example.org --token env:TOKEN --evidence run.json\n"
      "  favsync report run.json --html run.html --markdown -");
  report->callback([command, &job] { job = [command] { return run(*command); }; });
}

}  // namespace favsync
