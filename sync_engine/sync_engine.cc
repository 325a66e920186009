#include "sync_engine/sync_engine.h"

#include <thread>
#include <utility>

#include "sync_engine/sync_round.h"

namespace favsync {

SyncEngine SyncEngine::read_only(PartnerReader& partner, FavoriteStore& store, const Clock& clock,
                                 SyncOptions options) {
  return {partner, nullptr, store, clock, std::move(options)};
}

SyncEngine SyncEngine::two_way(PartnerClient& partner, FavoriteStore& store, const Clock& clock,
                               SyncOptions options) {
  return {partner, &partner, store, clock, std::move(options)};
}

SyncEngine::SyncEngine(PartnerReader& reader, PartnerClient* writer, FavoriteStore& store,
                       const Clock& clock, SyncOptions options)
    : reader_(reader),
      writer_(writer),
      store_(store),
      clock_(clock),
      options_(std::move(options)),
      sleeper_([](std::chrono::milliseconds wait, const Error&) {
        std::this_thread::sleep_for(wait);
        return true;
      }) {}

Result<SyncReport> SyncEngine::sync(const SyncUser& user) {
  return SyncRound(
             {reader_, writer_, store_, clock_, options_, sleeper_, gate_, refresher_, breaker_},
             user)
      .run();
}

}  // namespace favsync
