#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "sync_engine/circuit_breaker.h"
#include "sync_engine/http_partner_client.h"
#include "sync_engine/sync_engine.h"

namespace favsync {

// One binding: a user at a partner.
struct FleetUser {
  std::string name;  // as the store knows the binding; no two of a fleet share one
  std::string url;   // the partner's base URL; users with the same one share limits and breaker
  UserToken token;
};

struct FleetOptions {
  HttpPartnerOptions http;  // base_url is each user's own
  SyncOptions round;
  bool read_only = false;  // nothing that can post is made then (§6.2)
  int jobs = 8;            // rounds at once, 1 or more
  double rate = 0;         // requests a second to one partner; 0: no limit
  CircuitBreaker::Options breaker;
  // After stop(): how long rounds under way may still begin requests.
  std::chrono::milliseconds grace{10'000};
};

// One round as it ended.
struct FleetOutcome {
  const FleetUser& user;
  const Result<SyncReport>& result;
  std::chrono::nanoseconds duration;
};

// What a cycle came to, and how each partner stands after it.
struct FleetCycle {
  struct Partner {
    std::string url;
    CircuitBreaker::State breaker = CircuitBreaker::State::kClosed;
    CircuitBreaker::Counts counts;  // since the fleet began
    std::size_t users = 0, synced = 0, failed = 0;
  };
  std::size_t users = 0;
  std::size_t synced = 0;   // rounds without an error, those that sent nothing included
  std::size_t failed = 0;   // rounds that ended early, while sending included
  std::size_t parked = 0;   // not begun: the partner refused this very token some cycles ago
  std::size_t stopped = 0;  // not begun, or ended, because of stop()
  std::map<ErrorCode, std::size_t> errors;  // of `failed`
  std::size_t pulled = 0, pushed = 0, unsent = 0, rejected = 0, conflicts = 0, not_modified = 0;
  std::uint64_t requests = 0;
  std::chrono::nanoseconds duration{0};
  std::vector<Partner> partners;  // by URL
};

// Rounds for many users at many partners, on `jobs` threads. Work is taken from the partner with
// the fewest rounds under way, so a partner that hangs holds its share of the threads and no more;
// each partner has a circuit breaker, a rate limit and kept connections of its own, for as long as
// the fleet lives. A user whose token is refused (401, 403) is left alone for 1, 2, 4 … 12 cycles,
// unless the token changes. Borrows store and clock. One run() at a time; stop() from any thread.
class Fleet {
 public:
  // Called after each round, by one thread at a time. May call stop().
  using Listener = std::function<void(const FleetOutcome&)>;

  Fleet(FleetOptions options, FavoriteStore& store, const Clock& clock);
  ~Fleet();
  Fleet(const Fleet&) = delete;
  Fleet& operator=(const Fleet&) = delete;

  // Called from several threads at once; not owned.
  void set_token_refresher(TokenRefresher* refresher);

  // One round for each user; returns when all have ended. No round's failure ends another.
  FleetCycle run(std::span<const FleetUser> users, const Listener& listener = {});

  // Begins no more rounds, now or later, and ends the waits of those under way; they may send for
  // `grace` more. run() then returns within that and one request's total_timeout.
  void stop();

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace favsync
