// Rounds for many users against a mock in the same process: time and memory by number of users.
//   scale_benchmark [--users N] [--items N] [--jobs N] [--store memory|FILE] [--one-user-items N]
// Four cycles: everything is new here; nothing changed; one item of each user changed here; nothing
// changed and the partner gives ETags. Prints one JSON object. --one-user-items measures one user
// with so many items instead.
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>
#include <malloc.h>

#include "mock_server/behaviors.h"
#include "mock_server/mock_server.h"
#include "mock_server/partner_api.h"
#include "sync_engine/fleet.h"
#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sqlite_favorite_store.h"

namespace favsync {
namespace {

using SteadyClock = std::chrono::steady_clock;

struct Arguments {
  long users = 1000, items = 50, jobs = 4, one_user_items = 0;
  std::string store = "memory";
};

double seconds_since(SteadyClock::time_point start) {
  return std::chrono::duration<double>(SteadyClock::now() - start).count();
}

// One line of /proc/self/status, in MB.
double status_mb(const std::string& name) {
  std::ifstream status("/proc/self/status");
  for (std::string line; std::getline(status, line);) {
    if (line.starts_with(name + ":")) return std::atof(line.c_str() + name.size() + 1) / 1024;
  }
  return 0;
}

// Starts the measure of the peak (VmHWM) anew.
void reset_peak() {
  ::malloc_trim(0);
  std::ofstream("/proc/self/clear_refs") << "5";
}

std::string user_name(long number) {
  return fmt::format("user{:07}", number);
}

std::string item_name(long number) {
  return fmt::format("session_{:07}", number);
}

Timestamp date_of(long number) {
  return Timestamp::from_unix(1493721912 + number / 1000,
                              static_cast<std::uint32_t>(number % 1000) * 1'000'000);
}

std::unique_ptr<FavoriteStore> open_store(const std::string& name) {
  if (name == "memory") return std::make_unique<InMemoryFavoriteStore>();
  auto store = SqliteFavoriteStore::open(name);
  if (!store) {
    fmt::print(stderr, "scale_benchmark: {}\n", store.error().message);
    std::exit(2);
  }
  return *std::move(store);
}

mock::Scenario::User scenario_user(const std::string& name, long items) {
  mock::Scenario::User user;
  user.name = name;
  user.tokens.push_back({UserToken::make(name + "-token").value(), std::nullopt});
  for (long i = 0; i < items; ++i) {
    user.favorites.push_back({item_name(i), Action::kAdd, date_of(i)});
  }
  return user;
}

FleetOptions fleet_options(const Arguments& given) {
  FleetOptions options;
  options.jobs = static_cast<int>(given.jobs);
  options.round.retry.max_attempts = 1;
  options.http.total_timeout = options.http.read_timeout = std::chrono::minutes{5};
  options.http.max_reply_bytes = std::size_t{512} << 20;
  return options;
}

// Runs a cycle and returns its figures as members of a JSON object.
std::string cycle(Fleet& fleet, const std::vector<FleetUser>& users, const char* name) {
  reset_peak();
  const double before = status_mb("VmRSS");
  const auto done = fleet.run(users);
  if (done.synced != users.size()) {
    fmt::print(stderr, "scale_benchmark: {}: {} of {} users synced\n", name, done.synced,
               users.size());
    std::exit(1);
  }
  const double seconds = std::chrono::duration<double>(done.duration).count();
  return fmt::format(
      R"("{}":{{"seconds":{:.3f},"users_per_s":{:.0f},"requests":{},"pulled":{},"pushed":{},)"
      R"("not_modified":{},"rss_mb_before":{:.0f},"rss_mb_peak":{:.0f}}})",
      name, seconds, static_cast<double>(users.size()) / seconds, done.requests, done.pulled,
      done.pushed, done.not_modified, before, status_mb("VmHWM"));
}

void run(const Arguments& given) {
  const long count = given.one_user_items > 0 ? 1 : given.users;
  const long items = given.one_user_items > 0 ? given.one_user_items : given.items;
  MockServer::Options mock;
  mock.journal = {.max_exchanges = 1, .max_bytes = 1 << 16};
  const double empty_mb = status_mb("VmRSS");
  const auto start = SteadyClock::now();
  for (long i = 0; i < count; ++i) {
    mock.scenario.users.push_back(scenario_user(user_name(i), items));
  }
  MockServer server(mock);
  mock.scenario = {};
  std::vector<FleetUser> users;
  for (long i = 0; i < count; ++i) {
    const auto name = user_name(i);
    users.push_back({name, server.url(), UserToken::make(name + "-token").value()});
  }
  const double fill_seconds = seconds_since(start), partner_mb = status_mb("VmRSS") - empty_mb;

  const auto store = open_store(given.store);
  const SystemClock clock;
  Fleet fleet(fleet_options(given), *store, clock);
  std::string out = fmt::format(
      R"({{"users":{},"items":{},"jobs":{},"store":"{}","partner_mb":{:.0f},"fill_s":{:.2f})",
      count, items, given.jobs, given.store == "memory" ? "memory" : "sqlite", partner_mb,
      fill_seconds);
  out += "," + cycle(fleet, users, "first");
  out += "," + cycle(fleet, users, "idle");
  for (const auto& user : users) {
    store->edit(user.name, item_name(0), Action::kDelete, clock.now()).value();
  }
  out += "," + cycle(fleet, users, "one_change");
  const std::vector<std::string> quirks{"etag-and-304"};
  if (!server.api().activate(mock::BehaviorKind::kQuirk, quirks)) std::exit(2);
  fleet.run(users);
  out += "," + cycle(fleet, users, "idle_304");
  fmt::print("{}}}\n", out);
}

Arguments read(int argc, char** argv) {
  Arguments given;
  const std::map<std::string, long*> numbers = {{"--users", &given.users},
                                                {"--items", &given.items},
                                                {"--jobs", &given.jobs},
                                                {"--one-user-items", &given.one_user_items}};
  for (int i = 1; i < argc; i += 2) {
    const std::string name = argv[i];
    const auto number = numbers.find(name);
    const long value = i + 1 < argc ? std::atol(argv[i + 1]) : 0;
    if (name == "--store" && i + 1 < argc) {
      given.store = argv[i + 1];
    } else if (number != numbers.end() && value > 0) {
      *number->second = value;
    } else {
      fmt::print(
          stderr,
          "scale_benchmark: {}: expected --users, --items, --jobs or --one-user-items with a "
          "number above 0, or --store memory|FILE\n",
          name);
      std::exit(2);
    }
  }
  return given;
}

}  // namespace
}  // namespace favsync

int main(int argc, char** argv) {
  favsync::run(favsync::read(argc, argv));
}
