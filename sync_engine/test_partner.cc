#include "sync_engine/test_partner.h"

#include <algorithm>

namespace favsync {

Result<PartnerList> TestPartner::get_favorites(const UserToken&) {
  ++gets;
  PartnerList list;
  for (const auto& [item, favorite] : favorites) list.favorites.push_back(favorite);
  return list;
}

Result<PostReceipt> TestPartner::post_favorites(const UserToken&, std::span<const Favorite> sent) {
  posts.emplace_back(sent.begin(), sent.end());
  const auto is_refused = [&](const Favorite& favorite) { return favorite.item == refused_item; };
  if (std::ranges::any_of(sent, is_refused)) {
    return fail(ErrorCode::kRejected, "partner answered 400");
  }
  if (!drops_writes) std::ranges::for_each(sent, [&](const auto& favorite) { put(favorite); });
  if (loses_answers) return fail(ErrorCode::kConnection, "the connection broke");
  return PostReceipt{.acknowledged = !confirms_nothing, .note = confirms_nothing ? "202" : ""};
}

void TestPartner::put(const Favorite& favorite) {
  const auto [place, is_new] = favorites.try_emplace(favorite.item, favorite);
  if (is_new) return;
  auto& stands = place->second;
  bool replaces = favorite.is_newer_than(stands);
  if (favorite.action_date == stands.action_date) {
    replaces = tie_ == Tie::kAcceptEqual ||
               (tie_ == Tie::kDeleteWins && favorite.action == Action::kDelete) ||
               (tie_ == Tie::kAddWins && favorite.action == Action::kAdd);
  }
  if (replaces) stands = favorite;
}

}  // namespace favsync
