#include "sync_engine/device.h"

#include <algorithm>
#include <utility>

namespace favsync {
namespace {

std::chrono::nanoseconds age_of(Timestamp made, Timestamp now) {
  // A device's clock may be set to anything, also between the click and now; an age is none of it.
  constexpr std::chrono::milliseconds kOldest = std::chrono::hours{24 * 3650};
  return std::clamp(std::chrono::milliseconds{now.unix_millis() - made.unix_millis()},
                    std::chrono::milliseconds{0}, kOldest);
}

}  // namespace

Device::Device(FavoriteStore& store, std::string user, const Clock& backend_clock,
               const Clock& own_clock, std::chrono::milliseconds partner_tick)
    : store_(store),
      user_(std::move(user)),
      backend_clock_(backend_clock),
      own_clock_(own_clock),
      step_(std::max(partner_tick, std::chrono::milliseconds{1})) {}

Status Device::refresh() {
  const auto records = store_.load(user_);
  if (!records) return tl::unexpected(records.error());
  view_.clear();
  for (const auto& record : *records) view_[record.favorite.item] = state_of(record.favorite);
  return {};
}

Timestamp Device::after_known(Timestamp moment, const std::optional<Timestamp>& known) const {
  moment = moment.floor_to_millis();
  if (!known) return moment;
  return std::max(moment, known->floor_to_millis().plus(step_));
}

Status Device::click(std::string_view item, Action action) {
  if (item.empty()) {
    return fail(ErrorCode::kInvalidArgument, "item: expected 1 byte or more, got none (§2.1)");
  }
  if (is_online_) {
    const auto known = store_.find(user_, item);
    if (!known) return tl::unexpected(known.error());
    const auto date = *known ? std::optional((*known)->favorite.action_date) : std::nullopt;
    const auto stored = store_.edit(user_, item, action, after_known(backend_clock_.now(), date));
    if (!stored) return tl::unexpected(stored.error());
    view_[stored->item] = state_of(*stored);
    return {};
  }
  const auto shown = view_.find(item);
  const auto known = shown == view_.end() ? std::nullopt : std::optional(shown->second.action_date);
  const Timestamp made = own_clock_.now();
  queue_.push_back({std::string(item), action, made, known});
  // The date of the view is what the next click on this item must beat; its own time comes later.
  view_[std::string(item)] = {action, known ? known->floor_to_millis().plus(step_) : Timestamp()};
  return {};
}

Status Device::go_online() {
  while (!queue_.empty()) {
    const Click& oldest = queue_.front();
    const Timestamp made = backend_clock_.now().plus(-age_of(oldest.made, own_clock_.now()));
    const Favorite change{oldest.item, oldest.action, after_known(made, oldest.known)};
    const auto delivered = store_.offer(user_, change);
    if (!delivered) return tl::unexpected(delivered.error());
    // A later click on the same item was made after seeing this one.
    for (auto& click : queue_) {
      if (click.item == change.item) click.known = change.action_date;
    }
    queue_.erase(queue_.begin());
  }
  is_online_ = true;
  return refresh();
}

bool Device::shows(std::string_view item) const {
  const auto found = view_.find(item);
  return found != view_.end() && found->second.action == Action::kAdd;
}

std::vector<std::string> Device::favorites() const {
  std::vector<std::string> items;
  for (const auto& [item, state] : view_) {
    if (state.action == Action::kAdd) items.push_back(item);
  }
  return items;
}

}  // namespace favsync
