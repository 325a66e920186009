#include "mock_server/behaviors/raw_body.h"

#include <algorithm>
#include <cstdio>

#include <nlohmann/json.hpp>

#include "mock_server/behaviors/calendar.h"

namespace favsync::mock {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxNesting = 64;

// A date in the contract's form whose fields may be out of range.
std::optional<Timestamp> read_carrying_date(const std::string& text) {
  WallTime wall;
  long long year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0;
  int used = 0;
  const int fields = std::sscanf(text.c_str(), "%4lld-%2lld-%2lldT%2lld:%2lld:%2lld%n", &year,
                                 &month, &day, &hour, &minute, &second, &used);
  if (fields != 6 || month < 1 || day < 1 || text.back() != 'Z') return std::nullopt;
  wall = {year, month, day, hour, minute, second, 0};
  std::uint32_t nanoseconds = 0;
  std::uint32_t weight = 100'000'000;
  std::size_t at = static_cast<std::size_t>(used);
  if (text[at] == '.') {
    for (++at; text[at] >= '0' && text[at] <= '9'; ++at, weight /= 10) {
      nanoseconds += static_cast<std::uint32_t>(text[at] - '0') * weight;
    }
  }
  if (at + 1 != text.size()) return std::nullopt;
  wall.nanoseconds = nanoseconds;
  return moment_of(wall);
}

std::optional<Action> read_action(const json& element, const Leniency& leniency) {
  const auto found = element.find("action");
  if (found == element.end()) {
    return leniency.missing_action_adds ? std::optional(Action::kAdd) : std::nullopt;
  }
  if (found->is_string()) {
    if (const auto action = parse_action(found->get_ref<const std::string&>())) return action;
  }
  return leniency.other_action_deletes ? std::optional(Action::kDelete) : std::nullopt;
}

std::optional<Timestamp> read_date(const json& element, const Leniency& leniency,
                                   const Timestamp& now) {
  const auto found = element.find("actionDate");
  const bool is_text = found != element.end() && found->is_string();
  if (is_text) {
    const auto& text = found->get_ref<const std::string&>();
    if (const auto instant = parse_strict_timestamp(text)) return *instant;
    if (leniency.dates_carry && !text.empty()) {
      if (const auto instant = read_carrying_date(text)) return instant;
    }
  }
  return leniency.missing_date_is_now ? std::optional(now) : std::nullopt;
}

}  // namespace

std::size_t nesting(std::string_view body) {
  std::size_t depth = 0, deepest = 0;
  bool in_string = false;
  for (std::size_t i = 0; i < body.size(); ++i) {
    const char c = body[i];
    if (in_string) {
      if (c == '\\') ++i;
      if (c == '"') in_string = false;
    } else if (c == '"') {
      in_string = true;
    } else if (c == '[' || c == '{') {
      deepest = std::max(deepest, ++depth);
    } else if ((c == ']' || c == '}') && depth > 0) {
      --depth;
    }
  }
  return deepest;
}

json raw_json(std::string_view body) {
  if (nesting(body) > kMaxNesting) return json(json::value_t::discarded);
  return json::parse(body.begin(), body.end(), nullptr, false);
}

std::optional<Favorite> read_element(const json& element, const Leniency& leniency,
                                     const Timestamp& now) {
  if (!element.is_object()) return std::nullopt;
  const auto item = element.find("item");
  if (item == element.end() || !item->is_string()) return std::nullopt;
  const auto action = read_action(element, leniency);
  const auto date = read_date(element, leniency, now);
  if (item->get_ref<const std::string&>().empty() || !action || !date) return std::nullopt;
  return Favorite{item->get<std::string>(), *action, *date};
}

std::optional<std::vector<Favorite>> read_carelessly(std::string_view body,
                                                     const Leniency& leniency,
                                                     const Timestamp& now) {
  json document = raw_json(body);
  if (leniency.lone_object && document.is_object()) document = json::array({std::move(document)});
  if (!document.is_array()) return std::nullopt;
  std::vector<Favorite> favorites;
  for (const json& element : document) {
    const auto favorite = read_element(element, leniency, now);
    if (!favorite) return std::nullopt;
    favorites.push_back(*favorite);
  }
  return favorites;
}

}  // namespace favsync::mock
