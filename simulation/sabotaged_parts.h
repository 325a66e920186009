#pragma once

#include <concepts>
#include <vector>

#include "simulation/sabotage.h"

namespace favsync::simulation {

// A store that passes every call on: what a planted bug overrides is all that is wrong.
struct PassingStore : FavoriteStore {
  explicit PassingStore(FavoriteStore& passes_to) : below(passes_to) {}

  Result<std::vector<FavoriteRecord>> load(std::string_view user) override {
    return below.load(user);
  }
  Result<std::optional<FavoriteRecord>> find(std::string_view user,
                                             std::string_view item) override {
    return below.find(user, item);
  }
  Result<std::size_t> apply(std::string_view user, std::span<const RecordUpdate> updates) override {
    return below.apply(user, updates);
  }
  Status acknowledge(std::string_view user, std::span<const Favorite> sent) override {
    return below.acknowledge(user, sent);
  }
  Result<Favorite> edit(std::string_view user, std::string_view item, Action action,
                        Timestamp now) override {
    return below.edit(user, item, action, now);
  }
  Result<bool> offer(std::string_view user, const Favorite& change) override {
    return below.offer(user, change);
  }
  Result<std::optional<std::string>> bind_partner(std::string_view user,
                                                  std::string_view partner) override {
    return below.bind_partner(user, partner);
  }

  // The updates with `seen` as the store now has it, where `applies` says so: they can't fail then.
  std::vector<RecordUpdate> with_present(std::string_view user,
                                         std::span<const RecordUpdate> updates,
                                         std::predicate<const RecordUpdate&> auto applies) {
    std::vector<RecordUpdate> forced(updates.begin(), updates.end());
    for (auto& update : forced) {
      if (!applies(update)) continue;
      const auto record = below.find(user, update.record.favorite.item);
      if (!record) continue;
      update.seen = *record ? std::optional(state_of((*record)->favorite)) : std::nullopt;
    }
    return forced;
  }

  FavoriteStore& below;
};

struct PassingClient : PartnerClient {
  explicit PassingClient(const SabotageScene& given) : scene(given), below(given.client) {}

  Result<PartnerList> get_favorites(const UserToken& token) override {
    return below.get_favorites(token);
  }
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override {
    return below.post_favorites(token, favorites);
  }

  SabotageScene scene;
  PartnerClient& below;
};

}  // namespace favsync::simulation
