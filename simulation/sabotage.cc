#include "simulation/sabotage.h"

#include <algorithm>
#include <map>
#include <string>
#include <vector>

#include "simulation/sabotaged_parts.h"

namespace favsync::simulation {
namespace {

using enum Property;

struct ForgetsBase final : PassingStore {
  using PassingStore::PassingStore;
  Result<std::vector<FavoriteRecord>> load(std::string_view user) override {
    auto records = below.load(user);
    if (records) {
      for (auto& record : *records) record.base.reset();
    }
    return records;
  }
};

struct ForgetsTombstones final : PassingStore {
  using PassingStore::PassingStore;
  Result<std::vector<FavoriteRecord>> load(std::string_view user) override {
    auto records = below.load(user);
    if (records) {
      std::erase_if(*records, [](const FavoriteRecord& record) {
        return record.favorite.action == Action::kDelete && record.is_clean();
      });
    }
    return records;
  }
  Result<std::size_t> apply(std::string_view user, std::span<const RecordUpdate> updates) override {
    return below.apply(user, with_present(user, updates, [](const RecordUpdate& update) {
                         return !update.seen.has_value();
                       }));
  }
};

struct OverwritesEdits final : PassingStore {
  using PassingStore::PassingStore;
  Result<std::size_t> apply(std::string_view user, std::span<const RecordUpdate> updates) override {
    return below.apply(user, with_present(user, updates, [](const RecordUpdate&) { return true; }));
  }
};

// Clears what it believes to be a dirty flag: whatever stands now counts as sent.
struct AcknowledgesBlindly final : PassingStore {
  using PassingStore::PassingStore;
  Status acknowledge(std::string_view user, std::span<const Favorite> sent) override {
    std::vector<Favorite> standing;
    for (const auto& favorite : sent) {
      const auto record = below.find(user, favorite.item);
      if (record && *record) standing.push_back((*record)->favorite);
    }
    return below.acknowledge(user, standing);
  }
};

struct AcknowledgesBeforeSending final : PassingClient {
  using PassingClient::PassingClient;
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override {
    if (auto done = scene.store.acknowledge(scene.user, favorites); !done) {
      return tl::unexpected(done.error());
    }
    return below.post_favorites(token, favorites);
  }
};

// ">=" for ">": an equal date replaces what stands here.
struct TakesEqualDates final : PassingClient {
  using PassingClient::PassingClient;
  Result<PartnerList> get_favorites(const UserToken& token) override {
    auto list = below.get_favorites(token);
    if (!list) return list;
    std::vector<RecordUpdate> updates;
    for (const auto& favorite : list->favorites) {
      const auto record = scene.store.find(scene.user, favorite.item);
      if (!record || !*record) continue;
      const auto& stands = (*record)->favorite;
      if (stands.action_date != favorite.action_date || stands.action == favorite.action) continue;
      updates.push_back({state_of(stands), {favorite, state_of(favorite), 0}});
    }
    if (auto done = scene.store.apply(scene.user, updates); !done) {
      return tl::unexpected(done.error());
    }
    return list;
  }
};

struct AbsenceIsRemoval final : PassingClient {
  using PassingClient::PassingClient;
  Result<PartnerList> get_favorites(const UserToken& token) override {
    auto list = below.get_favorites(token);
    const auto records = scene.store.load(scene.user);
    if (!list || !records) return list;
    for (const auto& record : *records) {
      const bool is_listed = std::ranges::find(list->favorites, record.favorite.item,
                                               &Favorite::item) != list->favorites.end();
      if (is_listed || !record.base || record.favorite.action == Action::kDelete) continue;
      list->favorites.push_back({record.favorite.item, Action::kDelete,
                                 std::max(scene.clock.now(), record.favorite.action_date.plus(
                                                                 std::chrono::milliseconds{1}))});
    }
    return list;
  }
};

struct ErrorIsAnEmptyList final : PassingClient {
  using PassingClient::PassingClient;
  Result<PartnerList> get_favorites(const UserToken& token) override {
    auto list = below.get_favorites(token);
    if (!list && list.error().code == ErrorCode::kMalformedReply) return PartnerList{};
    return list;
  }
};

struct RestampsWhenSending final : PassingClient {
  using PassingClient::PassingClient;
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override {
    std::vector<Favorite> restamped(favorites.begin(), favorites.end());
    for (auto& favorite : restamped) favorite.action_date = scene.clock.now().floor_to_millis();
    return below.post_favorites(token, restamped);
  }
};

// Sends what is newer than the last list's newest date, as incremental uploads do.
struct SendsByWatermark final : PassingClient {
  using PassingClient::PassingClient;
  Result<PartnerList> get_favorites(const UserToken& token) override {
    auto list = below.get_favorites(token);
    if (!list) return list;
    for (const auto& favorite : list->favorites)
      watermark = std::max(watermark, favorite.action_date);
    return list;
  }
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override {
    std::vector<Favorite> fresh;
    std::ranges::copy_if(favorites, std::back_inserter(fresh),
                         [&](const Favorite& f) { return f.action_date > watermark; });
    if (fresh.empty()) return PostReceipt{};
    return below.post_favorites(token, fresh);
  }
  Timestamp watermark = Timestamp::from_unix(Timestamp::kMinSeconds);
};

struct SendsAllOfIt final : PassingClient {
  using PassingClient::PassingClient;
  Result<PartnerList> get_favorites(const UserToken& token) override {
    auto list = below.get_favorites(token);
    const auto records = scene.store.load(scene.user);
    if (!list || !records || records->empty()) return list;
    std::vector<Favorite> all;
    for (const auto& record : *records) all.push_back(record.favorite);
    if (const auto sent = below.post_favorites(token, all); !sent)
      return tl::unexpected(sent.error());
    return list;
  }
};

struct MixesTokens final : PassingClient {
  using PassingClient::PassingClient;
  Result<PartnerList> get_favorites(const UserToken& token) override {
    return below.get_favorites(token);
  }
  Result<PostReceipt> post_favorites(const UserToken&,
                                     std::span<const Favorite> favorites) override {
    return below.post_favorites(scene.another_users_token, favorites);
  }
};

struct SendsBeforeReading final : PassingClient {
  using PassingClient::PassingClient;
  Result<PartnerList> get_favorites(const UserToken& token) override {
    const auto records = scene.store.load(scene.user);
    std::vector<Favorite> dirty;
    if (records) {
      for (const auto& record : *records) {
        if (!record.is_clean()) dirty.push_back(record.favorite);
      }
    }
    if (!dirty.empty()) (void)below.post_favorites(token, dirty);
    return below.get_favorites(token);
  }
};

template <typename Store>
SabotagedParts plant_store(const SabotageScene& scene) {
  return {std::make_unique<Store>(scene.store), nullptr};
}

template <typename Client>
SabotagedParts plant_client(const SabotageScene& scene) {
  return {nullptr, std::make_unique<Client>(scene)};
}

const std::vector<Sabotage> kSabotages = {
    {"acknowledges-before-sending", "Notes a value as acknowledged before it is sent.",
     kAcknowledgedSurvives, plant_client<AcknowledgesBeforeSending>},
    {"acknowledges-blindly", "Counts whatever stands now as sent, an edit made meanwhile too.",
     kAcknowledgedSurvives, plant_store<AcknowledgesBlindly>},
    {"forgets-base", "Does not remember what both sides agreed on.", kSendsOnlyNewer,
     plant_store<ForgetsBase>},
    {"forgets-tombstones", "Drops removals once the partner has them.", kDateNeverGoesBack,
     plant_store<ForgetsTombstones>},
    {"overwrites-edits", "Writes the merge's result over an edit made meanwhile.",
     kDateNeverGoesBack, plant_store<OverwritesEdits>},
    {"takes-equal-dates", "Compares with >= for >.", kTiesAsDeclared,
     plant_client<TakesEqualDates>},
    {"absence-is-removal", "Takes an item that is no longer listed for removed.", kNothingInvented,
     plant_client<AbsenceIsRemoval>},
    {"error-is-an-empty-list", "Takes an answer that is no list for an empty one.",
     kBadListChangesNothing, plant_client<ErrorIsAnEmptyList>},
    {"restamps-when-sending", "Sends the moment of sending as actionDate.", kSendsOnlyNewer,
     plant_client<RestampsWhenSending>},
    {"sends-by-watermark", "Sends only what is newer than anything that the partner has.",
     kConverges, plant_client<SendsByWatermark>},
    {"sends-all", "Sends the whole store in each round.", kSendsOnlyNewer,
     plant_client<SendsAllOfIt>},
    {"mixes-tokens", "Sends with the token of another user.", kUsersNeverMix,
     plant_client<MixesTokens>},
    {"sends-before-reading", "Sends first and reads then.", kBadListChangesNothing,
     plant_client<SendsBeforeReading>},
    {"posts-in-read-only", "Sends to partners that can only be read.", kReadOnlyNeverWrites,
     nullptr, true},
};

}  // namespace

std::span<const Sabotage> all_sabotages() {
  return kSabotages;
}

const Sabotage* find_sabotage(std::string_view id) {
  const auto found = std::ranges::find(kSabotages, id, &Sabotage::id);
  return found == kSabotages.end() ? nullptr : &*found;
}

}  // namespace favsync::simulation
