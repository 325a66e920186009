// The search behind check_with_hidden_removals: what does each read of nothing stand for?
#include <algorithm>
#include <vector>

#include "contract_tests/history/max_register.h"

namespace favsync::contract {
namespace {

class Search {
 public:
  Search(const ItemHistory& history, Moment staleness, std::size_t most_steps)
      : whole_(history), partial_(history), staleness_(staleness), steps_left_(most_steps) {
    partial_.reads.clear();
    for (std::size_t i = 0; i < history.reads.size(); ++i) {
      const RecordedRead& read = history.reads[i];
      if (read.value) {
        take(read, i);
      } else {
        open_.push_back(i);
      }
    }
    // Early reads first: a wrong meaning shows soon.
    std::stable_sort(open_.begin(), open_.end(), [&](std::size_t a, std::size_t b) {
      return history.reads[a].start < history.reads[b].start;
    });
    list_meanings();
  }

  JudgedHistory run() {
    JudgedHistory judged = check();
    if (judged.verdict != HistoryVerdict::kLegal) return judged;
    const bool found = assign(0);
    if (found) return {};
    if (steps_left_ == 0) return {HistoryVerdict::kUnknown, std::nullopt};
    return {HistoryVerdict::kIllegal, std::move(last_offence_)};
  }

 private:
  void take(const RecordedRead& read, std::size_t index) {
    partial_.reads.push_back(read);
    taken_.push_back(index);
  }

  void list_meanings() {
    const auto add = [&](const std::optional<Value>& value) {
      if (std::find(meanings_.begin(), meanings_.end(), value) == meanings_.end()) {
        meanings_.push_back(value);
      }
    };
    if (!whole_.initial) add(std::nullopt);
    if (whole_.initial && whole_.initial->act == Act::kDelete) add(whole_.initial);
    std::vector<Value> removals;
    for (const RecordedWrite& write : whole_.writes) {
      if (write.value.act == Act::kDelete) removals.push_back(write.value);
    }
    std::sort(removals.begin(), removals.end(),
              [](const Value& a, const Value& b) { return a.at < b.at; });
    for (const Value& removal : removals) add(removal);
  }

  // Offences name reads by their place in the whole history.
  void rename(Offence& offence) const {
    for (Operation* operation : {&offence.first, &offence.second}) {
      if (operation->kind == Operation::Kind::kRead) operation->index = taken_[operation->index];
    }
  }

  JudgedHistory check() {
    --steps_left_;
    JudgedHistory judged = check_max_register(partial_, staleness_);
    if (judged.offence) rename(*judged.offence);
    return judged;
  }

  // A part that is impossible stays so whatever is added: only possible parts are gone on with.
  bool assign(std::size_t next) {
    if (next == open_.size()) return true;
    if (meanings_.empty()) {
      last_offence_ =
          Offence{"stale-read", {}, {Operation::Kind::kRead, open_[next]}, std::nullopt};
      return false;
    }
    for (const auto& meaning : meanings_) {
      if (steps_left_ == 0) return false;
      RecordedRead read = whole_.reads[open_[next]];
      read.value = meaning;
      take(read, open_[next]);
      JudgedHistory judged = check();
      const bool possible = judged.verdict == HistoryVerdict::kLegal;
      if (possible && assign(next + 1)) return true;
      if (!possible) last_offence_ = std::move(judged.offence);
      partial_.reads.pop_back();
      taken_.pop_back();
    }
    return false;
  }

  const ItemHistory& whole_;
  ItemHistory partial_;
  std::vector<std::size_t> taken_, open_;  // places of reads in the whole history
  std::vector<std::optional<Value>> meanings_;
  std::optional<Offence> last_offence_;
  const Moment staleness_;
  std::size_t steps_left_;
};

}  // namespace

JudgedHistory check_with_hidden_removals(const ItemHistory& history, Moment staleness,
                                         std::size_t most_steps) {
  return Search(history, staleness, std::max<std::size_t>(1, most_steps)).run();
}

}  // namespace favsync::contract
