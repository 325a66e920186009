// favsync sync: rounds of the reference engine between a local store and a partner.
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "favsync/commands.h"
#include "favsync/sync_options.h"
#include "favsync/sync_output.h"
#include "favsync/token_source.h"
#include "favsync/users_file.h"
#include "sync_engine/base_url.h"
#include "sync_engine/http_partner_client.h"
#include "sync_engine/sqlite_favorite_store.h"
#include "sync_engine/sync_engine.h"
#include "wire/duration.h"

namespace favsync {
namespace {

// All that a round for one user needs, read from the command line.
struct SyncPlan {
  SyncSettings settings;
  SyncUser user;
};

Result<SyncPlan> read_plan(const SyncArguments& given) {
  auto url = parse_base_url(given.url);
  if (!url) return tl::unexpected(url.error());
  auto token = read_token(given.token);
  if (!token) return of_option("--token", token.error());
  if (given.user.empty()) return fail(ErrorCode::kInvalidArgument, "--user: expected a name");
  auto settings = read_sync_settings(given);
  if (!settings) return tl::unexpected(settings.error());
  settings->http.base_url = given.url;
  return SyncPlan{*std::move(settings), {given.user, *std::move(token), url->to_string()}};
}

Result<SyncReport> run_round(SyncEngine engine, const SyncArguments& given, const SyncUser& user) {
  engine.set_sleeper([](std::chrono::milliseconds wait, const Error& why) {
    fmt::print(stderr, "favsync sync: {}; trying again in {:.1f} s\n", why.message,
               static_cast<double>(wait.count()) / 1000);
    std::this_thread::sleep_for(wait);
    return true;
  });
  TokenSources sources;
  if (given.token.starts_with('@')) sources.replace({{user.name, given.token}});
  engine.set_token_refresher(&sources);
  return engine.sync(user);
}

Result<SyncReport> sync(const SyncArguments& given, const SyncPlan& plan, FavoriteStore& store) {
  const SystemClock clock;
  const auto& [http, round] = plan.settings;
  if (given.read_only) {
    const auto reader = HttpPartnerReader::make(http);
    if (!reader) return tl::unexpected(reader.error());
    return run_round(SyncEngine::read_only(**reader, store, clock, round), given, plan.user);
  }
  const auto client = HttpPartnerClient::make(http);
  if (!client) return tl::unexpected(client.error());
  return run_round(SyncEngine::two_way(**client, store, clock, round), given, plan.user);
}

int run_sync_of_one(const SyncArguments& given) {
  const auto plan = read_plan(given);
  if (!plan) return complain_of_sync(plan.error());
  warn_of_open_tokens(given.url);
  const auto store = SqliteFavoriteStore::open(given.store);
  if (!store) {
    complain_of_sync(store.error());
    return kUsage;
  }
  const auto report = sync(given, *plan, **store);
  if (!report) {
    if (given.json) fmt::print("{}", print_sync_json(report.error()));
    return complain_of_sync(report.error());
  }
  fmt::print("{}", given.json ? print_sync_json(*report) : print_sync_text(*report));
  if (report->push_error) return complain_of_sync(*report->push_error);
  return report->rejected.empty() ? kConformant : kNotConformant;
}

int run(const SyncArguments& given) {
  const auto wrong = [](const char* what) {
    return complain_of_sync({ErrorCode::kInvalidArgument, what, std::nullopt});
  };
  if (!given.users.empty()) {
    if (!given.token.empty()) {
      return wrong("--token and --users: expected one of them; tokens of many are in their file");
    }
    return run_sync_of_many(given);
  }
  if (given.url.empty() || given.token.empty()) {
    return wrong("expected URL and --token for one user, or --users FILE for many");
  }
  if (!given.every.empty() || !given.metrics_file.empty() || given.rate > 0) {
    return wrong("--every, --rate, --metrics-file: expected --users FILE with them");
  }
  return run_sync_of_one(given);
}

}  // namespace

void add_sync(CLI::App& app, Job& job) {
  CLI::App* command = app.add_subcommand(
      "sync", "Rounds of the reference engine: GET, merge, POST what is newer here");
  auto given = std::make_shared<SyncArguments>();
  add_sync_options(*command, *given);
  command->footer(
      "Exit status: 0 synced, 1 the partner refused or broke the contract, 2 wrong options,\n"
      "3 no connection, 5 a fault of favsync or of the store, 130 stopped before the end.\n"
      "With --users the worst of the last whole cycle counts: 5, then 1, then 3.\n"
      "Examples:\n"
      "  favsync favorite add session_21982 --store me.db\n"
      "  favsync sync http://127.0.0.1:8080 --token alice-token --store me.db\n"
      "  favsync sync https://api.partner.example --users users.csv --store all.db \\\n"
      "      --jobs 16 --rate 50 --every 5m --metrics-file favsync.prom");
  command->callback([given, &job] { job = [given] { return run(*given); }; });
}

}  // namespace favsync
