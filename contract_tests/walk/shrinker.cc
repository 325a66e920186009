#include "contract_tests/walk/shrinker.h"

#include <algorithm>
#include <map>
#include <set>
#include <utility>
#include <vector>

namespace favsync::contract {
namespace {

constexpr std::size_t kConfirmations = 2;

using Places = std::vector<std::size_t>;  // ascending
using Without = Walk (*)(const Walk&, const std::set<std::size_t>& left_out);

// Without posts that say nothing, and without resends that have nothing to repeat.
Walk tidy(Walk walk) {
  std::set<std::size_t> posted;
  std::erase_if(walk.steps, [&](const WalkStep& step) {
    if (step.kind == WalkStep::Kind::kPost) {
      if (step.writes.empty()) return true;
      posted.insert(step.user);
    }
    return step.kind == WalkStep::Kind::kResend && !posted.contains(step.user);
  });
  return walk;
}

Walk without_steps(const Walk& walk, const std::set<std::size_t>& left_out) {
  Walk rest;
  for (std::size_t i = 0; i < walk.steps.size(); ++i) {
    if (!left_out.contains(i)) rest.steps.push_back(walk.steps[i]);
  }
  return tidy(std::move(rest));
}

Walk without_items(const Walk& walk, const std::set<std::size_t>& left_out) {
  Walk rest = walk;
  for (WalkStep& step : rest.steps) {
    std::erase_if(step.writes,
                  [&](const WalkWrite& write) { return left_out.contains(write.item); });
  }
  return tidy(std::move(rest));
}

// Writes are counted through all arrays.
Walk without_writes(const Walk& walk, const std::set<std::size_t>& left_out) {
  Walk rest = walk;
  std::size_t place = 0;
  for (WalkStep& step : rest.steps) {
    std::erase_if(step.writes, [&](const WalkWrite&) { return left_out.contains(place++); });
  }
  return tidy(std::move(rest));
}

// Numbers the items from 0 in the order in which they come, and leaves out no other number.
Walk renumbered(Walk walk) {
  std::map<std::size_t, std::size_t> numbers;
  for (WalkStep& step : walk.steps) {
    for (WalkWrite& write : step.writes) {
      write.item = numbers.try_emplace(write.item, numbers.size()).first->second;
    }
  }
  return walk;
}

// Each item's dates, in their order, `gap_ms` apart.
Walk evenly_dated(Walk walk, std::int64_t gap_ms) {
  std::map<std::size_t, std::set<std::int64_t>> dates;
  for (const WalkStep& step : walk.steps) {
    for (const WalkWrite& write : step.writes) dates[write.item].insert(write.at_ms);
  }
  for (WalkStep& step : walk.steps) {
    for (WalkWrite& write : step.writes) {
      const auto& known = dates[write.item];
      write.at_ms = gap_ms * std::distance(known.begin(), known.find(write.at_ms));
    }
  }
  return walk;
}

Walk of_one_user(Walk walk) {
  for (WalkStep& step : walk.steps) step.user = 0;
  return walk;
}

class Shrinker {
 public:
  Shrinker(const Walk& walk, const WalkOutcome& failure,
           const std::function<WalkOutcome(const Walk&)>& take, std::size_t most_requests)
      : take_(take), most_(most_requests) {
    result_.walk = walk;
    result_.outcome = failure;
    best_.push_back({walk, failure});
  }

  ShrunkWalk run() {
    cut_behind_the_failure();
    keep_the_wrong_item_alone();
    Walk before;
    do {
      before = result_.walk;
      leave_out(without_items, result_.walk.items());
      leave_out(without_steps, result_.walk.steps.size());
      leave_out(without_writes, result_.walk.writes());
    } while (result_.walk != before && !result_.gave_up);
    make_plain();
    confirm();
    return std::move(result_);
  }

 private:
  struct Failing {
    Walk walk;
    WalkOutcome outcome;
  };

  // Whether the walk still fails; it is the result then.
  bool adopt(const Walk& walk) {
    if (result_.gave_up || walk.steps.empty() || walk == result_.walk) return false;
    if (result_.requests + walk.steps.size() > most_) {
      result_.gave_up = true;
      return false;
    }
    WalkOutcome outcome = take_(walk);
    result_.requests += outcome.requests();
    if (outcome.kind == WalkOutcome::Kind::kCannotTell) result_.gave_up = true;
    if (outcome.kind != result_.outcome.kind) return false;
    result_.walk = walk;
    result_.outcome = std::move(outcome);
    cut_behind_the_failure();
    best_.push_back({result_.walk, result_.outcome});
    return true;
  }

  // What was not sent any more can't have mattered.
  void cut_behind_the_failure() {
    const std::size_t last = std::min(result_.outcome.step + 1, result_.walk.steps.size());
    result_.walk.steps.resize(last);
  }

  void keep_the_wrong_item_alone() {
    if (!result_.outcome.surprise) return;
    const auto& items = result_.outcome.cast.items;
    std::set<std::size_t> others;
    for (std::size_t i = 0; i < items.size(); ++i) {
      if (items[i] != result_.outcome.surprise->item) others.insert(i);
    }
    adopt(without_items(result_.walk, others));
  }

  // Leaves out halves, quarters, … single ones of the `count` parts, from the back.
  void leave_out(Without without, std::size_t count) {
    for (std::size_t size = std::max<std::size_t>(1, count / 2); !result_.gave_up; size /= 2) {
      for (std::size_t end = count; end > 0 && !result_.gave_up;) {
        const std::size_t begin = end > size ? end - size : 0;
        std::set<std::size_t> parts;
        for (std::size_t i = begin; i < end; ++i) parts.insert(i);
        const bool shorter = adopt(without(result_.walk, parts));
        end = begin;
        // Parts behind `begin` have new places, but those before it keep theirs.
        if (shorter && without != without_items) end = std::min(end, parts_of(without));
      }
      if (size == 1) return;
    }
  }

  std::size_t parts_of(Without without) const {
    return without == without_steps ? result_.walk.steps.size() : result_.walk.writes();
  }

  void make_plain() {
    adopt(of_one_user(result_.walk));
    adopt(renumbered(result_.walk));
    for (const std::int64_t gap_ms : {1000, 1}) {
      if (adopt(evenly_dated(result_.walk, gap_ms))) break;
    }
  }

  // Seen once is not yet known to be so: the shortest walk that fails again is the result.
  void confirm() {
    constexpr std::size_t kMostCandidates = 3;
    std::size_t candidates = 0;
    for (auto best = best_.rbegin(); best != best_.rend() && candidates < kMostCandidates;
         ++best, ++candidates) {
      result_.walk = best->walk;
      result_.outcome = best->outcome;
      result_.wrong = result_.tries = 1;
      for (std::size_t i = 0; i < kConfirmations; ++i) {
        WalkOutcome outcome = take_(result_.walk);
        result_.requests += outcome.requests();
        if (outcome.kind == WalkOutcome::Kind::kCannotTell) return;
        ++result_.tries;
        if (!outcome.failed()) continue;
        ++result_.wrong;
        result_.outcome = std::move(outcome);
      }
      if (result_.wrong > 1 || result_.requests >= most_) return;
    }
  }

  const std::function<WalkOutcome(const Walk&)>& take_;
  const std::size_t most_;
  ShrunkWalk result_;
  std::vector<Failing> best_;  // the latest is the shortest
};

}  // namespace

ShrunkWalk shrink_walk(const Walk& walk, const WalkOutcome& failure,
                       const std::function<WalkOutcome(const Walk&)>& take,
                       std::size_t most_requests) {
  return Shrinker(walk, failure, take, most_requests).run();
}

}  // namespace favsync::contract
