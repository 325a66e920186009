#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace favsync {

// The name that `text` most likely meant: the one with the fewest edits (insert, remove, replace or
// swap of neighbours; case counts little), or nothing when none is near. For "did you mean".
std::optional<std::string_view> nearest_name(std::string_view text,
                                             std::span<const std::string_view> names);

// `; did you mean "NAME"?`, or an empty text when no name is near.
std::string did_you_mean(std::string_view text, std::span<const std::string_view> names);

}  // namespace favsync
