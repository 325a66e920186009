#include "mock_server/holds.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace favsync::mock {

Hold::Hold(std::string name, On on, std::string user, Position position)
    : name_(std::move(name)), user_(std::move(user)), on_(on), position_(position) {}

Hold::State Hold::state() const {
  const std::lock_guard lock(mutex_);
  return state_;
}

bool Hold::is_open() const {
  const State state = this->state();
  return state == State::kReleased || state == State::kCancelled;
}

std::uint64_t Hold::exchange() const {
  const std::lock_guard lock(mutex_);
  return exchange_;
}

bool Hold::wait_until_held(std::chrono::milliseconds timeout) const {
  std::unique_lock lock(mutex_);
  changed_.wait_for(lock, timeout, [&] { return state_ != State::kWaiting; });
  return state_ == State::kHeld;
}

void Hold::move_to(State state, std::uint64_t exchange) {
  {
    const std::lock_guard lock(mutex_);
    if (state_ == State::kReleased || state_ == State::kCancelled) return;
    state_ = state;
    if (exchange != 0) exchange_ = exchange;
  }
  changed_.notify_all();
}

std::string_view to_string(Hold::State state) {
  switch (state) {
    case Hold::State::kWaiting:
      return "waiting";
    case Hold::State::kHeld:
      return "held";
    case Hold::State::kReleased:
      return "released";
    case Hold::State::kCancelled:
      break;
  }
  return "cancelled";
}

HoldPtr Holds::add(std::string name, On on, std::string user, Position position) {
  const std::lock_guard lock(mutex_);
  if (name.empty()) name = fmt::format("hold-{}", next_++);
  for (const HoldPtr& hold : holds_) {
    if (hold->name() == name && !hold->is_open()) return hold;
  }
  forget_old();
  if (holds_.size() >= kMaxHolds) return nullptr;
  std::erase_if(holds_, [&](const HoldPtr& hold) { return hold->name() == name; });
  holds_.push_back(std::make_shared<Hold>(std::move(name), on, std::move(user), position));
  tell();
  return holds_.back();
}

void Holds::tell() {
  detours_.set(Detours::kHolds, std::any_of(holds_.begin(), holds_.end(), [](const HoldPtr& hold) {
                 return hold->state() == Hold::State::kWaiting;
               }));
}

// The oldest that are over go first; what still waits or holds stays.
void Holds::forget_old() {
  while (holds_.size() >= kMaxHolds) {
    const auto over = std::find_if(holds_.begin(), holds_.end(),
                                   [](const HoldPtr& hold) { return hold->is_open(); });
    if (over == holds_.end()) return;
    holds_.erase(over);
  }
}

HoldPtr Holds::take(Position::Kind position, On endpoint, std::string_view user,
                    std::uint64_t exchange) {
  if (!detours_.has(Detours::kHolds)) return nullptr;
  const std::lock_guard lock(mutex_);
  for (const HoldPtr& hold : holds_) {
    if (hold->state() != Hold::State::kWaiting) continue;
    if (hold->position().kind != position) continue;
    if (hold->on() != On::kAny && hold->on() != endpoint) continue;
    if (!hold->user().empty() && hold->user() != user) continue;
    hold->move_to(Hold::State::kHeld, exchange);
    tell();
    return hold;
  }
  return nullptr;
}

bool Holds::release(std::string_view name) {
  const std::lock_guard lock(mutex_);
  for (const HoldPtr& hold : holds_) {
    if (hold->name() != name) continue;
    hold->move_to(Hold::State::kReleased);
    tell();
    return true;
  }
  return false;
}

void Holds::cancel_all() {
  const std::lock_guard lock(mutex_);
  for (const HoldPtr& hold : holds_) hold->move_to(Hold::State::kCancelled);
  tell();
}

std::vector<HoldPtr> Holds::all() const {
  const std::lock_guard lock(mutex_);
  return holds_;
}

HoldPtr Holds::find(std::string_view name) const {
  const std::lock_guard lock(mutex_);
  const auto found = std::find_if(holds_.begin(), holds_.end(),
                                  [&](const HoldPtr& hold) { return hold->name() == name; });
  return found == holds_.end() ? nullptr : *found;
}

}  // namespace favsync::mock
