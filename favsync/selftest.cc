// favsync selftest: every check against every defect and quirk of the mock: the kill matrix.
#include <fnmatch.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <fstream>
#include <iterator>
#include <memory>
#include <random>
#include <string>

#include <fmt/format.h>

#include "contract_tests/check.h"
#include "contract_tests/self_test/kill_matrix.h"
#include "contract_tests/self_test/matrix_views.h"
#include "favsync/commands.h"
#include "wire/clock.h"
#include "wire/nearest_name.h"

namespace favsync {
namespace {

using contract::KillMatrix;
using contract::RecordedRow;

struct SelftestArguments {
  std::string json, html, update, show, sabotage, at = "golden";
  std::vector<std::string> only;
  bool rows = false;
  std::uint64_t seed = 1;
  int jobs = 16;
};

int usage(const std::string& message) {
  fmt::print(stderr, "favsync selftest: {}\n", message);
  return kUsage;
}

Result<Timestamp> read_instant(const std::string& text) {
  if (text == "golden") return contract::golden_instant();
  if (text == "now") return SystemClock().now().floor_to_millis();
  if (text == "random") {  // from 2018 to 2037; printed with the matrix, so that it can be given
    std::random_device random;
    std::uniform_int_distribution<std::int64_t> pick(1'514'764'800'000, 2'145'916'799'999);
    return Timestamp::from_unix(0, 0).plus(std::chrono::milliseconds(pick(random)));
  }
  auto instant = parse_strict_timestamp(text);
  if (instant) return *instant;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("--at {}: expected golden, now, random, or a date-time such as "
                          "2026-03-11T15:04:05.678Z",
                          text));
}

Status write_file(const std::string& path, const std::string& content, std::string_view option) {
  if (path.empty()) return {};
  std::ofstream file(path, std::ios::binary | std::ios::trunc);
  file << content;
  if (file.flush()) return {};
  return fail(ErrorCode::kInvalidArgument, fmt::format("{} {}: cannot be written", option, path));
}

// What is declared: the matrix of this build, or the file that is to be updated.
Result<std::vector<RecordedRow>> read_declared(const std::string& file) {
  if (file.empty()) return contract::recorded_matrix();
  std::ifstream stream(file, std::ios::binary);
  const std::string text{std::istreambuf_iterator<char>(stream), {}};
  if (!stream) {
    return fail(ErrorCode::kInvalidArgument, fmt::format("--update {}: cannot be read", file));
  }
  auto rows = contract::read_matrix(text);
  if (!rows) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--update {}: {}", file, rows.error().message));
  }
  return rows;
}

// The behaviours that the globs name; none: all.
Result<std::vector<std::string_view>> select(const std::vector<std::string>& globs) {
  std::vector<std::string_view> selected;
  for (const std::string& glob : globs) {
    const std::size_t before = selected.size();
    for (const auto& behavior : mock::all_behaviors()) {
      if (fnmatch(glob.c_str(), std::string(behavior.id).c_str(), 0) == 0) {
        selected.push_back(behavior.id);
      }
    }
    if (selected.size() > before) continue;
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("--only {}: matches no quirk or defect; see favsync list defects", glob));
  }
  return selected;
}

// One row with its whole report: what the suite says of that behaviour.
int show_one(const SelftestArguments& arguments, const contract::RowSettings& settings) {
  const mock::Behavior* behavior = mock::find_behavior(arguments.show);
  if (!behavior) {
    std::vector<std::string_view> names;
    for (const auto& one : mock::all_behaviors()) names.push_back(one.id);
    return usage(fmt::format("--show {}: no such quirk or defect{}; see favsync list defects",
                             arguments.show, did_you_mean(arguments.show, names)));
  }
  const auto row = contract::run_row(behavior, settings);
  const std::string complaint = row.complaint(contract::find_recorded(behavior->id));
  fmt::print("{}: {}\nfired {} times\n{}{}", behavior->id, behavior->story, row.fired, row.text,
             complaint.empty() ? "as declared\n" : "BAD " + complaint + "\n");
  return complaint.empty() ? kConformant : kNotConformant;
}

// The rows that are declared to die of the check, with its findings turned into passes: each must
// become a complaint.
int show_sabotage(const SelftestArguments& arguments, contract::RowSettings settings) {
  if (!contract::find_check(arguments.sabotage)) {
    std::vector<std::string_view> names;
    for (const auto& check : contract::all_checks()) names.push_back(check.id);
    return usage(fmt::format("--sabotage {}: no such check{}; see favsync list checks",
                             arguments.sabotage, did_you_mean(arguments.sabotage, names)));
  }
  std::vector<std::string_view> concerned;
  for (const auto& row : contract::recorded_matrix()) {
    if (row.first && row.first->check == arguments.sabotage) concerned.push_back(row.behavior);
  }
  if (concerned.empty()) {
    return usage(fmt::format("--sabotage {}: no defect or quirk is declared to show there first",
                             arguments.sabotage));
  }
  settings.sabotaged = {arguments.sabotage};
  const KillMatrix matrix = run_matrix(settings, arguments.jobs, concerned);
  std::size_t noticed = 0;
  for (const auto& row : matrix.rows) {
    if (std::find(concerned.begin(), concerned.end(), row.behavior) == concerned.end()) continue;
    const std::string complaint = row.complaint(contract::find_recorded(row.behavior));
    if (!complaint.empty()) ++noticed;
    fmt::print("{} {}: {}\n", complaint.empty() ? "ok " : "BAD", row.behavior,
               complaint.empty() ? "as declared, though the check is off" : complaint);
  }
  fmt::print("with {} sabotaged the matrix complains of {} of {} rows\n", arguments.sabotage,
             noticed, concerned.size());
  return noticed > 0 ? kNotConformant : kConformant;
}

int run(const SelftestArguments& arguments) {
  const auto at = read_instant(arguments.at);
  if (!at) return usage(at.error().message);
  contract::RowSettings settings;
  settings.seed = arguments.seed;
  settings.at = *at;
  if (!arguments.show.empty()) return show_one(arguments, settings);
  if (!arguments.sabotage.empty()) return show_sabotage(arguments, settings);
  const auto only = select(arguments.only);
  if (!only) return usage(only.error().message);
  if (!arguments.only.empty() && !arguments.update.empty()) {
    return usage("--update: needs the whole matrix; leave --only out");
  }
  const auto declared = read_declared(arguments.update);
  if (!declared) return usage(declared.error().message);
  const auto start = std::chrono::steady_clock::now();
  const bool terminal = isatty(STDERR_FILENO) != 0;
  int done = 0;
  const KillMatrix matrix =
      run_matrix(settings, arguments.jobs, *only, [&](const contract::MatrixRow& row) {
        if (terminal) fmt::print(stderr, "\r\x1b[K{} {}", ++done, row.behavior);
      });
  if (terminal) fmt::print(stderr, "\r\x1b[K");
  const std::chrono::duration<double> took = std::chrono::steady_clock::now() - start;
  fmt::print("{}{:.1f} s\n", to_text(matrix, *declared, arguments.rows), took.count());
  const auto rows = record(matrix, *declared);
  for (const auto& [path, content, option] :
       {std::tuple(arguments.json, to_json(rows), "--json"),
        std::tuple(arguments.update, to_json(rows), "--update"),
        std::tuple(arguments.html, to_html(matrix, *declared), "--html")}) {
    if (auto status = write_file(path, content, option); !status) {
      return usage(status.error().message);
    }
  }
  if (const std::string why = matrix.void_because(); !why.empty()) {
    fmt::print(stderr, "favsync selftest: the run is void, it measured nothing: {}\n", why);
    return kOwnFault;
  }
  return matrix.complaints(*declared).empty() ? kConformant : kNotConformant;
}

}  // namespace

void add_selftest(CLI::App& app, Job& job) {
  auto arguments = std::make_shared<SelftestArguments>();
  CLI::App* selftest =
      app.add_subcommand("selftest", "Try every check on every defect and quirk: the kill matrix");
  selftest->add_option("--json", arguments->json, "write the matrix as JSON, a row a line");
  selftest->add_option("--html", arguments->html, "write the matrix as a page with a filter");
  selftest->add_option("--update", arguments->update,
                       "declare what is found: writes fixtures/kill_matrix.json anew");
  selftest->add_option("--only", arguments->only, "only these defects and quirks (globs)")
      ->delimiter(',');
  selftest->add_flag("--rows", arguments->rows, "a line for each defect and quirk");
  selftest->add_option("--show", arguments->show, "one defect or quirk, with the whole report");
  selftest->add_option("--sabotage", arguments->sabotage,
                       "turn that check's findings into passes: the matrix must complain (1)");
  selftest->add_option("--seed", arguments->seed, "of everything random")->capture_default_str();
  selftest
      ->add_option("--at", arguments->at, "what time it is: golden, now, random, or a date-time")
      ->capture_default_str();
  selftest->add_option("--jobs", arguments->jobs, "mocks at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  selftest->footer(
      "Exit status: 0 every row is as declared, 1 some are not, 2 wrong options, 5 the run is "
      "void\n"
      "(the clean mock is not green, or the canary lives).\n"
      "Example:\n  favsync selftest --html matrix.html\n"
      "  favsync selftest --show restamps-on-post");
  selftest->callback([arguments, &job] { job = [arguments] { return run(*arguments); }; });
}

}  // namespace favsync
