// favsync sync --users: rounds for every user of a file, once or for good.
#include <algorithm>
#include <condition_variable>
#include <cstdio>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>

#include "favsync/atomic_file.h"
#include "favsync/fleet_metrics.h"
#include "favsync/fleet_output.h"
#include "favsync/stop_signals.h"
#include "favsync/sync_options.h"
#include "favsync/users_file.h"
#include "sync_engine/base_url.h"
#include "sync_engine/sqlite_favorite_store.h"
#include "wire/duration.h"

namespace favsync {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::size_t kMaxFailuresShown = 20;
constexpr std::size_t kMaxFailuresKept = 100;  // for JSON
constexpr std::chrono::milliseconds kProgressEvery{200};

// Whether a stop was asked for, and a way to wait for it.
class StopFlag {
 public:
  void set() {
    const std::lock_guard lock(mutex_);
    is_set_ = true;
    changed_.notify_all();
  }
  // Returns whether it is set, at that moment or before.
  bool wait_until(SteadyClock::time_point moment) {
    std::unique_lock lock(mutex_);
    return changed_.wait_until(lock, moment, [this] { return is_set_; });
  }
  bool is_set() {
    const std::lock_guard lock(mutex_);
    return is_set_;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool is_set_ = false;
};

// The line on a terminal that says how far a cycle is.
class Progress {
 public:
  Progress(std::size_t users, bool is_shown) : users_(users), is_shown_(is_shown) {}

  void count(bool is_failed) {
    ++done_;
    failed_ += is_failed;
    const auto now = SteadyClock::now();
    if (!is_shown_ || now - shown_at_ < kProgressEvery) return;
    shown_at_ = now;
    const double seconds = std::chrono::duration<double>(now - began_).count();
    fmt::print(stderr, "\r\x1b[K{}/{} users, {} failed, {:.0f} a second", done_, users_, failed_,
               static_cast<double>(done_) / std::max(seconds, 0.001));
    std::fflush(stderr);
  }
  void clear() {
    if (is_shown_) fmt::print(stderr, "\r\x1b[K");
  }

 private:
  std::size_t users_, done_ = 0, failed_ = 0;
  bool is_shown_;
  SteadyClock::time_point began_ = SteadyClock::now(), shown_at_{};
};

class ManyUsers {
 public:
  ManyUsers(const SyncArguments& given, const SyncSettings& settings, UsersFile users,
            std::optional<std::chrono::milliseconds> every, std::string default_url,
            FavoriteStore& store)
      : given_(given),
        users_(std::move(users)),
        every_(every),
        default_url_(std::move(default_url)),
        sources_(users_.token_sources),
        fleet_(fleet_options(given, settings), store, clock_) {
    fleet_.set_token_refresher(&sources_);
  }

  int run() {
    const StopSignals signals([this] {
      stop_.set();
      fleet_.stop();
    });
    int status = kConformant;
    for (std::size_t number = 1;; ++number) {
      const auto began = SteadyClock::now();
      const auto cycle = run_cycle(number);
      if (cycle.stopped == 0) status = exit_status_of(cycle);
      if (stop_.is_set()) return every_ || cycle.stopped == 0 ? status : int{kInterrupted};
      if (!every_) return is_metrics_lost_ ? int{kOwnFault} : status;
      if (stop_.wait_until(began + *every_)) return status;
      read_users_again();
    }
  }

 private:
  static FleetOptions fleet_options(const SyncArguments& given, const SyncSettings& settings) {
    FleetOptions options;
    options.http = settings.http;
    options.round = settings.round;
    options.read_only = given.read_only;
    options.jobs = given.jobs;
    options.rate = given.rate;
    return options;
  }

  FleetCycle run_cycle(std::size_t number) {
    std::vector<FleetFailure> failures;
    std::size_t failed = 0;
    Progress progress(users_.users.size(), !given_.quiet && ::isatty(STDERR_FILENO) != 0);
    const auto cycle = fleet_.run(users_.users, [&](const FleetOutcome& outcome) {
      metrics_.count_round(outcome);
      const auto& result = outcome.result;
      const Error* error = !result ? &result.error() : nullptr;
      if (result && result->push_error) error = &*result->push_error;
      progress.count(error != nullptr);
      if (error == nullptr || error->code == ErrorCode::kCancelled) return;
      if (failures.size() < kMaxFailuresKept) failures.push_back({outcome.user.name, *error});
      if (++failed > kMaxFailuresShown) return;
      progress.clear();
      fmt::print(stderr, "favsync sync: {}: {}\n", outcome.user.name, error->message);
    });
    progress.clear();
    if (failed > kMaxFailuresShown) {
      fmt::print(stderr, "favsync sync: … and {} more users failed in this cycle\n",
                 failed - kMaxFailuresShown);
    }
    metrics_.count_cycle(cycle, clock_.now());
    if (given_.json) {
      fmt::print("{}", print_cycle_json(cycle, number, failures));
    } else if (!given_.quiet) {
      fmt::print("{}", print_cycle_text(cycle, number));
    }
    std::fflush(stdout);
    write_metrics();
    return cycle;
  }

  void write_metrics() {
    if (given_.metrics_file.empty()) return;
    const auto written = write_atomically(given_.metrics_file, metrics_.text(), "--metrics-file");
    is_metrics_lost_ = !written;
    if (!written) complain_of_sync(written.error());
  }

  // Users come and go, and sign in again, while this runs.
  void read_users_again() {
    auto read = read_users_file(given_.users, default_url_);
    if (!read) {
      fmt::print(stderr, "favsync sync: {}; the {} users read before stay\n", read.error().message,
                 users_.users.size());
      return;
    }
    users_ = *std::move(read);
    sources_.replace(users_.token_sources);
  }

  const SyncArguments& given_;
  SystemClock clock_;
  UsersFile users_;
  std::optional<std::chrono::milliseconds> every_;
  std::string default_url_;
  TokenSources sources_;
  FleetMetrics metrics_;
  bool is_metrics_lost_ = false;
  StopFlag stop_;
  Fleet fleet_;
};

Result<std::optional<std::chrono::milliseconds>> read_every(const SyncArguments& given) {
  if (given.every.empty()) return std::optional<std::chrono::milliseconds>();
  const auto every = parse_duration(given.every);
  if (!every) return of_option("--every", every.error());
  if (every->count() == 0) {
    return fail(ErrorCode::kInvalidArgument, "--every: expected more than 0 s");
  }
  return std::optional(*every);
}

}  // namespace

int run_sync_of_many(const SyncArguments& given) {
  const auto settings = read_sync_settings(given);
  if (!settings) return complain_of_sync(settings.error());
  const auto every = read_every(given);
  if (!every) return complain_of_sync(every.error());
  if (!given.url.empty()) {
    const auto url = parse_base_url(given.url);
    if (!url) return complain_of_sync(url.error());
  }
  auto users = read_users_file(given.users, given.url);
  if (!users) {
    users.error().message = "--users " + users.error().message;
    complain_of_sync(users.error());
    return kUsage;
  }
  const auto store = SqliteFavoriteStore::open(given.store);
  if (!store) {
    complain_of_sync(store.error());
    return kUsage;
  }
  std::set<std::string> urls;
  for (const auto& user : users->users) {
    if (urls.insert(user.url).second) warn_of_open_tokens(user.url);
  }
  return ManyUsers(given, *settings, *std::move(users), *every, given.url, **store).run();
}

}  // namespace favsync
