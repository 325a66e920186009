// What a connection does while an answer waits: for a hold, or for the mock's clock.
#include "mock_server/connection.h"

#include <algorithm>
#include <exception>
#include <utility>

#include <fmt/format.h>

#include "mock_server/holds.h"

namespace favsync::mock {

using namespace std::chrono_literals;

bool Connection::is_stalled() const {
  return state_ == State::kDelayed || state_ == State::kHeld || state_ == State::kHanging ||
         state_ == State::kDripping;
}

void Connection::begin(PartnerReply reply, const ReplyContext& context) {
  if (reply.hold && !reply.hold->is_open()) {
    state_ = State::kHeld;
    due_.reset();
    held_ = std::make_unique<HeldReply>(HeldReply{std::move(reply), context});
    return;
  }
  after_hold(std::move(reply), context);
}

void Connection::after_hold(PartnerReply reply, const ReplyContext& context) {
  if (reply.delivery.delay > 0ms && !reply.delivery.hang) {
    state_ = State::kDelayed;
    wait(reply.delivery.delay, reply.delayed_since);
    held_ = std::make_unique<HeldReply>(HeldReply{std::move(reply), context});
    return;
  }
  after_delay(std::move(reply), context);
}

void Connection::after_delay(PartnerReply reply, const ReplyContext& context) {
  if (!reply.complete) return deliver(std::move(reply), context);
  try {
    reply = reply.complete();
  } catch (const std::exception& fault) {
    const std::uint64_t exchange = reply.exchange;
    reply = refusal_reply(500, fmt::format("fault of the mock itself: {}", fault.what()));
    reply.exchange = exchange;
  }
  begin(std::move(reply), context);
}

bool Connection::on_change() {
  if (state_ == State::kHeld) {
    const Hold::State hold = held_->reply.hold->state();
    if (hold == Hold::State::kCancelled) return false;
    if (hold != Hold::State::kReleased) return true;
    const std::unique_ptr<HeldReply> held = std::move(held_);
    state_ = State::kReading;
    after_hold(std::move(held->reply), held->context);
    serve_buffered();
    return settle();
  }
  if (!waits_until_ || (state_ != State::kDelayed && state_ != State::kWaiting)) return true;
  const std::chrono::milliseconds left(waits_until_->unix_millis() -
                                       serving_.clock->now().unix_millis());
  if (left <= 0ms) return end_wait();
  due_ = serving_.clock->is_frozen() ? std::nullopt
                                     : std::optional(std::chrono::steady_clock::now() + left);
  arm(due_);
  return true;
}

// By the mock's clock: where it stands, nothing but its being moved ends the wait.
void Connection::wait(std::chrono::milliseconds delay, std::optional<Timestamp> since) {
  const SteadyTime now = std::chrono::steady_clock::now();
  due_ = now + delay;
  if (serving_.clock == nullptr) return;
  const Timestamp moment = serving_.clock->now();
  waits_until_ = since.value_or(moment).plus(delay);
  const std::chrono::milliseconds left(waits_until_->unix_millis() - moment.unix_millis());
  due_ = now + std::max(left, 0ms);
  if (serving_.clock->is_frozen() && left > 0ms) due_.reset();
}

bool Connection::end_wait() {
  const bool was_delayed = state_ == State::kDelayed;
  state_ = State::kReading;
  waits_until_.reset();
  due_.reset();
  if (was_delayed) {
    const std::unique_ptr<HeldReply> held = std::move(held_);
    after_delay(std::move(held->reply), held->context);
    serve_buffered();
  }
  return settle();
}

}  // namespace favsync::mock
