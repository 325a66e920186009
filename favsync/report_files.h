#pragma once

#include <string>
#include <vector>

#include <CLI/CLI.hpp>

#include "contract_tests/report.h"
#include "contract_tests/reports/reports.h"
#include "wire/result.h"

namespace favsync {

// Where a report is to be written, form by form: a path, "-" for standard output, "" for nowhere.
struct ReportFiles {
  std::string json, junit, html, markdown, har, evidence, text;
  std::string folder;  // for all of them, with fixed names

  bool use_stdout() const;  // then nothing else may be printed there
  // Where the evidence is kept: of --evidence, else in the folder; "" when in neither.
  std::string evidence_file() const;
};

// Adds --json, --junit, --html, --markdown, --har, --text and --report; `with_evidence`: --evidence
// too.
void add_report_options(CLI::App& command, ReportFiles& files, bool with_evidence);

// To be asked before a run: creates the folder, and looks whether each file can be written, without
// changing one that is there. Errors: kInvalidArgument with the option's name; also for two forms
// in one file.
[[nodiscard]] Status check_writable(const ReportFiles& files);

// Renders and writes each form that is asked for. A regular file is replaced as a whole, so that
// nobody reads half of one. Errors: kStorage, naming the file.
[[nodiscard]] Status write_reports(const ReportFiles& files, const contract::Report& report);

// Keeps the JUnit files up to date while a run goes on, so that one which is killed leaves a valid
// file, which says that it is not whole. One thread.
class LiveJunit {
 public:
  // `begun`: address and time of the run, no checks.
  LiveJunit(const ReportFiles& files, contract::Report begun);
  // Adds the check and writes. What cannot be written is left for write_reports to complain about.
  void add(const contract::CheckReport& check, int requests_so_far);

 private:
  std::vector<std::string> paths_;
  contract::Report report_;
};

}  // namespace favsync
