#pragma once

#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "sync_engine/favorite_store.h"
#include "wire/clock.h"

namespace favsync {

// One of a user's devices: what it shows, and what was done on it. Online, a click goes to the
// backend at once; offline, it waits here with its own time and is delivered later. A device's
// clock may be wrong: what counts is how long ago the click was. One caller at a time. Source:
// §5.4.
class Device {
 public:
  // `store` is the backend's, `backend_clock` the time it stamps with, `own_clock` this device's;
  // all are borrowed. `partner_tick`: a stamp is at least that much later than what it changes, for
  // partners that keep dates coarsely; below 1 ms counts as 1 ms.
  Device(FavoriteStore& store, std::string user, const Clock& backend_clock, const Clock& own_clock,
         std::chrono::milliseconds partner_tick = std::chrono::milliseconds{1});

  // Takes what the backend has now: the favourites as `shows` tells them.
  [[nodiscard]] Status refresh();

  [[nodiscard]] Status add(std::string_view item) { return click(item, Action::kAdd); }
  [[nodiscard]] Status remove(std::string_view item) { return click(item, Action::kDelete); }

  void go_offline() { is_online_ = false; }
  // Delivers the waiting clicks, oldest first, and refreshes. Each is stamped with the backend's
  // time less its age, and later than what the device showed when it was made; where a newer change
  // arrived meanwhile, that stays. On an error nothing that waits is lost: call again.
  [[nodiscard]] Status go_online();

  bool shows(std::string_view item) const;     // as a favourite
  std::vector<std::string> favorites() const;  // by item
  std::size_t waiting() const { return queue_.size(); }

 private:
  struct Click {
    std::string item;
    Action action;
    Timestamp made;                  // by the device's clock
    std::optional<Timestamp> known;  // date of what the device showed
  };

  Status click(std::string_view item, Action action);
  Timestamp after_known(Timestamp moment, const std::optional<Timestamp>& known) const;

  FavoriteStore& store_;
  std::string user_;
  const Clock& backend_clock_;
  const Clock& own_clock_;
  std::chrono::milliseconds step_;
  bool is_online_ = true;
  std::map<std::string, ItemState, std::less<>> view_;
  std::vector<Click> queue_;
};

}  // namespace favsync
