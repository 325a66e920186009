#pragma once

#include <cstdint>
#include <span>
#include <vector>

#include "sync_engine/favorite_store.h"
#include "sync_engine/item_index.h"
#include "sync_engine/merge.h"

namespace favsync {

// One item of a merged pair of lists: where it stands on either side, and what becomes of it.
struct MergedItem {
  static constexpr std::uint32_t kNone = ItemIndex::kNone;
  std::uint32_t record = kNone;    // position in `records`, kNone: unknown here
  std::uint32_t incoming = kNone;  // position in `incoming`, kNone: the partner does not list it
  Decision decision;
};

// Leaves each item once, with the join of its states, in the order of first appearance, so that
// neither order nor repetition in a payload matters. Linear. Source: §2.2, §4.4.
std::vector<Favorite> fold_duplicates(std::vector<Favorite> favorites);

// Decides every item of either list by `reconcile`: those of `incoming` in its order, then the
// records that it does not name, in theirs. `incoming` names no item twice (fold_duplicates).
// `index` is that of `records`. Pure, linear in both lists. Source: §5.
std::vector<MergedItem> merge(std::span<const FavoriteRecord> records, const ItemIndex& index,
                              std::span<const Favorite> incoming, const MergePolicy& policy);

// The record that stands after `decision`: `record` null for an item unknown here, `incoming` null
// for one that the partner does not list. `tries` is kept while the value is, and 0 after
// agreement.
FavoriteRecord record_after(const Decision& decision, const FavoriteRecord* record,
                            const Favorite* incoming);

}  // namespace favsync
