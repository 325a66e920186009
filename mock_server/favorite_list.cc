#include "mock_server/favorite_list.h"

#include <algorithm>
#include <utility>

#include "wire/favorites_codec.h"

namespace favsync::mock {

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kApplied:
      return "applied";
    case Verdict::kOlder:
      return "older-ignored";
    case Verdict::kEqual:
      return "equal";
    case Verdict::kDuplicate:
      return "duplicate";
    case Verdict::kRejected:
      return "rejected";
  }
  return "rejected";
}

Verdict judge(const Favorite* stored, const Favorite& incoming) {
  if (stored == nullptr || incoming.is_newer_than(*stored)) return Verdict::kApplied;
  if (stored->is_newer_than(incoming)) return Verdict::kOlder;
  return stored->action == incoming.action ? Verdict::kDuplicate : Verdict::kEqual;
}

const Favorite* FavoriteRows::find(std::string_view item) const {
  const auto found = index_.find(item);
  return found == index_.end() ? nullptr : &rows_[found->second];
}

void FavoriteRows::put(const Favorite& favorite) {
  const auto found = index_.find(favorite.item);
  if (found == index_.end()) {
    append(favorite);
    return;
  }
  Favorite& row = rows_[found->second];
  row.action = favorite.action;  // the item stays where it is: the index views it
  row.action_date = favorite.action_date;
}

void FavoriteRows::append(const Favorite& favorite) {
  rows_.push_back(favorite);
  index_[rows_.back().item] = rows_.size() - 1;
}

bool FavoriteRows::erase(std::string_view item) {
  if (!index_.contains(item)) return false;
  const std::string name(item);  // `item` may view a row
  index_.clear();
  std::erase_if(rows_, [&](const Favorite& row) { return row.item == name; });
  index_all();
  return true;
}

void FavoriteRows::assign(std::vector<Favorite> rows) {
  clear();
  for (Favorite& row : rows) rows_.push_back(std::move(row));
  index_all();
}

void FavoriteRows::clear() {
  index_.clear();
  rows_.clear();
}

void FavoriteRows::index_all() {
  for (std::size_t i = 0; i < rows_.size(); ++i) index_[rows_[i].item] = i;
}

std::vector<Decision> FavoriteList::apply(std::vector<Favorite> favorites) {
  std::vector<Decision> decisions;
  decisions.reserve(favorites.size());
  const std::lock_guard lock(mutex_);
  for (Favorite& incoming : favorites) {
    Decision& decision = decisions.emplace_back();
    const Favorite* stored = rows_.find(incoming.item);
    if (stored != nullptr) decision.before = Stored{stored->action, stored->action_date};
    decision.verdict = judge(stored, incoming);
    if (decision.verdict == Verdict::kApplied) {
      rows_.put(incoming);
      printed_.reset();
    }
    decision.favorite = std::move(incoming);
  }
  return decisions;
}

std::shared_ptr<const std::string> FavoriteList::printed() {
  const std::lock_guard lock(mutex_);
  if (printed_ == nullptr) {
    printed_ = std::make_shared<const std::string>(print_favorites(rows_.copy()));
  }
  return printed_;
}

std::vector<Favorite> FavoriteList::rows() const {
  const std::lock_guard lock(mutex_);
  return rows_.copy();
}

std::optional<Favorite> FavoriteList::find(std::string_view item) const {
  const std::lock_guard lock(mutex_);
  const Favorite* row = rows_.find(item);
  return row == nullptr ? std::nullopt : std::optional(*row);
}

FavoriteList::Tally FavoriteList::tally() const {
  const std::lock_guard lock(mutex_);
  const auto adds = std::count_if(rows_.all().begin(), rows_.all().end(),
                                  [](const Favorite& row) { return row.action == Action::kAdd; });
  const auto counted = static_cast<std::size_t>(adds);
  return {counted, rows_.size() - counted};
}

void FavoriteList::assign(std::vector<Favorite> rows) {
  edit([&](FavoriteRows& own) { own.assign(std::move(rows)); });
}

void FavoriteList::edit(const std::function<void(FavoriteRows&)>& edit) {
  const std::lock_guard lock(mutex_);
  printed_.reset();
  edit(rows_);
}

void FavoriteList::read(const std::function<void(const FavoriteRows&)>& look) const {
  const std::lock_guard lock(mutex_);
  look(rows_);
}

}  // namespace favsync::mock
