#include "mock_server/order_explorer.h"

#include <algorithm>
#include <array>
#include <future>
#include <thread>

#include <fmt/format.h>

#include "mock_server/director.h"
#include "mock_server/partner_api.h"

namespace favsync {
namespace {

using mock::Position;

constexpr std::array kStops = {SyncPoint::kGetSent, SyncPoint::kListRead, SyncPoint::kPostSent,
                               SyncPoint::kPostApplied};
constexpr std::chrono::milliseconds kLook(1);

MockHold hold_at(MockServer& server, SyncPoint point) {
  const bool is_after = point == SyncPoint::kListRead || point == SyncPoint::kPostApplied;
  const Position position{is_after ? Position::Kind::kAfterApply : Position::Kind::kBeforeApply};
  return point == SyncPoint::kGetSent || point == SyncPoint::kListRead
             ? server.hold_next_get({}, position)
             : server.hold_next_post({}, position);
}

class Trial {
 public:
  Trial(SyncTrial trial, std::vector<SyncPoint> order, std::chrono::milliseconds patience)
      : trial_(std::move(trial)), order_(std::move(order)), patience_(patience) {}

  OrderOutcome run() {
    make_edits(SyncPoint::kBefore);
    std::vector<SyncPoint> stops;
    for (const SyncPoint stop : kStops) {
      if (std::find(order_.begin(), order_.end(), stop) != order_.end()) stops.push_back(stop);
    }
    const bool done = stops.empty() ? (trial_.sync(), true) : run_among(stops);
    if (!done) return {order_, "the round did not end in time"};
    make_edits(SyncPoint::kAfter);
    trial_.sync();
    return {order_, trial_.verdict()};
  }

 private:
  // Every edit that was to be made up to this point and is not made yet.
  void make_edits(SyncPoint point) {
    while (made_ < order_.size() && order_[made_] <= point) trial_.edits[made_++]();
  }

  bool run_among(const std::vector<SyncPoint>& stops) {
    std::vector<MockHold> holds;
    for (const SyncPoint stop : stops) holds.push_back(hold_at(*trial_.server, stop));
    std::promise<void> ended;
    std::future<void> end = ended.get_future();
    std::thread round([&] {
      trial_.sync();
      ended.set_value();
    });
    const auto deadline = std::chrono::steady_clock::now() + patience_;
    const auto is_over = [&] {
      return end.wait_for(std::chrono::seconds(0)) == std::future_status::ready;
    };
    for (std::size_t i = 0; i < stops.size(); ++i) {
      // The round may end without such a request: the wait looks at both.
      while (!holds[i].wait(kLook) && !is_over() && std::chrono::steady_clock::now() < deadline) {
      }
      if (holds[i].is_held()) make_edits(stops[i]);
      holds[i].release();
    }
    const bool in_time = end.wait_until(deadline) == std::future_status::ready;
    if (!in_time) trial_.server->stop();  // so that the round has an end, if a bad one
    round.join();
    return in_time;
  }

  SyncTrial trial_;
  const std::vector<SyncPoint> order_;
  const std::chrono::milliseconds patience_;
  std::size_t made_ = 0;
};

// The next order of edits that stay in theirs; false after the last.
bool next_order(std::vector<SyncPoint>& order) {
  for (std::size_t i = order.size(); i-- > 0;) {
    if (order[i] == SyncPoint::kAfter) continue;
    const auto later = static_cast<SyncPoint>(static_cast<int>(order[i]) + 1);
    std::fill(order.begin() + static_cast<std::ptrdiff_t>(i), order.end(), later);
    return true;
  }
  return false;
}

}  // namespace

std::string_view to_string(SyncPoint point) {
  static constexpr std::array<std::string_view, 6> kNames = {
      "before", "get-sent", "list-read", "post-sent", "post-applied", "after"};
  return kNames[static_cast<std::size_t>(point)];
}

std::string OrderOutcome::story() const {
  std::string text;
  for (std::size_t i = 0; i < edits.size(); ++i) {
    text += fmt::format("{}edit {} {}", i == 0 ? "" : ", ", i + 1, to_string(edits[i]));
  }
  return text + ": " + wrong.value_or("all is well");
}

std::vector<OrderOutcome> explore_orders(const std::function<SyncTrial()>& make,
                                         std::chrono::milliseconds patience) {
  std::vector<OrderOutcome> outcomes;
  std::vector<SyncPoint> order(make().edits.size(), SyncPoint::kBefore);
  do {
    outcomes.push_back(Trial(make(), order, patience).run());
  } while (next_order(order));
  return outcomes;
}

}  // namespace favsync
