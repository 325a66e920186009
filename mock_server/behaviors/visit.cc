#include "mock_server/behaviors/visit.h"

#include <algorithm>
#include <utility>

namespace favsync::mock {

void Visit::become(const UserPtr& other) {
  user = other;
  standing = Standing::kGood;
  list = std::shared_ptr<FavoriteList>(other, &other->favorites());
}

bool Visit::applied_any() const {
  return std::any_of(
      exchange.decisions.begin(), exchange.decisions.end(),
      [](const Decision& decision) { return decision.verdict == Verdict::kApplied; });
}

std::vector<Favorite> Visit::applied() const {
  std::vector<Favorite> favorites;
  for (const Decision& decision : exchange.decisions) {
    if (decision.verdict == Verdict::kApplied) favorites.push_back(decision.favorite);
  }
  return favorites;
}

std::shared_ptr<FavoriteRows> Visit::copy_rows() const {
  auto copy = std::make_shared<FavoriteRows>();
  copy->assign(list->rows());
  return copy;
}

void commit_late(PartnerReply& reply, std::chrono::milliseconds delay,
                 std::function<void()> commit) {
  reply.delivery.delay = std::max(reply.delivery.delay, delay);
  reply.before_send = [earlier = std::move(reply.before_send), later = std::move(commit)] {
    if (earlier) earlier();
    later();
  };
}

}  // namespace favsync::mock
