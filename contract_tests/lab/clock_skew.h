#pragma once

#include <chrono>
#include <optional>

#include "contract_tests/http/exchange.h"

namespace favsync::contract {

// How far the partner's clock is ahead of this machine's (negative: behind): between `least` and
// `most`. Nothing that the suite judges needs it finer than that.
struct SkewInterval {
  std::chrono::milliseconds least{0}, most{0};
};

// Narrows that interval with each answer: its Date, which has whole seconds, was made between the
// sending of the request and the end of the answer. A partner whose answers contradict each other
// (several machines with clocks of their own) gets the interval that holds them all. Not safe from
// several threads.
class ClockSkew {
 public:
  // Takes the answer's Date into account; an answer without one that can be read changes nothing.
  void observe(const Exchange& exchange);
  // None before the first Date.
  const std::optional<SkewInterval>& interval() const { return interval_; }

 private:
  std::optional<SkewInterval> interval_;
};

}  // namespace favsync::contract
