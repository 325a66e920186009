#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

namespace favsync {

// What was last done to an item. On the wire exactly "ADD" or "DELETE". Source: §2.3.
enum class Action : std::uint8_t { kAdd, kDelete };

constexpr std::string_view to_string(Action action) {
  return action == Action::kAdd ? "ADD" : "DELETE";
}

// Exact match; anything else, other cases included, is no action.
constexpr std::optional<Action> parse_action(std::string_view text) {
  if (text == "ADD") return Action::kAdd;
  if (text == "DELETE") return Action::kDelete;
  return std::nullopt;
}

}  // namespace favsync
