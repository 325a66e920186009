#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "contract_tests/finding.h"
#include "contract_tests/lab/account.h"
#include "contract_tests/walk/model.h"
#include "contract_tests/walk/walk.h"

namespace favsync::contract {

// A walk's items and dates, dealt out: fresh ones each time.
struct WalkCast {
  std::vector<std::string> items;
  std::vector<std::map<std::int64_t, Instant>> dates;  // by item, then by the walk's milliseconds
  std::vector<Write> array(const WalkStep& step) const;
};

// The partner on which walks are taken. Users are numbers as in WalkStep. In a certification it is
// the lab (lab_partner.h); tests have one in memory.
class WalkPartner {
 public:
  struct Answer {
    int exchange = 0;
    int status = 0;
  };
  struct Listed {
    int exchange = 0;
    State state;
  };
  virtual ~WalkPartner() = default;

  // Items that no experiment uses, with dates in the walk's order that are newer than what is
  // stored; checks that this holds. A finding when there are none.
  virtual OrFinding<WalkCast> cast(const Walk& walk) = 0;
  // What a user is known to have, to begin with.
  virtual State stored(std::size_t user) = 0;
  // A finding when there is no answer to judge.
  virtual OrFinding<Answer> post(std::size_t user, std::span<const Write> array) = 0;
  // The list when the settle time is over, or earlier when it is as expected.
  virtual OrFinding<Listed> read(std::size_t user) = 0;
};

// What came of a walk.
struct WalkOutcome {
  enum class Kind {
    kPassed,
    kWrongValue,  // a read showed what no rule allows: see `surprise`
    kRefused,     // a POST was not taken, and has nothing that may be refused: see `status`
    kCannotTell   // see `finding`: no answer, no item, the run was interrupted
  };
  Kind kind = Kind::kPassed;
  std::size_t step = 0;  // that showed it
  int status = 0;
  std::optional<WalkModel::Surprise> surprise;
  std::optional<Finding> finding;
  WalkCast cast;
  std::vector<int> exchanges;  // by step; 0 where nothing was sent

  bool failed() const { return kind == Kind::kWrongValue || kind == Kind::kRefused; }
  std::size_t requests() const;
};

// Takes the walk on fresh items and compares each read with the model; ends at the first surprise.
WalkOutcome take_walk(WalkPartner& partner, const Walk& walk);

}  // namespace favsync::contract
