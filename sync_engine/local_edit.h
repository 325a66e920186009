#pragma once

#include <optional>
#include <string_view>

#include "sync_engine/favorite_store.h"

namespace favsync {

// The rules that every FavoriteStore applies inside its own transaction. Pure.

// The record after a local edit, as FavoriteStore::edit describes; `known` is what stood before.
[[nodiscard]] Result<FavoriteRecord> edited(const std::optional<FavoriteRecord>& known,
                                            std::string_view item, Action action, Timestamp now);

// The record after a dated change, or nothing where the change does not win (FavoriteStore::offer).
std::optional<FavoriteRecord> offered(const std::optional<FavoriteRecord>& known,
                                      const Favorite& change);

}  // namespace favsync
