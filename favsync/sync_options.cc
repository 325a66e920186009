#include "favsync/sync_options.h"

#include <cstdio>

#include <fmt/format.h>

#include "sync_engine/base_url.h"
#include "wire/duration.h"

namespace favsync {
namespace {

void add_round_options(CLI::App& command, SyncArguments& given) {
  command
      .add_option("--auth", given.auth,
                  "How the token rides: bearer, basic, header:NAME, query:NAME, cookie:NAME")
      ->type_name("SCHEME")
      ->capture_default_str();
  command.add_flag("--read-only", given.read_only, "Only read from the partner; never POST");
  command
      .add_option("--tie", given.tie, "Equal dates, different actions: local, base-aware or join")
      ->type_name("POLICY")
      ->capture_default_str();
  command
      .add_option("--max-future", given.max_future,
                  "Do not take dates that lie further ahead; default: take all")
      ->type_name("DURATION");
  command
      .add_option("--partner-tick", given.partner_tick,
                  "The grain in which the partner keeps dates; default: exact")
      ->type_name("DURATION");
  command.add_option("--max-batch", given.max_batch, "Favourites in one POST")
      ->check(CLI::Range(1, 100'000))
      ->capture_default_str();
  command.add_flag("--read-back", given.read_back, "Read again after sending, and check");
  command.add_flag("--whole-lists", given.whole_lists,
                   "Never ask \"only if it changed\", though the partner gives an ETag");
  command.add_option("--retries", given.retries, "Further attempts when the partner is in trouble")
      ->check(CLI::Range(0, 20))
      ->capture_default_str();
  command.add_option("--timeout", given.timeout, "For each whole answer")
      ->type_name("DURATION")
      ->capture_default_str();
  command.add_option("--cacert", given.ca_file, "PEM; trusted instead of the system's")
      ->type_name("FILE");
  command.add_option("--proxy", given.proxy, "http://HOST:PORT")->type_name("URL");
  command.add_option("--seed", given.seed, "Of the waits between attempts; 0 draws one")
      ->capture_default_str();
}

void add_fleet_options(CLI::App& command, SyncArguments& given) {
  command
      .add_option("--users", given.users,
                  "Syncs every user of a file: lines of name,token[,url], or JSON "
                  "{\"users\":[{\"name\",\"token\",\"url\"}]}; a token may be @FILE or env:NAME")
      ->type_name("FILE");
  command.add_option("--jobs", given.jobs, "With --users: rounds at once")
      ->check(CLI::Range(1, 1'000))
      ->capture_default_str();
  command
      .add_option("--every", given.every,
                  "With --users: again and again, so far apart, until SIGINT or SIGTERM")
      ->type_name("DURATION");
  command
      .add_option("--rate", given.rate,
                  "With --users: requests a second to one partner at most; 0: no limit")
      ->check(CLI::Range(0.0, 1e6))
      ->capture_default_str();
  command
      .add_option("--metrics-file", given.metrics_file,
                  "With --users: Prometheus text, written anew after each cycle")
      ->type_name("FILE");
  command.add_flag("--quiet,-q", given.quiet, "With --users: no progress, only what went wrong");
}

}  // namespace

void add_sync_options(CLI::App& command, SyncArguments& given) {
  command.add_option("url", given.url, "Base URL of the partner's API")->type_name("URL");
  command.add_option("--token", given.token, "The user's token; @FILE or env:NAME")->type_name("T");
  command.add_option("--store", given.store, "The local favourites; made where there is none")
      ->required()
      ->type_name("FILE");
  command.add_option("--user", given.user, "Whose favourites in the store")->capture_default_str();
  add_round_options(command, given);
  add_fleet_options(command, given);
  command.add_flag("--json", given.json, "The report as one JSON object on stdout; one a cycle");
}

Result<SyncSettings> read_sync_settings(const SyncArguments& given) {
  SyncSettings settings;
  auto& [http, round] = settings;
  const auto auth = parse_auth_scheme(given.auth);
  if (!auth) return of_option("--auth", auth.error());
  http.auth = *auth;
  http.ca_file = given.ca_file;
  http.proxy = given.proxy;
  http.user_agent = "favsync/" FAVSYNC_VERSION;
  const auto timeout = parse_duration(given.timeout);
  if (!timeout) return of_option("--timeout", timeout.error());
  if (timeout->count() == 0) {
    return fail(ErrorCode::kInvalidArgument, "--timeout: expected more than 0 s");
  }
  http.total_timeout = http.read_timeout = *timeout;
  if (!given.max_future.empty()) {
    const auto bound = parse_duration(given.max_future);
    if (!bound) return of_option("--max-future", bound.error());
    round.max_future = *bound;
  }
  if (!given.partner_tick.empty()) {
    const auto tick = parse_duration(given.partner_tick);
    if (!tick) return of_option("--partner-tick", tick.error());
    round.partner_tick = *tick;
  }
  const auto ties = parse_tie_policy(given.tie);
  if (!ties) return of_option("--tie", ties.error());
  round.ties = *ties;
  round.max_batch = given.max_batch;
  round.read_back = given.read_back;
  round.conditional_get = !given.whole_lists;
  round.retry.max_attempts = given.retries + 1;
  round.seed = given.seed;
  return settings;
}

tl::unexpected<Error> of_option(std::string_view option, Error error) {
  error.message = fmt::format("{}: {}", option, error.message);
  return tl::unexpected(std::move(error));
}

int exit_status_of(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
    case ErrorCode::kNotFound:
    case ErrorCode::kMalformed:
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

int complain_of_sync(const Error& error) {
  fmt::print(stderr, "favsync sync: {}\n", error.message);
  return exit_status_of(error.code);
}

void warn_of_open_tokens(const std::string& url) {
  const auto base = parse_base_url(url);
  if (!base || base->is_tls || base->is_loopback()) return;
  fmt::print(stderr, "favsync sync: {}: not https: the token travels in the open\n",
             base->origin());
}

}  // namespace favsync
