#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "mock_server/behaviors.h"
#include "mock_server/faults/fault.h"
#include "mock_server/trigger.h"
#include "wire/favorite.h"
#include "wire/result.h"
#include "wire/user_token.h"

namespace favsync::mock {

// What a step does; the JSON verb stands behind each.
struct EditFavorite {  // "adds", "deletes": as the user does on the partner's own site
  std::string user, item;
  Action action = Action::kAdd;
  std::optional<Timestamp> action_date;  // absent: the moment of the step, in whole milliseconds
};
struct RevokeToken {  // "revokes"
  std::string token;
};
struct IssueToken {  // "issues"
  std::string user;
  UserToken token;
  std::optional<std::chrono::seconds> lifetime;
};
struct SwitchBehavior {  // "switches_on", "switches_off"
  std::string id;
  bool on = true;
};
struct SetReadOnly {  // "read_only"
  bool read_only = true;
};
struct AdvanceClock {  // "advances_clock"
  std::chrono::milliseconds by{0};
};
struct SetState {  // "sets_state"
  std::string state;
};
using Deed = std::variant<Fault /* "answers" */, EditFavorite, RevokeToken, IssueToken,
                          SwitchBehavior, SetReadOnly, AdvanceClock, SetState>;

// One step of a script: on which requests, or when, and what then. A value.
struct Step {
  std::optional<std::chrono::milliseconds> at;  // a time step, from the start; else a request step
  // Of a request step. It acts once unless "times", "every" or "probability" says otherwise.
  Trigger trigger;
  std::vector<Deed> deeds;  // at least one, in this order
  bool optional = false;    // it is no mistake when it never acts
  std::string text;         // as it was written, without comments: JSON on one line

  // Whether it decides the answer: of several such steps one acts on a request.
  bool answers() const;
};

// Reads one step. Errors: kMalformed with the place, and a "did you mean".
[[nodiscard]] Result<Step> read_step(const nlohmann::json& value, const std::string& place);

// The same from text. Errors: also what is no JSON.
[[nodiscard]] Result<Step> parse_step(std::string_view text);

}  // namespace favsync::mock
