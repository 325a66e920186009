// favsync restore: puts back what a certification left behind that could not do it by itself.
#include <cstdio>
#include <memory>
#include <string>

#include <fmt/format.h>

#include "contract_tests/lab/journal_file.h"
#include "contract_tests/lab/restore.h"
#include "favsync/certify_options.h"
#include "favsync/commands.h"

namespace favsync {
namespace {

struct RestoreCommand {
  std::string journal;
  CertifyArguments arguments;
  bool other_partner = false;
};

int complain(const Error& error) {
  fmt::print(stderr, "favsync restore: {}\n", error.message);
  return error.code == ErrorCode::kInternal ? kOwnFault : kUsage;
}

void print_list(std::string_view title, const std::vector<std::string>& lines) {
  constexpr std::size_t kMost = 10;
  for (std::size_t i = 0; i < lines.size() && i < kMost; ++i) {
    fmt::print("  {}: {}\n", title, lines[i]);
  }
  if (lines.size() > kMost) fmt::print("  {}: {} more\n", title, lines.size() - kMost);
}

int run(const RestoreCommand& command) {
  const auto journal = contract::read_journal(command.journal);
  if (!journal) return complain(journal.error());
  auto options = read_certify_options(command.arguments);
  if (!options) return complain(options.error());
  const std::string url = options->target.origin() + options->target.base_path;
  if (!journal->url.empty() && journal->url != url && !command.other_partner) {
    return complain({ErrorCode::kInvalidArgument,
                     fmt::format("URL: expected {}, where the journal's writes went, got {}; with "
                                 "--other-url if that is the same partner by another name",
                                 journal->url, url),
                     {}});
  }
  if (journal->torn) {
    fmt::print("{}: the last line is cut off; its write was never sent.\n", command.journal);
  }
  if (journal->users.empty()) {
    fmt::print("{}: nothing is left to put back.\n", command.journal);
    return kConformant;
  }
  options->journal_file = command.journal;
  const auto result = contract::restore_journal(*options, *journal);
  if (result.no_connection) {
    fmt::print(stderr, "favsync restore: no connection: {}\n", *result.no_connection);
    return kNoConnection;
  }
  const auto& report = result.report;
  fmt::print(
      "{} writes in the journal, to {} items: {} put back with new dates; {} that were new "
      "are listed as DELETE. {} requests.\n",
      journal->writes, report.touched, report.put_back, report.left_removed, result.requests);
  print_list("left alone, changed by another client since", report.left_alone);
  print_list("not put back", report.unfinished);
  if (!report.unfinished.empty()) {
    fmt::print(stderr, "favsync restore: not finished; the journal is kept: {}\n", command.journal);
    return kRestoreUnfinished;
  }
  fmt::print("Done. {} is not needed any more.\n", command.journal);
  return kConformant;
}

}  // namespace

void add_restore(CLI::App& app, Job& job) {
  auto command = std::make_shared<RestoreCommand>();
  CertifyArguments& a = command->arguments;
  CLI::App* restore =
      app.add_subcommand("restore", "Put back what a certification that was killed left behind");
  restore->add_option("JOURNAL", command->journal, "file that the run named")->required();
  restore->add_option("URL", a.url, "base of the partner's API, as it was certified")->required();
  restore->add_option("--token", a.token, "token of the first test user; also @FILE and env:NAME")
      ->required();
  restore->add_option("--other-token", a.other_token, "token of the other test user");
  restore->add_option("--empty-token", a.empty_token, "token of the user without favourites");
  restore->add_option("--auth", a.auth, "bearer, basic, header:NAME, query:NAME or cookie:NAME")
      ->capture_default_str();
  restore->add_flag("--other-url", command->other_partner,
                    "the partner has another address than when it was certified");
  restore->add_option("--settle", a.settle, "how late a write may show")->capture_default_str();
  restore->add_option("--timeout", a.timeout, "for one exchange")->capture_default_str();
  restore->add_option("--max-rps", a.max_rps, "requests a second at most")
      ->check(CLI::PositiveNumber);
  add_transport_options(*restore, a);
  restore->footer(
      "May be called again: it changes only what still shows that run's writes.\n"
      "Exit status: 0 all is put back, 2 wrong options or a journal that cannot be read,\n"
      "3 no connection, 6 something is left.\n"
      "Example:\n"
      "  favsync restore ~/.local/state/favsync/journal-20261124T130325Z-812.jsonl \\\n"
      "      https://api.example.org --token env:TOKEN --other-token env:TOKEN2");
  restore->callback([command, &job] { job = [command] { return run(*command); }; });
}

}  // namespace favsync
