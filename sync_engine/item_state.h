#pragma once

#include "wire/action.h"
#include "wire/favorite.h"
#include "wire/timestamp.h"

namespace favsync {

// What was last done to one item, and when: a favourite without its item. The value that the merge
// compares. Source: §2.3, §2.4.
struct ItemState {
  Action action = Action::kAdd;
  Timestamp action_date;

  friend bool operator==(const ItemState&, const ItemState&) = default;
};

inline ItemState state_of(const Favorite& favorite) {
  return {favorite.action, favorite.action_date};
}

// The larger of the two by (date, DELETE above ADD). Commutative, associative, idempotent; never
// older than either. The article decides by date alone; the rank only fills its silence about equal
// dates. Source: §4.4.
constexpr ItemState join(const ItemState& a, const ItemState& b) {
  if (a.action_date != b.action_date) return a.action_date > b.action_date ? a : b;
  return a.action == Action::kDelete ? a : b;
}

}  // namespace favsync
