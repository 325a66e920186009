#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include "contract_tests/judge/value.h"

namespace favsync::contract {

// A moment of a recording, from its beginning. Steady: no clock is set while it runs.
using Moment = std::chrono::nanoseconds;

// One write of one item, as a client saw it. It took effect at some moment from `start` to `end`.
struct RecordedWrite {
  std::string client;  // "writer 2"
  Value value;
  Moment start{0}, end{0};
  bool completed = true;  // answered 2xx; otherwise it took effect after `start`, or never
  int exchange = 0;
};

// One look at one item. Its value held at some moment from `start` to `end`.
struct RecordedRead {
  std::string client;
  std::optional<Value> value;  // nothing: the item was not listed
  Moment start{0}, end{0};
  int exchange = 0;
  bool settled = false;  // began when every write was over, and the settle time too
};

// What clients did with one item and saw of it. The values of writes with different actions have
// different dates; the same value may be written several times.
struct ItemHistory {
  std::string item;
  std::optional<Value> initial;  // before the recording began; nothing: not listed
  std::vector<RecordedWrite> writes;
  std::vector<RecordedRead> reads;
};

// An operation of a history, by its place in `writes` or `reads`; or what was there to begin with.
struct Operation {
  enum class Kind { kInitial, kWrite, kRead };
  Kind kind = Kind::kInitial;
  std::size_t index = 0;
  friend bool operator==(const Operation&, const Operation&) = default;
};

}  // namespace favsync::contract
