// The part of a round that has to do with ETags.
#include <algorithm>
#include <utility>

#include "sync_engine/sync_round.h"

namespace favsync {

Result<bool> SyncRound::settle_unchanged() {
  const std::size_t limit = std::max<std::size_t>(world_.options.page_items, 1);
  std::string after;
  std::size_t agreed = 0;
  std::vector<Favorite> unsent;
  while (true) {
    const auto page = world_.store.load_page(user_, after, limit);
    if (!page) return tl::unexpected(page.error());
    for (const auto& record : *page) {
      agreed += record.is_clean();
      if (record.is_clean()) continue;
      if (world_.writer != nullptr) return false;
      unsent.push_back(record.favorite);
    }
    if (page->size() < limit) break;
    after = page->back().favorite.item;
  }
  report_.not_modified = true;
  report_.same = agreed;
  report_.unsent = std::move(unsent);
  return true;
}

Status SyncRound::note_validator(const std::string& etag) {
  const bool is_settled = (world_.writer == nullptr || outbox_.empty()) && passed_over_ == 0 &&
                          report_.unsent.empty() && report_.conflicts.empty() &&
                          report_.quarantined.empty() && report_.skipped.empty();
  if (!world_.options.conditional_get) return {};
  if (is_settled && !etag.empty()) {
    return world_.store.set_validator(user_, ListValidator{partner_, etag, world_.clock.now()});
  }
  if (!validator_) return {};
  return world_.store.set_validator(user_, std::nullopt);
}

}  // namespace favsync
