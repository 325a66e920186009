#include "favsync/certify_plan.h"

#include <algorithm>
#include <cstdio>
#include <string>

#include <fmt/format.h>

#include "contract_tests/runner.h"
#include "favsync/built_in_mock.h"
#include "favsync/commands.h"
#include "mock_server/partner_api.h"

namespace favsync {
namespace {

using contract::CheckStatus;
using contract::Profile;

// The same run, against the mock: with its tokens where the partner's were given.
Result<contract::Report> rehearse(const contract::Options& given) {
  contract::Options options = given;
  const bool has_partner = !given.target.host.empty();
  auto mock = start_built_in_mock(options);
  if (!mock) return tl::unexpected(mock.error());
  if (has_partner) {
    const auto drop = [](const auto& wanted, auto& token) {
      if (!wanted) token.reset();
    };
    drop(given.other_token, options.other_token);
    drop(given.same_user_token, options.same_user_token);
    drop(given.empty_token, options.empty_token);
    drop(given.expired_token, options.expired_token);
  }
  if (given.restart) {
    options.restart = [&mock] {
      (*mock)->api().restart();
      return 0;
    };
  }
  options.journal_file.clear();
  options.max_rps.reset();
  options.settle = std::min(given.settle, std::chrono::milliseconds(10));
  return contract::certify(options);
}

void print_row(int requests, int writes, std::string_view what) {
  fmt::print("{:>8}  {:>6}  {}\n", requests, writes, what);
}

}  // namespace

int print_plan(const contract::Options& options) {
  const auto rehearsed = rehearse(options);
  if (!rehearsed) {
    fmt::print(stderr, "favsync certify: --plan: {}\n", rehearsed.error().message);
    return kOwnFault;
  }
  const contract::Report& report = *rehearsed;
  if (report.nothing_selected) {
    fmt::print(stderr, "favsync certify: {}\n", *report.nothing_selected);
    return kUsage;
  }
  const bool has_partner = !options.target.host.empty();
  fmt::print("Plan for {}: {}, {} depth, seed {}. Nothing was sent to it.\n",
             has_partner ? options.target.origin() + options.target.base_path : "the built-in mock",
             to_string(report.profile), to_string(report.depth), report.seed);
  fmt::print("Counted by a rehearsal on the built-in mock, a partner in order.\n\n");
  fmt::print("requests  writes  check\n");
  int requests = report.requests, writes = report.writes;
  for (const auto& check : report.checks) {
    if (check.finding.status == CheckStatus::kSkipped) continue;
    std::string what(check.check->id);
    if (check.finding.status == CheckStatus::kNotExercised) {
      what += fmt::format("  (not exercised: {})", check.finding.message);
    }
    print_row(check.requests, check.writes, what);
    requests -= check.requests;
    writes -= check.writes;
  }
  print_row(requests, writes, "(finding the profile out, and putting the test data back)");
  print_row(report.requests, report.writes, "in all");
  fmt::print(
      "\nItems written: {}. They get their former action back, with a new date; {} that "
      "were not there before stay listed as DELETE.\n",
      report.restore.touched, report.restore.left_removed);
  if (options.items.empty()) {
    fmt::print("Ids are made up; --items names the only ones that may be written.\n");
  }
  if (options.poison_item) {
    fmt::print("\"{}\" keeps a date in the future for good (--allow-poison).\n",
               *options.poison_item);
  }
  if (options.profile == Profile::kAuto) {
    fmt::print(
        "A read-only partner, if that is what is found, gets far fewer: see --plan --profile "
        "read-only.\n");
  }
  if (options.max_rps) {
    fmt::print("With --max-rps {}: {:.0f} s at least.\n", *options.max_rps,
               report.requests / *options.max_rps);
  }
  fmt::print(
      "A check that fails is tried twice more, and a write that shows late is read again: a "
      "partner with faults, or a slow one, gets more requests.\n");
  return kConformant;
}

}  // namespace favsync
