#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "sync_engine/item_state.h"
#include "sync_engine/list_validator.h"
#include "wire/favorite.h"
#include "wire/result.h"

namespace favsync {

// What is stored of one item of one user. Tombstones are records like any other and are never
// dropped: a forgotten removal is how deleted favourites come back.
struct FavoriteRecord {
  Favorite favorite;
  std::optional<ItemState> base;  // the value that both sides last agreed on; none: not agreed yet
  int tries = 0;                  // sendings of this very value that the partner did not heed

  bool is_clean() const { return base && *base == state_of(favorite); }
  friend bool operator==(const FavoriteRecord&, const FavoriteRecord&) = default;
};

// One change that a round wants: takes effect only while the item's state is still `seen` (none:
// the item is still unknown), so that a local edit made meanwhile is never overwritten.
struct RecordUpdate {
  std::optional<ItemState> seen;
  FavoriteRecord record;  // what then stands
};

// The backend's favourites. `user` names one binding, that is one user at one partner; a platform
// with several partners puts the partner into the name. No user ever sees another's records. Each
// call is one transaction: all or nothing, and durable when it returns, as far as the
// implementation is. Safe from any thread. Errors of every call: kStorage, and nothing of the call
// took effect. Source: §5.4.
class FavoriteStore {
 public:
  virtual ~FavoriteStore() = default;

  // Every record of the user, tombstones included, ordered by the bytes of `item`; empty for a user
  // who was never seen.
  [[nodiscard]] virtual Result<std::vector<FavoriteRecord>> load(std::string_view user) = 0;

  // At most `limit` (1 or more) records of the user, those that follow `after` in the order of
  // `load`, the first ones for an empty `after`; fewer only at the end. For users with more records
  // than should be in memory at once. Edits between two pages may or may not show.
  [[nodiscard]] virtual Result<std::vector<FavoriteRecord>> load_page(std::string_view user,
                                                                      std::string_view after,
                                                                      std::size_t limit);

  // The record of one item, or nothing.
  [[nodiscard]] virtual Result<std::optional<FavoriteRecord>> find(std::string_view user,
                                                                   std::string_view item) = 0;

  // Applies a round's updates; those whose item changed since `seen` are passed over. Returns how
  // many were passed over: the next round judges them anew.
  [[nodiscard]] virtual Result<std::size_t> apply(std::string_view user,
                                                  std::span<const RecordUpdate> updates) = 0;

  // Notes that the partner acknowledged these very values: each becomes its item's base, whatever
  // has been done to the item meanwhile, so an edit made while it was on the way is still sent
  // later. Items that the user does not have are passed over.
  [[nodiscard]] virtual Status acknowledge(std::string_view user,
                                           std::span<const Favorite> sent) = 0;

  // A change made by the user here: stamped with max(now, known date + 1 ms), in whole
  // milliseconds, so that it beats what the user saw. Returns what was stored. Adding what is
  // already added moves the date. Errors also: kInvalidArgument for an empty item; kLimitExceeded
  // where the known date is the last that can be written.
  [[nodiscard]] virtual Result<Favorite> edit(std::string_view user, std::string_view item,
                                              Action action, Timestamp now) = 0;

  // A change that carries its own date, such as one from a device that was offline: it takes effect
  // if it wins the join with what stands (item_state.h). Returns whether it did.
  [[nodiscard]] virtual Result<bool> offer(std::string_view user, const Favorite& change) = 0;

  // Says which partner the user's records are synced with. Where it was another one before, all
  // bases and tries of the user are forgotten, since what the new partner holds is not known; the
  // favourites stay. Returns the former partner if it was another.
  [[nodiscard]] virtual Result<std::optional<std::string>> bind_partner(
      std::string_view user, std::string_view partner) = 0;

  // What set_validator noted last, or nothing. A store that keeps none is right, and costs whole
  // lists.
  [[nodiscard]] virtual Result<std::optional<ListValidator>> validator(std::string_view user);

  // Notes it, or forgets what was noted.
  [[nodiscard]] virtual Status set_validator(std::string_view user,
                                             const std::optional<ListValidator>& validator);
};

}  // namespace favsync
