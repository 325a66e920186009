#include "sync_engine/merge_lists.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <boost/unordered/unordered_flat_map.hpp>

namespace favsync {

std::vector<Favorite> fold_duplicates(std::vector<Favorite> favorites) {
  // A list sorted by item is the common case, and needs no table.
  const auto rises = [](const Favorite& a, const Favorite& b) { return a.item >= b.item; };
  if (std::adjacent_find(favorites.begin(), favorites.end(), rises) == favorites.end()) {
    return favorites;
  }
  std::vector<bool> repeated(favorites.size());
  boost::unordered_flat_map<std::string_view, std::size_t> first;
  first.reserve(favorites.size());
  bool any = false;
  for (std::size_t i = 0; i < favorites.size(); ++i) {
    const auto [place, is_new] = first.try_emplace(favorites[i].item, i);
    if (is_new) continue;
    any = repeated[i] = true;
    auto& kept = favorites[place->second];
    const ItemState joined = join(state_of(kept), state_of(favorites[i]));
    kept.action = joined.action;
    kept.action_date = joined.action_date;
  }
  if (!any) return favorites;
  std::size_t end = 0;
  for (std::size_t i = 0; i < favorites.size(); ++i) {
    if (repeated[i]) continue;
    if (end != i) favorites[end] = std::move(favorites[i]);
    ++end;
  }
  favorites.resize(end);
  return favorites;
}

std::vector<MergedItem> merge(std::span<const FavoriteRecord> records, const ItemIndex& index,
                              std::span<const Favorite> incoming, const MergePolicy& policy) {
  std::vector<MergedItem> merged;
  merged.reserve(records.size() + incoming.size());
  std::vector<bool> listed(records.size());
  const auto positions = index.find_all(incoming);
  for (std::size_t i = 0; i < incoming.size(); ++i) {
    MergedItem item{positions[i], static_cast<std::uint32_t>(i), {}};
    std::optional<ItemState> local, base;
    if (item.record != MergedItem::kNone) {
      listed[item.record] = true;
      local = state_of(records[item.record].favorite);
      base = records[item.record].base;
    }
    item.decision = reconcile(local, base, state_of(incoming[i]), policy);
    merged.push_back(item);
  }
  for (std::size_t i = 0; i < records.size(); ++i) {
    if (listed[i]) continue;
    const auto decision =
        reconcile(state_of(records[i].favorite), records[i].base, std::nullopt, policy);
    merged.push_back({static_cast<std::uint32_t>(i), MergedItem::kNone, decision});
  }
  return merged;
}

FavoriteRecord record_after(const Decision& decision, const FavoriteRecord* record,
                            const Favorite* incoming) {
  FavoriteRecord after;
  if (decision.adopt) {
    after.favorite = *incoming;
  } else {
    after = *record;
  }
  if (decision.agree) {
    after.base = state_of(after.favorite);
    after.tries = 0;
  } else if (record != nullptr) {
    after.base = record->base;
  }
  return after;
}

}  // namespace favsync
