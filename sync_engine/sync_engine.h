#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include "sync_engine/circuit_breaker.h"
#include "sync_engine/favorite_store.h"
#include "sync_engine/merge.h"
#include "sync_engine/partner_client.h"
#include "sync_engine/retry_policy.h"
#include "sync_engine/sync_report.h"
#include "wire/clock.h"

namespace favsync {

// How a round goes. The defaults are the contract's.
struct SyncOptions {
  TiePolicy ties = TiePolicy::kLocal;
  std::chrono::nanoseconds future_warning = std::chrono::hours{24};
  std::optional<std::chrono::nanoseconds> max_future = std::nullopt;  // none: every date is taken
  std::chrono::nanoseconds partner_tick{0};                           // as MergePolicy
  std::size_t max_batch = 100;  // favourites in one POST, 1 or more (§4.9)
  // Sendings of one value that the partner answers and does not heed, after which the value is left
  // alone until the user changes the item. 1 or more.
  int max_tries = 3;
  // Read the list again after sending, and count what is missing from it as not heeded. One GET
  // more.
  bool read_back = false;
  int max_rejected_posts = 32;  // refused requests in one round, while the bad item is searched for
  // Ask with the partner's last ETag, where it gave one and that list left nothing to do. A 304
  // ends a round that has nothing to send; one that has reads the list whole first, so a 304 alone
  // never leads to a POST.
  bool conditional_get = true;
  // Beyond this age of the last whole list it is read whole again: an ETag that lies makes the
  // partner's changes late by so much, and loses none.
  std::chrono::milliseconds whole_list_every = std::chrono::hours{1};
  // Records that are in memory at once; a user with more is merged in so many transactions, each
  // right by itself. 1 or more.
  std::size_t page_items = 65'536;
  RetryPolicy retry = {};
  std::uint64_t seed = 0;  // of the waits; 0: drawn anew
};

// Whose favourites to sync.
struct SyncUser {
  std::string name;  // as the store knows the user
  UserToken token;
  // The partner's own name, such as its URL. Where given, a partner that answers under another name
  // than before starts without agreements (FavoriteStore::bind_partner), with a warning in the
  // report.
  std::string partner = {};
};

// The reference backend: one round for one user is GET, merge, commit, POST what is newer here, and
// record what was acknowledged, in this order, so that a crash at any point loses nothing and a
// repeated round does no harm. What is sent is a diff against what the partner just listed, not a
// memory of edits. Keeps no state between rounds but the store's. Borrows everything that it is
// made of. Rounds of different users may run at once on engines of their own; two rounds of one
// user at once are harmless, though wasteful. Local edits may happen at any time. Source: §5, §6.
class SyncEngine {
 public:
  // Asked before each request; an error ends the step with it. For rate limits and for stopping.
  using Gate = std::function<Status()>;

  // An engine that cannot write to the partner: it has nothing to write with. Source: §6.2.
  static SyncEngine read_only(PartnerReader& partner, FavoriteStore& store, const Clock& clock,
                              SyncOptions options = {});
  static SyncEngine two_way(PartnerClient& partner, FavoriteStore& store, const Clock& clock,
                            SyncOptions options = {});

  // Renews a refused token once a round; not owned. Without one, a refused token ends the round.
  void set_token_refresher(TokenRefresher* refresher) { refresher_ = refresher; }
  // What waits between attempts; the default sleeps.
  void set_sleeper(Sleeper sleeper) { sleeper_ = std::move(sleeper); }
  void set_gate(Gate gate) { gate_ = std::move(gate); }
  // Shared by all rounds with this partner; not owned. Without one, every round is begun.
  void set_circuit_breaker(CircuitBreaker* breaker) { breaker_ = breaker; }

  // Runs one round. Errors: those of PartnerReader::get_favorites, kStorage, kCancelled by the
  // sleeper, the gate's, and kUnavailable by the circuit breaker, without a request: nothing here
  // has changed then (but for the first pages of a user with more than page_items, on kStorage),
  // and nothing was sent. A failure after that, while
  // sending, is in the report's push_error, since what was pulled stands. Source: §5.
  [[nodiscard]] Result<SyncReport> sync(const SyncUser& user);

 private:
  SyncEngine(PartnerReader& reader, PartnerClient* writer, FavoriteStore& store, const Clock& clock,
             SyncOptions options);

  PartnerReader& reader_;
  PartnerClient* writer_;  // null in read-only mode
  FavoriteStore& store_;
  const Clock& clock_;
  SyncOptions options_;
  Sleeper sleeper_;
  Gate gate_;  // or empty
  TokenRefresher* refresher_ = nullptr;
  CircuitBreaker* breaker_ = nullptr;
};

}  // namespace favsync
