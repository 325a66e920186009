#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json_fwd.hpp>

#include "wire/favorite.h"

namespace favsync::mock {

// What a partner lets pass that reads a body carelessly. Everything else is read strictly.
struct Leniency {
  bool missing_action_adds = false;
  bool missing_date_is_now = false;
  bool other_action_deletes = false;  // any string, null or number that is not "ADD"
  bool dates_carry = false;           // 30 February is 2 March, month 13 is January
  bool lone_object = false;           // {…} for [{…}]
};

// The body as JSON without the contract's rules; a discarded value when it is no JSON or nested
// deeper than 64.
nlohmann::json raw_json(std::string_view body);
// How deep brackets and braces nest, those in strings not counted.
std::size_t nesting(std::string_view body);

// One element of the array; nothing when it cannot be read even so. `now` stands in for a date.
std::optional<Favorite> read_element(const nlohmann::json& element, const Leniency& leniency,
                                     const Timestamp& now);
// The whole body; nothing when any element cannot be read.
std::optional<std::vector<Favorite>> read_carelessly(std::string_view body,
                                                     const Leniency& leniency,
                                                     const Timestamp& now);

}  // namespace favsync::mock
