#include "mock_server/behaviors.h"

#include <algorithm>

#include <fmt/format.h>

#include "mock_server/behaviors/themes.h"
#include "wire/nearest_name.h"
#include "wire/quote.h"

namespace favsync::mock {

std::string_view to_string(BehaviorKind kind) {
  return kind == BehaviorKind::kQuirk ? "quirk" : "defect";
}

std::string_view to_string(Breaks breaks) {
  switch (breaks) {
    case Breaks::kNothing:
      return "nothing";
    case Breaks::kShould:
      return "should";
    case Breaks::kMust:
      return "must";
  }
  return "nothing";
}

std::span<const Behavior> all_behaviors() {
  static const std::vector<Behavior> all = [] {
    std::vector<Behavior> list;
    for (const auto theme :
         {token_defects(), user_defects(), date_defects(), printed_date_defects(), merge_defects(),
          item_defects(), body_defects(), write_defects(), race_and_restart_defects(),
          list_defects(), list_form_defects(), merge_edge_defects(), request_defects(),
          answer_defects(), printing_quirks(), answer_quirks(), refusal_quirks()}) {
      list.insert(list.end(), theme.begin(), theme.end());
    }
    return list;
  }();
  return all;
}

std::vector<std::string_view> behavior_ids(BehaviorKind kind) {
  std::vector<std::string_view> ids;
  for (const Behavior& behavior : all_behaviors()) {
    if (behavior.kind == kind) ids.push_back(behavior.id);
  }
  return ids;
}

const Behavior* find_behavior(std::string_view id) {
  const auto all = all_behaviors();
  const auto found = std::find_if(all.begin(), all.end(),
                                  [&](const Behavior& behavior) { return behavior.id == id; });
  return found == all.end() ? nullptr : &*found;
}

Result<const Behavior*> look_up_behavior(BehaviorKind kind, std::string_view id) {
  const Behavior* behavior = find_behavior(id);
  if (behavior == nullptr) {
    const std::vector<std::string_view> ids = behavior_ids(kind);
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("unknown {} {}{}", to_string(kind), favsync::quoted(id),
                            did_you_mean(id, ids)));
  }
  if (behavior->kind != kind) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("\"{}\" is a {}, not a {}; list it among the {}s", id,
                            to_string(behavior->kind), to_string(kind), to_string(behavior->kind)));
  }
  return behavior;
}

}  // namespace favsync::mock
