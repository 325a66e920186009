#include "simulation/round_store.h"

#include <fmt/format.h>

namespace favsync::simulation {

template <typename Call>
auto RoundStore::pass(Call call) -> decltype(call()) {
  const auto fault = passage_.enter(Passage::Side::kStore);
  if (passage_.is_dead()) return Passage::death();
  if (fault && fault->kind == FaultKind::kStorage) {
    return fail(ErrorCode::kStorage, "simulated: the disk is full");
  }
  auto result = call();
  if (!passage_.leave(fault)) return Passage::death();
  return result;
}

void RoundStore::judge_user(std::string_view user) {
  if (user == user_name(sight_.user)) return;
  ledger_.breach(Property::kUsersNeverMix, fmt::format("a round of {} touched the store of {}",
                                                       user_name(sight_.user), user));
}

void RoundStore::judge_write(const std::optional<FavoriteRecord>& before,
                             const FavoriteRecord& after) {
  const Favorite& favorite = after.favorite;
  if (!before || before->favorite != favorite) {
    const auto* listed = sight_.listed && sight_.listed->contains(favorite.item)
                             ? &sight_.listed->at(favorite.item)
                             : nullptr;
    if (listed == nullptr || *listed != favorite) {
      ledger_.breach(
          Property::kNothingInvented,
          fmt::format("{}'s store took {}, and the list showed {}", user_name(sight_.user),
                      shown(favorite), listed ? shown(*listed) : "no such item"));
    }
  }
  if (before && before->favorite.action != favorite.action &&
      before->favorite.action_date == favorite.action_date) {
    const bool may = ties_ == TiePolicy::kJoin
                         ? favorite.action == Action::kDelete
                         : ties_ == TiePolicy::kBaseAware &&
                               (before->is_clean() || before->favorite.action == Action::kAdd);
    if (!may) {
      ledger_.breach(
          Property::kTiesAsDeclared,
          fmt::format("{}'s {} became {} at the same date under --tie {}", user_name(sight_.user),
                      shown(before->favorite), to_string(favorite.action), to_string(ties_)));
    }
  }
  ledger_.stored(sight_.user, before, after);
}

Result<std::vector<FavoriteRecord>> RoundStore::load(std::string_view user) {
  judge_user(user);
  return pass([&] { return below_.load(user); });
}

Result<std::optional<FavoriteRecord>> RoundStore::find(std::string_view user,
                                                       std::string_view item) {
  judge_user(user);
  return pass([&] { return below_.find(user, item); });
}

Result<std::size_t> RoundStore::apply(std::string_view user,
                                      std::span<const RecordUpdate> updates) {
  judge_user(user);
  return pass([&] {
    if (sight_.list_failed && sight_.posts == 0 && !updates.empty()) {
      ledger_.breach(Property::kBadListChangesNothing,
                     fmt::format("{}'s store was written to after an answer that was no list",
                                 user_name(sight_.user)));
    }
    std::vector<std::optional<FavoriteRecord>> before;
    for (const auto& update : updates) {
      before.push_back(below_.find(user, update.record.favorite.item).value_or(std::nullopt));
    }
    auto result = below_.apply(user, updates);
    if (!result) return result;
    for (std::size_t i = 0; i < updates.size(); ++i) {
      const auto after = below_.find(user, updates[i].record.favorite.item).value_or(std::nullopt);
      if (after && after != before[i]) judge_write(before[i], *after);
    }
    return result;
  });
}

Status RoundStore::acknowledge(std::string_view user, std::span<const Favorite> sent) {
  judge_user(user);
  for (const auto& favorite : sent) {
    if (passage_.is_dead() || ledger_.was_acknowledged(sight_.user, favorite)) continue;
    ledger_.breach(Property::kAcknowledgedSurvives,
                   fmt::format("{}'s store notes {} as acknowledged, and the partner never did so",
                               user_name(sight_.user), shown(favorite)));
  }
  return pass([&] {
    auto done = below_.acknowledge(user, sent);
    if (!done) return done;
    for (const auto& favorite : sent) {
      const auto after = below_.find(user, favorite.item).value_or(std::nullopt);
      if (after) ledger_.stored(sight_.user, after, *after);
    }
    return done;
  });
}

Result<Favorite> RoundStore::edit(std::string_view user, std::string_view item, Action action,
                                  Timestamp now) {
  return pass([&] { return below_.edit(user, item, action, now); });
}

Result<bool> RoundStore::offer(std::string_view user, const Favorite& change) {
  return pass([&] { return below_.offer(user, change); });
}

Result<std::optional<std::string>> RoundStore::bind_partner(std::string_view user,
                                                            std::string_view partner) {
  judge_user(user);
  return pass([&] { return below_.bind_partner(user, partner); });
}

Result<std::vector<FavoriteRecord>> DeviceStore::load(std::string_view user) {
  return below_->load(user);
}

Result<std::optional<FavoriteRecord>> DeviceStore::find(std::string_view user,
                                                        std::string_view item) {
  return below_->find(user, item);
}

Result<std::size_t> DeviceStore::apply(std::string_view user,
                                       std::span<const RecordUpdate> updates) {
  return below_->apply(user, updates);
}

Status DeviceStore::acknowledge(std::string_view user, std::span<const Favorite> sent) {
  return below_->acknowledge(user, sent);
}

Result<Favorite> DeviceStore::edit(std::string_view user, std::string_view item, Action action,
                                   Timestamp now) {
  const auto before = below_->find(user, item);
  auto stored = below_->edit(user, item, action, now);
  if (!stored) return stored;
  ledger_.issue(user_, *stored);
  if (const auto after = below_->find(user, item); before && after && *after) {
    ledger_.stored(user_, *before, **after);
  }
  return stored;
}

Result<bool> DeviceStore::offer(std::string_view user, const Favorite& change) {
  const auto before = below_->find(user, change.item);
  auto took = below_->offer(user, change);
  if (!took) return took;
  ledger_.issue(user_, change);
  ledger_.tell([&] {
    return fmt::format("    delivered: {}{}", shown(change), *took ? "" : ", which is outdated");
  });
  if (const auto after = below_->find(user, change.item); *took && before && after && *after) {
    ledger_.stored(user_, *before, **after);
  }
  return took;
}

Result<std::optional<std::string>> DeviceStore::bind_partner(std::string_view user,
                                                             std::string_view partner) {
  return below_->bind_partner(user, partner);
}

}  // namespace favsync::simulation
