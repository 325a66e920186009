#include "contract_tests/walk/runner.h"

#include <algorithm>
#include <array>

namespace favsync::contract {
namespace {

constexpr std::size_t kUsers = 2;

// One user's side of a walk.
struct Side {
  WalkModel model;
  std::vector<Write> last_array;
  bool last_was_accepted = false, has_posted = false;
};

class Journey {
 public:
  Journey(WalkPartner& partner, const Walk& walk) : partner_(partner), walk_(walk) {}

  WalkOutcome take() {
    auto cast = partner_.cast(walk_);
    if (!cast) return cannot_tell(std::move(cast.error()));
    outcome_.cast = std::move(*cast);
    for (std::size_t user = 0; user < (walk_.names_two_users() ? kUsers : 1); ++user) {
      const State stored = partner_.stored(user);
      for (const std::string& item : outcome_.cast.items) {
        if (const auto known = stored.find(item); known != stored.end()) {
          sides_[user].model.begin(item, known->second);
        }
      }
    }
    for (const WalkStep& step : walk_.steps) {
      outcome_.step = outcome_.exchanges.size();
      outcome_.exchanges.push_back(0);
      const bool goes_on = step.kind == WalkStep::Kind::kRead ? read(step) : post(step);
      if (!goes_on) break;
    }
    return std::move(outcome_);
  }

 private:
  WalkOutcome cannot_tell(Finding finding) {
    outcome_.kind = WalkOutcome::Kind::kCannotTell;
    outcome_.finding = std::move(finding);
    return std::move(outcome_);
  }

  bool post(const WalkStep& step) {
    Side& side = sides_[step.user];
    const bool again = step.kind == WalkStep::Kind::kResend;
    if (again && !side.has_posted) return true;
    if (!again) side.last_array = outcome_.cast.array(step);
    const std::vector<Write>& array = side.last_array;
    const bool may_be_refused =
        WalkModel::names_an_item_twice(array) || side.model.has_stale(array);
    const auto answer = partner_.post(step.user, array);
    if (!answer) {
      outcome_.kind = WalkOutcome::Kind::kCannotTell;
      outcome_.finding = answer.error();
      return false;
    }
    outcome_.exchanges.back() = answer->exchange;
    const bool accepted = answer->status / 100 == 2;
    if (!accepted && (answer->status / 100 != 4 || !may_be_refused)) {
      outcome_.kind = WalkOutcome::Kind::kRefused;
      outcome_.status = answer->status;
      return false;
    }
    // The same POST again changes nothing (§4.6), an equal date that was settled neither.
    if (!again || accepted != side.last_was_accepted) {
      accepted ? side.model.accepted(array) : side.model.refused(array);
    }
    side.last_was_accepted = accepted;
    side.has_posted = true;
    return true;
  }

  bool read(const WalkStep& step) {
    auto listed = partner_.read(step.user);
    if (!listed) {
      outcome_.kind = WalkOutcome::Kind::kCannotTell;
      outcome_.finding = std::move(listed.error());
      return false;
    }
    outcome_.exchanges.back() = listed->exchange;
    outcome_.surprise = sides_[step.user].model.look(listed->state);
    if (!outcome_.surprise) return true;
    outcome_.kind = WalkOutcome::Kind::kWrongValue;
    return false;
  }

  WalkPartner& partner_;
  const Walk& walk_;
  WalkOutcome outcome_;
  std::array<Side, kUsers> sides_;
};

}  // namespace

std::vector<Write> WalkCast::array(const WalkStep& step) const {
  std::vector<Write> array;
  for (const WalkWrite& write : step.writes) {
    array.push_back({items[write.item], {write.act, dates[write.item].at(write.at_ms)}});
  }
  return array;
}

std::size_t WalkOutcome::requests() const {
  return static_cast<std::size_t>(
      std::count_if(exchanges.begin(), exchanges.end(), [](int number) { return number != 0; }));
}

WalkOutcome take_walk(WalkPartner& partner, const Walk& walk) {
  return Journey(partner, walk).take();
}

}  // namespace favsync::contract
