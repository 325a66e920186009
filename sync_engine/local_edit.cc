#include "sync_engine/local_edit.h"

#include <algorithm>
#include <chrono>

#include <fmt/format.h>

namespace favsync {

Result<FavoriteRecord> edited(const std::optional<FavoriteRecord>& known, std::string_view item,
                              Action action, Timestamp now) {
  if (item.empty()) {
    return fail(ErrorCode::kInvalidArgument, "item: expected 1 byte or more, got none (§2.1)");
  }
  Timestamp stamp = now.floor_to_millis();
  if (known) {
    const Timestamp& before = known->favorite.action_date;
    stamp = std::max(stamp, before.floor_to_millis().plus(std::chrono::milliseconds{1}));
    if (stamp <= before) {
      return fail(ErrorCode::kLimitExceeded,
                  fmt::format("item \"{}\": its date {} is the last that can be written, so no "
                              "change can be newer (§2.4)",
                              item, to_string(before)));
    }
  }
  FavoriteRecord record;
  record.favorite = {std::string(item), action, stamp};
  if (known) record.base = known->base;
  return record;
}

std::optional<FavoriteRecord> offered(const std::optional<FavoriteRecord>& known,
                                      const Favorite& change) {
  if (!known) return FavoriteRecord{change, std::nullopt, 0};
  const ItemState before = state_of(known->favorite);
  const ItemState after = join(before, state_of(change));
  if (after == before) return std::nullopt;
  return FavoriteRecord{change, known->base, 0};
}

}  // namespace favsync
