#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/mock_server.h"

namespace favsync {

// Where on a sync's way something else happens: before it; with its GET on the way; with the list
// read, its answer on the way; with its POST on the way; with the POST applied, its answer on the
// way; after it.
enum class SyncPoint { kBefore, kGetSent, kListRead, kPostSent, kPostApplied, kAfter };
std::string_view to_string(SyncPoint point);

// One world in which an order is tried: fresh for each, so that none sees another's traces. The
// functions are called one at a time, but for `sync`, which runs on a thread of its own while the
// edits are made.
struct SyncTrial {
  std::shared_ptr<MockServer> server;
  std::function<void()> sync;                // one whole round of the client under test
  std::vector<std::function<void()>> edits;  // on the partner's or the client's side, in this order
  // After a last undisturbed `sync`: what is wrong, or nothing.
  std::function<std::optional<std::string>()> verdict;
};

// What came of one order: where each edit was made, and what was wrong.
struct OrderOutcome {
  std::vector<SyncPoint> edits;
  std::optional<std::string> wrong;
  std::string story() const;  // "edit 1 post-sent, edit 2 after: …"
};

// Runs the sync once for each order in which the edits, in theirs, can fall among its GET and POST:
// 6 orders of one edit, 21 of two, 56 of three. A round that sends no POST meets the edits that
// were to fall there after its end. Every wait ends after `patience` (real time), and that is wrong
// too. `make` must give a trial like the others each time. Returns one outcome for each order.
std::vector<OrderOutcome> explore_orders(
    const std::function<SyncTrial()>& make,
    std::chrono::milliseconds patience = std::chrono::seconds(10));

}  // namespace favsync
