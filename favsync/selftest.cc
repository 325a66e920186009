// favsync selftest: every check against every defect and quirk of the mock: the kill matrix.
#include <unistd.h>

#include <algorithm>
#include <cstdio>
#include <fstream>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "contract_tests/self_test/kill_matrix.h"
#include "favsync/commands.h"

namespace favsync {
namespace {

struct SelftestArguments {
  std::string json, show;
  std::uint64_t seed = 1;
  int jobs = 2;
};

// One row with its whole report: what the suite says of that behaviour.
int show_one(const SelftestArguments& arguments) {
  const mock::Behavior* behavior = mock::find_behavior(arguments.show);
  if (!behavior) {
    fmt::print(stderr, "favsync selftest: --show {}: no such quirk or defect; see favsync list\n",
               arguments.show);
    return kUsage;
  }
  const auto row = contract::run_row(behavior, arguments.seed);
  fmt::print("{}: {}\nfired {} times\n{}", behavior->id, behavior->story, row.fired, row.text);
  return row.complaint().empty() ? kConformant : kNotConformant;
}

int run(const SelftestArguments& arguments) {
  if (!arguments.show.empty()) return show_one(arguments);
  const bool terminal = isatty(STDERR_FILENO) != 0;
  int done = 0;
  const auto rows =
      contract::run_matrix(arguments.seed, arguments.jobs, [&](const contract::MatrixRow& row) {
        if (terminal) fmt::print(stderr, "\r\x1b[K{} {}", ++done, row.behavior);
      });
  if (terminal) fmt::print(stderr, "\r\x1b[K");
  fmt::print("{}", to_text(rows));
  if (!arguments.json.empty()) {
    std::ofstream file(arguments.json, std::ios::binary | std::ios::trunc);
    file << to_json(rows);
    if (!file.flush()) {
      fmt::print(stderr, "favsync selftest: --json {}: cannot be written\n", arguments.json);
      return kUsage;
    }
  }
  const bool well = std::all_of(rows.begin(), rows.end(), [](const contract::MatrixRow& row) {
    return row.complaint().empty();
  });
  return well && contract::checks_that_killed_nothing(rows).empty() ? kConformant : kNotConformant;
}

}  // namespace

void add_selftest(CLI::App& app, Job& job) {
  auto arguments = std::make_shared<SelftestArguments>();
  CLI::App* selftest =
      app.add_subcommand("selftest", "Try every check on every defect and quirk: the kill matrix");
  selftest->add_option("--json", arguments->json, "write the matrix as JSON");
  selftest->add_option("--show", arguments->show, "one defect or quirk, with the whole report");
  selftest->add_option("--seed", arguments->seed, "of everything random")->capture_default_str();
  selftest->add_option("--jobs", arguments->jobs, "mocks at a time")
      ->capture_default_str()
      ->check(CLI::Range(1, 64));
  selftest->footer("Example:\n  favsync selftest --show restamps-on-post");
  selftest->callback([arguments, &job] { job = [arguments] { return run(*arguments); }; });
}

}  // namespace favsync
