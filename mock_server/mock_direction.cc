#include "mock_server/mock_direction.h"

#include "mock_server/director.h"
#include "mock_server/partner_api.h"

namespace favsync {

using mock::ClockSetting;

Timestamp MockClock::now() const {
  return api_->clock().now();
}

MockClock& MockClock::freeze() {
  api_->director().set_clock({ClockSetting::Mode::kFrozen, std::nullopt});
  return *this;
}

MockClock& MockClock::freeze_at(Timestamp moment) {
  api_->director().set_clock({ClockSetting::Mode::kFrozen, moment});
  return *this;
}

MockClock& MockClock::advance(std::chrono::milliseconds by) {
  api_->director().advance_clock(by);
  return *this;
}

MockClock& MockClock::real() {
  api_->director().set_clock({});
  return *this;
}

bool MockHold::wait(std::chrono::milliseconds timeout) const {
  return hold_->wait_until_held(timeout);
}

void MockHold::release() {
  api_->director().release(hold_->name());
}

}  // namespace favsync
