#include "contract_tests/history/random_history.h"

#include <array>
#include <cstdint>
#include <vector>

namespace favsync::contract {
namespace {

Value value_of(std::uint64_t rank) {
  return {rank % 2 == 0 ? Act::kDelete : Act::kAdd,
          {1'000'000, static_cast<int>(rank) * 1'000'000}};
}

struct Step {
  bool is_read = false, optional = false;
  std::optional<Value> value;
  Moment start{0}, end{0};
};

class Exhaustive {
 public:
  Exhaustive(const ItemHistory& history, Moment staleness, bool hides_removals)
      : initial_(history.initial), hides_(hides_removals) {
    for (const auto& write : history.writes) {
      steps_.push_back({false, !write.completed, write.value, write.start,
                        write.completed ? write.end : Moment::max()});
    }
    for (const auto& read : history.reads) {
      steps_.push_back({true, false, read.value, read.start - staleness, read.end});
    }
    for (const Step& step : steps_) {
      std::uint32_t earlier = 0, bit = 1;
      for (const Step& other : steps_) {
        if (other.end < step.start) earlier |= bit;
        bit <<= 1;
      }
      before_.push_back(earlier);
    }
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if (!steps_[i].optional) needed_ |= 1u << i;
    }
    tried_.resize(std::size_t{1} << steps_.size());
  }

  bool explains(std::uint32_t done = 0) {
    if ((done & needed_) == needed_) return true;
    if (tried_[done]) return false;
    tried_[done] = true;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      const std::uint32_t bit = 1u << i;
      if ((done & bit) != 0 || (before_[i] & ~done) != 0) continue;
      if (steps_[i].is_read && !shows(done, steps_[i].value)) continue;
      if (explains(done | bit)) return true;
    }
    return false;
  }

 private:
  bool shows(std::uint32_t done, const std::optional<Value>& read) const {
    std::optional<Value> newest = initial_;
    for (std::size_t i = 0; i < steps_.size(); ++i) {
      if ((done >> i & 1) == 0 || steps_[i].is_read) continue;
      if (!newest || steps_[i].value->at > newest->at) newest = steps_[i].value;
    }
    if (hides_ && newest && newest->act == Act::kDelete) newest.reset();
    return newest == read;
  }

  std::optional<Value> initial_;
  bool hides_;
  std::vector<Step> steps_;
  std::vector<std::uint32_t> before_;
  std::uint32_t needed_ = 0;
  std::vector<bool> tried_;
};

}  // namespace

ItemHistory random_history(std::mt19937_64& random, bool hides_removals) {
  const auto below = [&](std::uint64_t bound) { return random() % bound; };
  static const std::array<std::string, 3> kClients{"a", "b", "c"};
  ItemHistory history;
  if (below(3) == 0) history.initial = value_of(below(3));
  const std::uint64_t operations = 1 + below(7), values = 2 + below(4), moments = 4 + below(12);
  for (std::uint64_t i = 0; i < operations; ++i) {
    const Moment start(below(moments));
    const Moment end = start + Moment(below(moments));
    const std::string& client = kClients[below(3)];
    if (below(2) == 0) {
      history.writes.push_back({client, value_of(below(values)), start, end, below(6) != 0, 0});
      continue;
    }
    std::optional<Value> shown;
    if (below(4) != 0) shown = value_of(below(values));
    if (hides_removals && shown && shown->act == Act::kDelete) shown.reset();
    history.reads.push_back({client, shown, start, end, 0, false});
  }
  return history;
}

bool some_order_explains(const ItemHistory& history, Moment staleness, bool hides_removals) {
  return Exhaustive(history, staleness, hides_removals).explains();
}

}  // namespace favsync::contract
