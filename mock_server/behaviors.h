#pragma once

#include <span>
#include <string_view>
#include <vector>

#include "mock_server/behaviors/hooks.h"
#include "wire/result.h"

namespace favsync::mock {

// A quirk is odd but legal: the suite must stay green. A defect breaks a clause: the suite must go
// red.
enum class BehaviorKind { kQuirk, kDefect };
std::string_view to_string(BehaviorKind kind);  // "quirk", "defect"

// The most that a behaviour breaks. A quirk that breaks a SHOULD passes with a warning.
enum class Breaks { kNothing, kShould, kMust };
std::string_view to_string(Breaks breaks);  // "nothing", "should", "must"

// One way in which a partner can differ from the plain honest one: data and, as a rule, one hook.
// The list is closed, so that the kill matrix is whole; ids are words and never change.
struct Behavior {
  std::string_view id = {};  // "restamps-on-post"
  BehaviorKind kind = BehaviorKind::kDefect;
  std::string_view clause = {};  // that it breaks, or that leaves it free: "4.2"
  Breaks breaks = Breaks::kMust;
  std::string_view story = {};  // what the partner does, in one sentence
  std::string_view cure = {};   // of a defect: the likely cause, to ask its developer; else empty
  Hooks hooks = {};
  bool needs_read_only = false;  // shows only on a read-only partner
};

// All of them, defects first, in an order that does not change within a build.
std::span<const Behavior> all_behaviors();
std::vector<std::string_view> behavior_ids(BehaviorKind kind);

// Null when there is none.
const Behavior* find_behavior(std::string_view id);
// Errors: kInvalidArgument for an id that is unknown or of the other kind, with a "did you mean".
[[nodiscard]] Result<const Behavior*> look_up_behavior(BehaviorKind kind, std::string_view id);

}  // namespace favsync::mock
