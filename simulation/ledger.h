#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "simulation/plan.h"
#include "simulation/property.h"
#include "simulation/timeline.h"
#include "sync_engine/favorite_store.h"

namespace favsync::simulation {

// What really happened in a run, kept beside engine and partner: every change that a user made,
// every value that stood in the store, what was acknowledged, and which properties were breached.
// Also the tale of the run, where it is wanted.
class Ledger {
 public:
  Ledger(const Timeline& timeline, bool tells) : timeline_(timeline), tells_(tells) {}

  // A line of the tale; `text` is only made where the tale is told.
  template <typename Text>
  void tell(Text text) {
    if (tells_) add_line(text());
  }
  const std::vector<std::string>& tale() const { return tale_; }

  void breach(Property property, std::string sentence);
  const std::vector<Breach>& breaches() const { return breaches_; }

  // A change that a user made, here or on the partner's site.
  void issue(int user, const Favorite& change);
  // The newest-dated changes of an item; empty where there were none.
  std::vector<Favorite> newest(int user, const std::string& item) const;
  std::vector<std::string> touched_items(int user) const;

  // The store took `after` for what stood before (none: nothing): checks dates, resurrection.
  void stored(int user, const std::optional<FavoriteRecord>& before, const FavoriteRecord& after);
  bool ever_stood(int user, const Favorite& favorite) const;

  // The partner answered 2xx to the favourite, and the engine took it for stored.
  void acknowledged(int user, const Favorite& favorite);
  bool was_acknowledged(int user, const Favorite& favorite) const;
  // The newest of each item.
  const std::map<std::string, Favorite>& acknowledged_of(int user) { return acknowledged_[user]; }

  // Dates count in the partner's tick, where the engine was told of one.
  bool is_older(const Timestamp& a, const Timestamp& b) const;
  std::chrono::nanoseconds tick() const { return tick_; }
  void set_tick(std::chrono::nanoseconds tick) { tick_ = tick; }

 private:
  void add_line(std::string text);

  const Timeline& timeline_;
  bool tells_;
  std::chrono::nanoseconds tick_{0};
  std::vector<std::string> tale_;
  std::vector<Breach> breaches_;
  std::map<std::pair<int, std::string>, std::vector<Favorite>> issued_, stood_, taken_;
  std::map<std::pair<int, std::string>, Timestamp> removed_on_both_;
  std::map<int, std::map<std::string, Favorite>> acknowledged_;
};

// "ADD 2017-05-02T10:00:00.000Z" and "ITEM ADD …", for sentences and the tale.
std::string shown(const ItemState& state);
std::string shown(const Favorite& favorite);

}  // namespace favsync::simulation
