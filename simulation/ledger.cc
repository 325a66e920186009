#include "simulation/ledger.h"

#include <algorithm>

#include <fmt/format.h>

namespace favsync::simulation {
namespace {

Timestamp floored(const Timestamp& moment, std::chrono::nanoseconds tick) {
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(tick).count();
  if (seconds >= 1) return Timestamp::from_unix(moment.seconds() / seconds * seconds);
  const auto grain = static_cast<std::uint32_t>(tick.count());
  return Timestamp::from_unix(moment.seconds(), moment.nanoseconds() / grain * grain);
}

}  // namespace

std::string shown(const ItemState& state) {
  return fmt::format("{} {}", to_string(state.action), to_string(state.action_date));
}

std::string shown(const Favorite& favorite) {
  return fmt::format("{} {}", favorite.item, shown(state_of(favorite)));
}

void Ledger::add_line(std::string text) {
  tale_.push_back(fmt::format("{}  {}", to_string(timeline_.now()).substr(0, 23), text));
}

void Ledger::breach(Property property, std::string sentence) {
  tell([&] { return fmt::format("BREACH of {}: {}", property_info(property).id, sentence); });
  breaches_.push_back({property, std::move(sentence)});
}

bool Ledger::is_older(const Timestamp& a, const Timestamp& b) const {
  if (tick_.count() <= 0) return a < b;
  return floored(a, tick_) < floored(b, tick_);
}

void Ledger::issue(int user, const Favorite& change) {
  issued_[{user, change.item}].push_back(change);
}

std::vector<Favorite> Ledger::newest(int user, const std::string& item) const {
  const auto found = issued_.find({user, item});
  if (found == issued_.end()) return {};
  std::vector<Favorite> newest;
  for (const auto& change : found->second) {
    if (!newest.empty() && change.is_newer_than(newest.front())) newest.clear();
    if (newest.empty() || change.action_date == newest.front().action_date) {
      newest.push_back(change);
    }
  }
  return newest;
}

std::vector<std::string> Ledger::touched_items(int user) const {
  std::vector<std::string> items;
  for (const auto& [key, changes] : issued_) {
    if (key.first == user) items.push_back(key.second);
  }
  return items;
}

void Ledger::stored(int user, const std::optional<FavoriteRecord>& before,
                    const FavoriteRecord& after) {
  const Favorite& favorite = after.favorite;
  const std::pair key{user, favorite.item};
  stood_[key].push_back(favorite);
  if (before && is_older(favorite.action_date, before->favorite.action_date)) {
    breach(Property::kDateNeverGoesBack,
           fmt::format("{}'s store held {}, and then {}", user_name(user), shown(before->favorite),
                       shown(favorite)));
  }
  const auto removed = removed_on_both_.find(key);
  if (favorite.action == Action::kDelete) {
    if (after.is_clean()) {
      auto& date = removed_on_both_[key];
      date = std::max(date, favorite.action_date);
    }
  } else if (removed != removed_on_both_.end() && is_older(favorite.action_date, removed->second)) {
    breach(Property::kNoResurrection,
           fmt::format("{}'s {} is back, though both sides held its removal of {}", user_name(user),
                       shown(favorite), to_string(removed->second)));
  }
}

bool Ledger::ever_stood(int user, const Favorite& favorite) const {
  const auto found = stood_.find({user, favorite.item});
  return found != stood_.end() && std::ranges::find(found->second, favorite) != found->second.end();
}

bool Ledger::was_acknowledged(int user, const Favorite& favorite) const {
  const auto found = taken_.find({user, favorite.item});
  return found != taken_.end() && std::ranges::find(found->second, favorite) != found->second.end();
}

void Ledger::acknowledged(int user, const Favorite& favorite) {
  taken_[{user, favorite.item}].push_back(favorite);
  const auto [place, is_new] = acknowledged_[user].try_emplace(favorite.item, favorite);
  if (!is_new && favorite.is_newer_than(place->second)) place->second = favorite;
}

}  // namespace favsync::simulation
