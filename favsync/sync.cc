// favsync sync: one round of the reference engine between a local store and a partner.
#include <cstdio>
#include <memory>
#include <string>
#include <thread>

#include <fmt/format.h>

#include "favsync/commands.h"
#include "favsync/sync_output.h"
#include "favsync/token_source.h"
#include "sync_engine/base_url.h"
#include "sync_engine/http_partner_client.h"
#include "sync_engine/sqlite_favorite_store.h"
#include "sync_engine/sync_engine.h"
#include "wire/duration.h"

namespace favsync {
namespace {

struct SyncArguments {
  std::string url, token, store, user = "me", auth = "bearer", tie = "local", timeout = "10s";
  std::string max_future, partner_tick, ca_file, proxy;
  std::size_t max_batch = 100;
  int retries = 2;
  std::uint64_t seed = 0;
  bool read_only = false, read_back = false, json = false;
};

// All that a round needs, read from the command line.
struct SyncPlan {
  HttpPartnerOptions http;
  SyncOptions round;
  SyncUser user;
  BaseUrl url;
};

int exit_status(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
      return kUsage;
    case ErrorCode::kConnection:
    case ErrorCode::kTls:
      return kNoConnection;
    case ErrorCode::kStorage:
    case ErrorCode::kInternal:
      return kOwnFault;
    case ErrorCode::kCancelled:
      return kInterrupted;
    default:
      return kNotConformant;
  }
}

int complain(const Error& error) {
  fmt::print(stderr, "favsync sync: {}\n", error.message);
  return exit_status(error.code);
}

tl::unexpected<Error> of_option(std::string_view option, Error error) {
  error.message = fmt::format("{}: {}", option, error.message);
  return tl::unexpected(std::move(error));
}

Status read_limits(const SyncArguments& given, SyncPlan& plan) {
  const auto timeout = parse_duration(given.timeout);
  if (!timeout) return of_option("--timeout", timeout.error());
  if (timeout->count() == 0) {
    return fail(ErrorCode::kInvalidArgument, "--timeout: expected more than 0 s");
  }
  plan.http.total_timeout = plan.http.read_timeout = *timeout;
  if (!given.max_future.empty()) {
    const auto bound = parse_duration(given.max_future);
    if (!bound) return of_option("--max-future", bound.error());
    plan.round.max_future = *bound;
  }
  if (!given.partner_tick.empty()) {
    const auto tick = parse_duration(given.partner_tick);
    if (!tick) return of_option("--partner-tick", tick.error());
    plan.round.partner_tick = *tick;
  }
  const auto ties = parse_tie_policy(given.tie);
  if (!ties) return of_option("--tie", ties.error());
  plan.round.ties = *ties;
  plan.round.max_batch = given.max_batch;
  plan.round.read_back = given.read_back;
  plan.round.retry.max_attempts = given.retries + 1;
  plan.round.seed = given.seed;
  return {};
}

Result<SyncPlan> read_plan(const SyncArguments& given) {
  auto url = parse_base_url(given.url);
  if (!url) return tl::unexpected(url.error());
  auto token = read_token(given.token);
  if (!token) return of_option("--token", token.error());
  const auto auth = parse_auth_scheme(given.auth);
  if (!auth) return of_option("--auth", auth.error());
  if (given.user.empty()) return fail(ErrorCode::kInvalidArgument, "--user: expected a name");
  SyncPlan plan{{}, {}, {given.user, *std::move(token), url->to_string()}, *url};
  plan.http.base_url = given.url;
  plan.http.auth = *auth;
  plan.http.ca_file = given.ca_file;
  plan.http.proxy = given.proxy;
  plan.http.user_agent = "favsync/" FAVSYNC_VERSION;
  if (const auto read = read_limits(given, plan); !read) return tl::unexpected(read.error());
  return plan;
}

Result<SyncReport> run_round(SyncEngine engine, const SyncPlan& plan) {
  engine.set_sleeper([](std::chrono::milliseconds wait, const Error& why) {
    fmt::print(stderr, "favsync sync: {}; trying again in {:.1f} s\n", why.message,
               static_cast<double>(wait.count()) / 1000);
    std::this_thread::sleep_for(wait);
    return true;
  });
  return engine.sync(plan.user);
}

Result<SyncReport> sync(const SyncPlan& plan, FavoriteStore& store, bool is_read_only) {
  const SystemClock clock;
  if (is_read_only) {
    const auto reader = HttpPartnerReader::make(plan.http);
    if (!reader) return tl::unexpected(reader.error());
    return run_round(SyncEngine::read_only(**reader, store, clock, plan.round), plan);
  }
  const auto client = HttpPartnerClient::make(plan.http);
  if (!client) return tl::unexpected(client.error());
  return run_round(SyncEngine::two_way(**client, store, clock, plan.round), plan);
}

int run(const SyncArguments& given) {
  const auto plan = read_plan(given);
  if (!plan) return complain(plan.error());
  if (!plan->url.is_tls && !plan->url.is_loopback()) {
    fmt::print(stderr, "favsync sync: {}: not https: the token travels in the open\n",
               plan->url.origin());
  }
  const auto store = SqliteFavoriteStore::open(given.store);
  if (!store) {
    complain(store.error());
    return kUsage;
  }
  const auto report = sync(*plan, **store, given.read_only);
  if (!report) {
    if (given.json) fmt::print("{}", print_sync_json(report.error()));
    return complain(report.error());
  }
  fmt::print("{}", given.json ? print_sync_json(*report) : print_sync_text(*report));
  if (report->push_error) return complain(*report->push_error);
  return report->rejected.empty() ? kConformant : kNotConformant;
}

}  // namespace

void add_sync(CLI::App& app, Job& job) {
  CLI::App* command = app.add_subcommand(
      "sync", "One round of the reference engine: GET, merge, POST what is newer here");
  auto given = std::make_shared<SyncArguments>();
  command->add_option("url", given->url, "Base URL of the partner's API")
      ->required()
      ->type_name("URL");
  command->add_option("--token", given->token, "The user's token; @FILE or env:NAME")
      ->required()
      ->type_name("T");
  command->add_option("--store", given->store, "The local favourites; made where there is none")
      ->required()
      ->type_name("FILE");
  command->add_option("--user", given->user, "Whose favourites in the store")
      ->capture_default_str();
  command
      ->add_option("--auth", given->auth,
                   "How the token rides: bearer, basic, header:NAME, query:NAME, cookie:NAME")
      ->type_name("SCHEME")
      ->capture_default_str();
  command->add_flag("--read-only", given->read_only, "Only read from the partner; never POST");
  command
      ->add_option("--tie", given->tie, "Equal dates, different actions: local, base-aware or join")
      ->type_name("POLICY")
      ->capture_default_str();
  command
      ->add_option("--max-future", given->max_future,
                   "Do not take dates that lie further ahead; default: take all")
      ->type_name("DURATION");
  command
      ->add_option("--partner-tick", given->partner_tick,
                   "The grain in which the partner keeps dates; default: exact")
      ->type_name("DURATION");
  command->add_option("--max-batch", given->max_batch, "Favourites in one POST")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command->add_flag("--read-back", given->read_back, "Read again after sending, and check");
  command
      ->add_option("--retries", given->retries, "Further attempts when the partner is in trouble")
      ->check(CLI::Range(0, 20))
      ->capture_default_str();
  command->add_option("--timeout", given->timeout, "For each whole answer")
      ->type_name("DURATION")
      ->capture_default_str();
  command->add_option("--cacert", given->ca_file, "PEM; trusted instead of the system's")
      ->type_name("FILE");
  command->add_option("--proxy", given->proxy, "http://HOST:PORT")->type_name("URL");
  command->add_option("--seed", given->seed, "Of the waits between attempts; 0 draws one")
      ->capture_default_str();
  command->add_flag("--json", given->json, "The report as one JSON object on stdout");
  command->footer(
      "Exit status: 0 synced, 1 the partner refused or broke the contract, 2 wrong options,\n"
      "3 no connection, 5 a fault of favsync or of the store.\n"
      "Example:\n"
      "  favsync favorite add session_21982 --store me.db\n"
      "  favsync sync http://127.0.0.1:8080 --token alice-token --store me.db");
  command->callback([given, &job] { job = [given] { return run(*given); }; });
}

}  // namespace favsync
