#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "sync_engine/item_state.h"
#include "wire/result.h"

namespace favsync {

// Who stays where both sides hold the same date and different actions.
enum class TiePolicy : std::uint8_t {
  kLocal,  // the local item, as the article's strict "newer" reads; nothing is sent; can stay apart
  kBaseAware,  // rows R6 to R8: whoever changed since the last agreement; agrees with any partner
  kJoin,       // the removal; agrees only with partners that take equal dates or do the same
};

// "local", "base-aware", "join". Errors: kInvalidArgument, naming the three.
[[nodiscard]] Result<TiePolicy> parse_tie_policy(std::string_view text);
std::string_view to_string(TiePolicy policy);

// What a merge needs to know besides the values. The defaults are the article's own words.
struct MergePolicy {
  TiePolicy ties = TiePolicy::kLocal;
  Timestamp now;  // the backend's time, for judging dates in the future
  // A date taken from the partner beyond now + this is flagged `far_future`; at least 0.
  std::chrono::nanoseconds future_warning = std::chrono::hours{24};
  // A date beyond now + this is not taken until its time has come (R9). None: everything is taken.
  std::optional<std::chrono::nanoseconds> max_future;
  // The grain in which the partner keeps dates: both sides are compared rounded down to it. 0
  // compares exactly. Set it for a partner that is known to drop milliseconds, which breaks §2.5.
  std::chrono::nanoseconds partner_tick{0};
};

// What became of one item. The names printed by to_string are stable.
enum class Outcome : std::uint8_t {
  kPulled,       // R1, R3: the partner's action and date were taken
  kKept,         // R4: the local item is newer
  kSame,         // R5: both sides hold the same
  kAbsent,       // R2: the partner does not list the item, which says nothing
  kTieKept,      // equal dates, different actions: the local item stayed (a conflict)
  kTieTaken,     // equal dates, different actions: the partner's was taken (a conflict)
  kQuarantined,  // R9: too far in the future, not taken
};
std::string_view to_string(Outcome outcome);

// What a merge does to one item. Small and without values, so that a million fit in memory.
struct Decision {
  Outcome outcome = Outcome::kSame;
  bool adopt = false;       // the local item becomes the incoming one
  bool agree = false;       // the base becomes the local item (after adoption)
  bool push = false;        // the local item is to be sent, where the partner can be written to
  bool regressed = false;   // pushed again although the partner had once agreed to this very value
  bool far_future = false;  // the incoming date is beyond now + future_warning

  friend bool operator==(const Decision&, const Decision&) = default;
};

// Decides one item from what stands here (`local`), what both sides last agreed on (`base`) and
// what the partner now lists (`incoming`). Pure. At least one of `local` and `incoming` is given;
// `base` only with `local`. With v = local, p = incoming, "clean" meaning v = base:
//   R1  no v, any p        take p, a DELETE too, as a tombstone                          §5.1
//   R2  v, no p            v stays: an absence is no removal. Sent if not clean          §5.2, §5.3
//   R3  p newer            take p, whatever the two actions                              §5.1
//   R4  p older            v stays and is sent                                           §5.2, §5.3
//   R5  same date, action  nothing to do: this is the partner's acknowledgement          §5.5
//   R6  tie, clean         kLocal: v stays, not sent. kBaseAware: take p (the partner changed its
//   mind
//                          within one tick). kJoin: the DELETE stays; sent if it is v    rulings,
//                          ties
//   R7  tie, v DELETE, not clean   kLocal: v stays, not sent. Others: v stays and is sent
//   R8  tie, v ADD, not clean      kLocal: v stays, not sent. Others: take p
//   R9  p beyond now + max_future  nothing changes, nothing is sent                      rulings,
//   future
// R10, an item that cannot be read, is decided as R2 by the caller passing no `incoming`.
Decision reconcile(const std::optional<ItemState>& local, const std::optional<ItemState>& base,
                   const std::optional<ItemState>& incoming, const MergePolicy& policy);

}  // namespace favsync
