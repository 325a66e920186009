#pragma once

#include <optional>
#include <random>
#include <span>
#include <string>
#include <vector>

#include "sync_engine/list_validator.h"
#include "sync_engine/merge_lists.h"
#include "sync_engine/sync_engine.h"

namespace favsync {

// One round in the making: the steps that SyncEngine::sync runs in order. Lives for one call.
class SyncRound {
 public:
  struct World {
    PartnerReader& reader;
    PartnerClient* writer;  // null in read-only mode
    FavoriteStore& store;
    const Clock& clock;
    const SyncOptions& options;
    const Sleeper& sleeper;
    const SyncEngine::Gate& gate;  // or empty
    TokenRefresher* refresher;     // or null
    CircuitBreaker* breaker;       // or null
  };
  SyncRound(const World& world, const SyncUser& user);

  Result<SyncReport> run();

 private:
  // A favourite that the partner is to learn, and the record that it was taken from.
  struct Outgoing {
    FavoriteRecord record;
    const Favorite& favorite() const { return record.favorite; }
  };

  Result<SyncReport> run_admitted(CircuitBreaker::Admission& admission);
  // Fetches the list: only if it changed, where that can be asked.
  Result<PartnerList> read();
  // Ends a round whose list is the one that was read before, or returns false: something is to be
  // sent, and for that the list is needed.
  Result<bool> settle_unchanged();

  // Calls until it succeeds, is refused for good, or the waits are used up; renews the token once.
  template <typename Call>
  auto attempt(Call call) -> decltype(call());
  bool renew_token();

  // Notes which partner it is that answered, before anything is judged by what was agreed on.
  Status bind_partner();
  // Merges the list into the store (Commit M) and fills `outbox_`.
  Status pull(PartnerList list);
  // The same for a range of items: all records in it, and all that is listed in it.
  Status merge_range(const std::vector<FavoriteRecord>& records,
                     std::span<const Favorite> incoming);
  void note_decision(const Decision& decision, const FavoriteRecord* record, const Favorite* listed,
                     std::vector<RecordUpdate>& updates);
  // Notes the list's ETag if it left nothing to do, and forgets a former one before anything is
  // sent.
  Status note_validator(const std::string& etag);
  // Sends the outbox in batches and records each acknowledgement (Commit A).
  void push();
  // Sends one batch; splits it to find what the partner will not take. False: stop sending.
  bool push_batch(std::span<const Outgoing> batch);
  bool record_receipt(std::span<const Outgoing> batch, const PostReceipt& receipt);
  bool record_rejection(std::span<const Outgoing> batch, const Error& error);
  // Counts one more sending of these values that was not heeded, and puts their bases to what they
  // were before this round.
  bool count_tries(std::span<const Outgoing> batch);
  void read_back();
  bool stop(Error error);

  World world_;
  std::string user_, partner_;
  UserToken token_;
  bool has_renewed_ = false;
  int rejected_posts_ = 0;
  std::size_t batch_limit_;      // max_batch, or less once the partner took no more than that
  std::size_t passed_over_ = 0;  // updates whose item was edited meanwhile
  std::optional<ListValidator> validator_;  // as stored before the round
  std::mt19937_64 random_;
  std::vector<Outgoing> outbox_;        // by item
  std::vector<Outgoing> acknowledged_;  // of this round
  SyncReport report_;
};

}  // namespace favsync
