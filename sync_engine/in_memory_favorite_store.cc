#include "sync_engine/in_memory_favorite_store.h"

#include "sync_engine/local_edit.h"

namespace favsync {
namespace {

using Records = std::map<std::string, FavoriteRecord, std::less<>>;

std::optional<FavoriteRecord> record_of(const Records& records, std::string_view item) {
  const auto found = records.find(item);
  if (found == records.end()) return std::nullopt;
  return found->second;
}

}  // namespace

InMemoryFavoriteStore::Account& InMemoryFavoriteStore::account(std::string_view user) {
  auto found = accounts_.find(user);
  if (found == accounts_.end()) found = accounts_.emplace(std::string(user), Account{}).first;
  return found->second;
}

Result<std::vector<FavoriteRecord>> InMemoryFavoriteStore::load(std::string_view user) {
  const std::lock_guard lock(mutex_);
  std::vector<FavoriteRecord> records;
  const auto found = accounts_.find(user);
  if (found == accounts_.end()) return records;
  records.reserve(found->second.records.size());
  for (const auto& [item, record] : found->second.records) records.push_back(record);
  return records;
}

Result<std::vector<FavoriteRecord>> InMemoryFavoriteStore::load_page(std::string_view user,
                                                                     std::string_view after,
                                                                     std::size_t limit) {
  const std::lock_guard lock(mutex_);
  std::vector<FavoriteRecord> records;
  const auto found = accounts_.find(user);
  if (found == accounts_.end()) return records;
  const auto& all = found->second.records;
  auto record = after.empty() ? all.begin() : all.upper_bound(after);
  for (; record != all.end() && records.size() < limit; ++record) {
    records.push_back(record->second);
  }
  return records;
}

Result<std::optional<FavoriteRecord>> InMemoryFavoriteStore::find(std::string_view user,
                                                                  std::string_view item) {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(user);
  if (found == accounts_.end()) return std::optional<FavoriteRecord>();
  return record_of(found->second.records, item);
}

Result<std::size_t> InMemoryFavoriteStore::apply(std::string_view user,
                                                 std::span<const RecordUpdate> updates) {
  const std::lock_guard lock(mutex_);
  auto& records = account(user).records;
  std::size_t passed_over = 0;
  for (const auto& update : updates) {
    const auto found = records.find(update.record.favorite.item);
    const auto stands = found == records.end() ? std::optional<ItemState>()
                                               : std::optional(state_of(found->second.favorite));
    if (stands != update.seen) {
      ++passed_over;
    } else if (found == records.end()) {
      records.emplace(update.record.favorite.item, update.record);
    } else {
      found->second = update.record;
    }
  }
  return passed_over;
}

Status InMemoryFavoriteStore::acknowledge(std::string_view user, std::span<const Favorite> sent) {
  const std::lock_guard lock(mutex_);
  auto& records = account(user).records;
  for (const auto& favorite : sent) {
    const auto found = records.find(favorite.item);
    if (found != records.end()) found->second.base = state_of(favorite);
  }
  return {};
}

Result<Favorite> InMemoryFavoriteStore::edit(std::string_view user, std::string_view item,
                                             Action action, Timestamp now) {
  const std::lock_guard lock(mutex_);
  auto& records = account(user).records;
  auto record = edited(record_of(records, item), item, action, now);
  if (!record) return tl::unexpected(record.error());
  return (records[std::string(item)] = *record).favorite;
}

Result<bool> InMemoryFavoriteStore::offer(std::string_view user, const Favorite& change) {
  const std::lock_guard lock(mutex_);
  auto& records = account(user).records;
  auto record = offered(record_of(records, change.item), change);
  if (!record) return false;
  records[change.item] = *std::move(record);
  return true;
}

Result<std::optional<std::string>> InMemoryFavoriteStore::bind_partner(std::string_view user,
                                                                       std::string_view partner) {
  const std::lock_guard lock(mutex_);
  auto& bound = account(user);
  if (bound.partner == partner) return std::optional<std::string>();
  std::optional<std::string> former;
  if (!bound.partner.empty()) {
    former = bound.partner;
    for (auto& [item, record] : bound.records) {
      record.base.reset();
      record.tries = 0;
    }
  }
  bound.partner = partner;
  return former;
}

Result<std::optional<ListValidator>> InMemoryFavoriteStore::validator(std::string_view user) {
  const std::lock_guard lock(mutex_);
  const auto found = accounts_.find(user);
  if (found == accounts_.end()) return std::optional<ListValidator>();
  return found->second.validator;
}

Status InMemoryFavoriteStore::set_validator(std::string_view user,
                                            const std::optional<ListValidator>& validator) {
  const std::lock_guard lock(mutex_);
  account(user).validator = validator;
  return {};
}

}  // namespace favsync
