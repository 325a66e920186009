#pragma once

#include <string>

#include "wire/action.h"
#include "wire/timestamp.h"

namespace favsync {

// One favourite on the wire: what was last done to an item, and when, at its source. `item` is
// opaque and compares byte for byte. Source: §2.
struct Favorite {
  std::string item;  // 1 byte or more of UTF-8
  Action action = Action::kAdd;
  Timestamp action_date;  // JSON "actionDate"

  // Newer is strict: equal dates are not newer. Source: §4.4, §4.5.
  bool is_newer_than(const Favorite& other) const { return action_date > other.action_date; }
  friend bool operator==(const Favorite&, const Favorite&) = default;
};

}  // namespace favsync
