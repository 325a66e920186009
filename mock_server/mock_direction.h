#pragma once

#include <chrono>
#include <string>

#include "mock_server/holds.h"
#include "wire/timestamp.h"

namespace favsync {

namespace mock {
class PartnerApi;
}  // namespace mock

// The one clock of a running mock: tokens expire, delays end, steps act and stamps are made by it.
// Refers to the server and must not outlive it. Safe from any thread.
class MockClock {
 public:
  Timestamp now() const;
  // Stands until it is advanced: what waits then, waits for that alone.
  MockClock& freeze();
  MockClock& freeze_at(Timestamp moment);
  // Forward, running or not. Time steps on the way act at their moments, delays that are over end;
  // all is done when the call returns.
  MockClock& advance(std::chrono::milliseconds by);
  // The machine's time again (or that of MockServer::Options::clock).
  MockClock& real();

 private:
  friend class MockServer;
  explicit MockClock(mock::PartnerApi& api) : api_(&api) {}
  mock::PartnerApi* api_;
};

// A request to be stopped on its way:
//   auto post = server.hold_next_post();
//   … the client posts …; post.wait(); server.user("alice").adds("session_1", at); post.release();
// Refers to the server and must not outlive it; being destroyed does not release it. Safe from any
// thread.
class MockHold {
 public:
  // Until a request is held; false when `timeout` (real time) ended first.
  [[nodiscard]] bool wait(std::chrono::milliseconds timeout = std::chrono::seconds(10)) const;
  bool is_held() const { return hold_->state() == mock::Hold::State::kHeld; }
  // Lets it go on; before one was held: lets the next pass.
  void release();

 private:
  friend class MockServer;
  MockHold(mock::PartnerApi& api, mock::HoldPtr hold) : api_(&api), hold_(std::move(hold)) {}
  mock::PartnerApi* api_;
  mock::HoldPtr hold_;
};

}  // namespace favsync
