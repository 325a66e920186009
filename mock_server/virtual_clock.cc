#include "mock_server/virtual_clock.h"

#include <array>

#include <fmt/format.h>

#include "wire/nearest_name.h"
#include "wire/quote.h"

namespace favsync::mock {

Result<ClockSetting> parse_clock_setting(std::string_view text) {
  static constexpr std::array<std::string_view, 2> kModes = {"real", "frozen"};
  const std::size_t at = text.find('@');
  const std::string_view mode = text.substr(0, at);
  ClockSetting setting;
  if (mode == kModes[1]) {
    setting.mode = ClockSetting::Mode::kFrozen;
  } else if (mode != kModes[0]) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("clock: expected real, real@DATE, frozen or frozen@DATE, got {}{}",
                            favsync::quoted(text), did_you_mean(mode, kModes)));
  }
  if (at == std::string_view::npos) return setting;
  const Result<Timestamp> moment = parse_strict_timestamp(text.substr(at + 1));
  if (!moment) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("clock: after '@': {}", moment.error().message));
  }
  setting.at = *moment;
  return setting;
}

std::string to_string(const ClockSetting& setting) {
  const char* mode = setting.mode == ClockSetting::Mode::kFrozen ? "frozen" : "real";
  return setting.at ? fmt::format("{}@{}", mode, to_string(*setting.at)) : mode;
}

Timestamp VirtualClock::now() const {
  if (is_frozen()) {
    const std::lock_guard lock(mutex_);
    if (is_frozen()) return stands_at_;
  }
  const std::int64_t shift = shift_.load(std::memory_order_relaxed);
  const Timestamp base = base_.now();
  return shift == 0 ? base : base.plus(std::chrono::milliseconds(shift));
}

void VirtualClock::set(const ClockSetting& setting) {
  const Timestamp before = now();
  const std::lock_guard lock(mutex_);
  if (setting.mode == ClockSetting::Mode::kFrozen) {
    stands_at_ = setting.at.value_or(before);
    frozen_.store(true, std::memory_order_release);
    shift_ = 0;
    return;
  }
  shift_ = setting.at ? setting.at->unix_millis() - base_.now().unix_millis() : 0;
  frozen_.store(false, std::memory_order_release);
}

void VirtualClock::advance(std::chrono::milliseconds delta) {
  if (delta.count() <= 0) return;
  const std::lock_guard lock(mutex_);
  if (is_frozen()) {
    stands_at_ = stands_at_.plus(delta);
  } else {
    shift_ += delta.count();
  }
}

std::chrono::milliseconds VirtualClock::shift() const {
  return std::chrono::milliseconds(shift_.load(std::memory_order_relaxed));
}

}  // namespace favsync::mock
