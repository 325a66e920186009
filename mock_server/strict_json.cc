#include "mock_server/strict_json.h"

#include <algorithm>
#include <set>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "wire/nearest_name.h"
#include "wire/quote.h"

namespace favsync::mock {
namespace {

using nlohmann::json;

std::string describe(const json& value) {
  switch (value.type()) {
    case json::value_t::null:
      return "null";
    case json::value_t::object:
      return "an object";
    case json::value_t::array:
      return fmt::format("an array of {}", value.size());
    case json::value_t::string:
      return favsync::quoted(value.get_ref<const std::string&>());
    default:
      return value.dump();
  }
}

std::string named(std::string_view place) {
  return place.empty() ? "the document" : std::string(place);
}

// Follows the parser through the document to know where it is, and notes the first repeated member.
class RepeatedMembers {
 public:
  bool operator()(int, json::parse_event_t event, json& parsed) {
    switch (event) {
      case json::parse_event_t::object_start:
        levels_.push_back({});
        break;
      case json::parse_event_t::key: {
        const auto& name = parsed.get_ref<const std::string&>();
        if (!levels_.back().insert(name).second && !repeated_) repeated_ = name;
        break;
      }
      case json::parse_event_t::object_end:
        levels_.pop_back();
        break;
      default:
        break;
    }
    return true;
  }
  const std::optional<std::string>& repeated() const { return repeated_; }

 private:
  std::vector<std::set<std::string>> levels_;
  std::optional<std::string> repeated_;
};

std::string position(std::string_view text, std::size_t byte) {
  const std::string_view before = text.substr(0, std::min(byte == 0 ? 0 : byte - 1, text.size()));
  const auto line = 1 + std::count(before.begin(), before.end(), '\n');
  const std::size_t start = before.rfind('\n');
  const std::size_t column = before.size() - (start == std::string_view::npos ? 0 : start + 1) + 1;
  return fmt::format("line {}, column {}", line, column);
}

// The parser's own sentence without its prefix of number and place.
std::string reason(std::string_view what) {
  const std::size_t colon = what.find(": ");
  return std::string(colon == std::string_view::npos ? what : what.substr(colon + 2));
}

}  // namespace

Result<json> parse_strict_json(std::string_view text) {
  RepeatedMembers members;
  try {
    json parsed = json::parse(text.begin(), text.end(), std::ref(members), true, true);
    if (members.repeated()) {
      return fail(ErrorCode::kMalformed,
                  fmt::format("member {} stands twice in one object; keep one of them",
                              favsync::quoted(*members.repeated())));
    }
    return parsed;
  } catch (const json::parse_error& error) {
    return fail(ErrorCode::kMalformed,
                fmt::format("{}: not JSON: {}", position(text, error.byte), reason(error.what())));
  }
}

Status expect_members(const json& value, std::string_view place,
                      std::span<const std::string_view> required,
                      std::span<const std::string_view> optional) {
  if (!value.is_object()) return unexpected_value(place, "an object", value);
  std::vector<std::string_view> known(required.begin(), required.end());
  known.insert(known.end(), optional.begin(), optional.end());
  for (const auto& [name, unused] : value.items()) {
    if (std::find(known.begin(), known.end(), name) != known.end()) continue;
    const std::string hint = did_you_mean(name, known);
    return fail(
        ErrorCode::kMalformed,
        fmt::format("{}: unknown member{}", member_place(place, name),
                    hint.empty() ? fmt::format("; known are {}", fmt::join(known, ", ")) : hint));
  }
  for (const std::string_view name : required) {
    if (value.contains(name)) continue;
    return fail(ErrorCode::kMalformed,
                fmt::format("{}: member \"{}\" is missing", named(place), name));
  }
  return {};
}

Result<std::string> read_string(const json& object, std::string_view place,
                                std::string_view member) {
  const json& value = object.at(std::string(member));
  if (!value.is_string() || value.get_ref<const std::string&>().empty()) {
    return unexpected_value(member_place(place, member), "a string that is not empty", value);
  }
  return value.get<std::string>();
}

Result<bool> read_bool(const json& object, std::string_view place, std::string_view member) {
  const json& value = object.at(std::string(member));
  if (!value.is_boolean()) {
    return unexpected_value(member_place(place, member), "true or false", value);
  }
  return value.get<bool>();
}

Result<std::int64_t> read_integer(const json& object, std::string_view place,
                                  std::string_view member, std::int64_t least, std::int64_t most) {
  const json& value = object.at(std::string(member));
  const bool too_large = value.is_number_unsigned() &&
                         value.get<std::uint64_t>() > static_cast<std::uint64_t>(INT64_MAX);
  if (!value.is_number_integer() || too_large || value.get<std::int64_t>() < least ||
      value.get<std::int64_t>() > most) {
    return unexpected_value(member_place(place, member),
                            fmt::format("a whole number from {} to {}", least, most), value);
  }
  return value.get<std::int64_t>();
}

Result<const json*> read_array(const json& object, std::string_view place,
                               std::string_view member) {
  const auto found = object.find(std::string(member));
  if (found == object.end()) return nullptr;
  if (!found->is_array()) return unexpected_value(member_place(place, member), "an array", *found);
  return &*found;
}

std::string member_place(std::string_view place, std::string_view member) {
  return place.empty() ? std::string(member) : fmt::format("{}.{}", place, member);
}

std::string element_place(std::string_view place, std::size_t index) {
  return fmt::format("{}[{}]", place, index);
}

tl::unexpected<Error> unexpected_value(std::string_view place, std::string_view expected,
                                       const json& got) {
  return fail(ErrorCode::kMalformed,
              fmt::format("{}: expected {}, got {}", named(place), expected, describe(got)));
}

}  // namespace favsync::mock
