#include "sync_engine/favorite_store.h"

#include <algorithm>
#include <iterator>

namespace favsync {

Result<std::vector<FavoriteRecord>> FavoriteStore::load_page(std::string_view user,
                                                             std::string_view after,
                                                             std::size_t limit) {
  auto records = load(user);
  if (!records) return records;
  const auto is_before = [&](const FavoriteRecord& record) {
    return !after.empty() && record.favorite.item <= after;
  };
  const auto first = std::ranges::partition_point(*records, is_before);
  records->erase(records->begin(), first);
  if (records->size() > limit) records->resize(limit);
  return records;
}

Result<std::optional<ListValidator>> FavoriteStore::validator(std::string_view) {
  return std::optional<ListValidator>();
}

Status FavoriteStore::set_validator(std::string_view, const std::optional<ListValidator>&) {
  return {};
}

}  // namespace favsync
