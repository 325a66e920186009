#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "wire/favorite.h"

namespace favsync::mock {

// What became of one posted favourite. The names that to_string gives are published.
enum class Verdict {
  kApplied,    // "applied": unknown here, or newer than what was stored
  kOlder,      // "older-ignored": a later date is stored
  kEqual,      // "equal": the stored date is the same with the other action, and stays (§4.5)
  kDuplicate,  // "duplicate": exactly what is stored
  kRejected    // "rejected": refused, see `why`
};
std::string_view to_string(Verdict verdict);

// What a partner has about an item that it knows.
struct Stored {
  Action action = Action::kAdd;
  Timestamp action_date;
};

// One posted favourite, what was stored before it came, and what became of it.
struct Decision {
  Favorite favorite;
  Verdict verdict = Verdict::kApplied;
  std::optional<Stored> before;  // absent when the item was unknown
  std::string why;               // of a rejection, and of what a behaviour did
};

// Newest wins, strictly: what an honest partner does with `incoming`. The mock's own code, apart
// from the engine's merge, so that each can catch the other wrong. Source: §4.4, §4.5.
Verdict judge(const Favorite* stored, const Favorite& incoming);

// The favourites of one user, removals included, in the order in which the items first came. Items
// are unique unless `append` is used. Not for several threads: FavoriteList guards it.
class FavoriteRows {
 public:
  FavoriteRows() = default;
  FavoriteRows(const FavoriteRows&) = delete;
  FavoriteRows& operator=(const FavoriteRows&) = delete;

  const std::deque<Favorite>& all() const { return rows_; }
  std::size_t size() const { return rows_.size(); }
  std::vector<Favorite> copy() const { return {rows_.begin(), rows_.end()}; }
  // Null when the item is unknown; its newest row when it has several. Valid until the next change.
  const Favorite* find(std::string_view item) const;
  // Replaces the row of that item, or adds one.
  void put(const Favorite& favorite);
  // Adds a row even when the item has one: what a partner without a unique key does.
  void append(const Favorite& favorite);
  // Removes every row of the item; false when there was none.
  bool erase(std::string_view item);
  void assign(std::vector<Favorite> rows);
  void clear();

 private:
  void index_all();

  std::deque<Favorite> rows_;  // stable addresses: the index views the items
  std::unordered_map<std::string_view, std::size_t> index_;  // item to its newest row
};

// One user's favourites with a lock of their own, and their printed JSON kept until the next
// change. Safe from any thread; each call is atomic. Source: §3, §4.
class FavoriteList {
 public:
  struct Tally {
    std::size_t adds = 0, deletes = 0;
  };

  // Applies each by newest wins, in order, as one step; one decision for each, in the same order.
  std::vector<Decision> apply(std::vector<Favorite> favorites);
  // The whole list as a JSON array; shared, never changed after it is handed out.
  std::shared_ptr<const std::string> printed();
  std::vector<Favorite> rows() const;
  std::optional<Favorite> find(std::string_view item) const;
  Tally tally() const;
  // Puts exactly these in place of what is stored, whatever their dates.
  void assign(std::vector<Favorite> rows);

  // Runs `edit` alone on the rows: how the partner's own side changes them (§4.4 does not bind it)
  // and how behaviours do. `edit` must not call this list.
  void edit(const std::function<void(FavoriteRows&)>& edit);
  void read(const std::function<void(const FavoriteRows&)>& look) const;

 private:
  mutable std::mutex mutex_;
  FavoriteRows rows_;
  std::shared_ptr<const std::string> printed_;  // null after a change
};

}  // namespace favsync::mock
