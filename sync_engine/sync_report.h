#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "sync_engine/item_state.h"
#include "wire/favorite.h"
#include "wire/result.h"

namespace favsync {

// Both sides hold the same date and different actions. Source: rulings, ties.
struct SyncConflict {
  std::string item;
  ItemState local;    // before the round
  ItemState partner;  // as listed
  bool partner_won = false;
};

// A favourite that the partner would not take, and its answer.
struct RejectedFavorite {
  Favorite favorite;
  std::string message;
};

// What one round did. Everything in it is durable in the store.
struct SyncReport {
  std::vector<Favorite> pulled;            // taken from the partner (§5.1)
  std::vector<Favorite> pushed;            // sent, and answered with 2xx (§5.3)
  std::vector<Favorite> unsent;            // newer here or unknown to the partner, and not sent:
                                           // read-only mode, a failed POST, or given up (max_tries)
  std::vector<RejectedFavorite> rejected;  // refused by the partner one by one
  std::vector<SyncConflict> conflicts;
  std::vector<Favorite> quarantined;  // listed with a date beyond max_future; not taken
  std::vector<std::string> skipped;  // elements of the list that could not be read; nothing is lost
  std::vector<std::string> warnings;
  std::size_t listed = 0;     // elements of the partner's list that could be read
  std::size_t kept = 0;       // items that are newer here than in the list (§5.2)
  std::size_t same = 0;       // items on which both sides agree
  std::size_t forgotten = 0;  // items once agreed on that the list no longer names (§3.3)
  int requests = 0;           // sent, retries included
  bool not_modified = false;  // the partner said so (304), and there was nothing to send
  // Why sending ended early: what was pulled stands, `unsent` waits for the next round.
  std::optional<Error> push_error;
};

}  // namespace favsync
