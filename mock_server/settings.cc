#include "mock_server/settings.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mock_server/faults/spec_values.h"
#include "mock_server/strict_json.h"
#include "wire/duration.h"
#include "wire/quote.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;

constexpr std::array<std::string_view, 9> kTriggerSettings = {
    "on", "user", "nth", "every", "times", "probability", "after", "until", "while"};
constexpr std::uint64_t kMostRequests = 1'000'000'000;
constexpr auto kLongest = std::chrono::milliseconds(100 * 365 * 24h);
constexpr std::size_t kMaxNameBytes = 200;

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

template <typename Target, typename Value>
Status take(Target& target, const Result<Value>& value) {
  if (!value) return tl::unexpected(value.error());
  target = *value;
  return {};
}

Status take_name(std::string& target, std::string_view value) {
  if (value.empty() || value.size() > kMaxNameBytes) {
    return unexpected_text(fmt::format("1 to {} bytes", kMaxNameBytes), value);
  }
  target = value;
  return {};
}

}  // namespace

Result<Settings> split_settings(std::string_view text) {
  Settings settings;
  std::size_t start = 0;
  int depth = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    if (i < text.size()) {
      depth += text[i] == '(' ? 1 : text[i] == ')' ? -1 : 0;
      if (text[i] != ',' || depth > 0) continue;
    }
    const std::string_view setting = text.substr(start, i - start);
    start = i + 1;
    const std::size_t equals = std::min(setting.find('='), setting.size());
    const std::string_view name = setting.substr(0, equals);
    if (name.empty()) {
      return wrong(
          fmt::format("{}: expected NAME=VALUE,… such as status=503,on=POST, got an empty "
                      "name",
                      favsync::quoted(text)));
    }
    const bool repeated = std::any_of(settings.begin(), settings.end(),
                                      [&](const auto& known) { return known.first == name; });
    if (repeated) return wrong(fmt::format("{}: stands twice; keep one of them", name));
    settings.emplace_back(name, setting.substr(std::min(equals + 1, setting.size())));
  }
  return settings;
}

Result<Settings> json_settings(const nlohmann::json& object, std::string_view place,
                               std::span<const std::string_view> others) {
  if (!object.is_object()) return unexpected_value(place, "an object", object);
  Settings settings;
  for (const auto& [name, value] : object.items()) {
    if (std::find(others.begin(), others.end(), name) != others.end()) continue;
    if (value.is_string()) {
      settings.emplace_back(name, value.get<std::string>());
    } else if (value.is_number()) {
      settings.emplace_back(
          name, value.is_number_float() ? print_decimal(value.get<double>()) : value.dump());
    } else if (value.is_boolean() && value.get<bool>()) {
      settings.emplace_back(name, "");
    } else {
      return unexpected_value(member_place(place, name), "a string, a number or true", value);
    }
  }
  return settings;
}

std::span<const std::string_view> trigger_settings() {
  return kTriggerSettings;
}

Status set_trigger(Trigger& trigger, std::string_view name, std::string_view value) {
  if (name == "on") return take(trigger.on, read_on(value));
  if (name == "user") return take_name(trigger.user, value);
  if (name == "nth") return take(trigger.nth, read_count(value, 1, kMostRequests));
  if (name == "every") return take(trigger.every, read_count(value, 1, kMostRequests));
  if (name == "times") return take(trigger.times, read_count(value, 1, kMostRequests));
  if (name == "probability") return take(trigger.probability, read_probability(value));
  if (name == "after") return take(trigger.after, read_duration(value, kLongest));
  if (name == "until") return take(trigger.until, read_duration(value, kLongest));
  return take_name(trigger.while_state, value);
}

Status check_trigger(const Trigger& trigger) {
  if (trigger.nth && trigger.every) {
    return wrong("every: expected either \"nth\" or \"every\", got both");
  }
  if (trigger.until && *trigger.until <= trigger.after) {
    return wrong(fmt::format("until: expected later than after={}, got \"{}\"",
                             print_duration(trigger.after), print_duration(*trigger.until)));
  }
  return {};
}

void print_trigger(const Trigger& trigger, Settings& settings) {
  const auto add = [&](const char* name, std::string value) {
    settings.emplace_back(name, std::move(value));
  };
  if (trigger.on != On::kAny) add("on", std::string(to_string(trigger.on)));
  if (!trigger.user.empty()) add("user", trigger.user);
  if (trigger.nth) add("nth", std::to_string(*trigger.nth));
  if (trigger.every) add("every", std::to_string(*trigger.every));
  if (trigger.times) add("times", std::to_string(*trigger.times));
  if (trigger.probability) add("probability", print_decimal(*trigger.probability));
  if (trigger.after > 0ms) add("after", print_duration(trigger.after));
  if (trigger.until) add("until", print_duration(*trigger.until));
  if (!trigger.while_state.empty()) add("while", trigger.while_state);
}

std::string print_settings(const Settings& settings) {
  std::string text;
  for (const auto& [name, value] : settings) {
    if (!text.empty()) text += ',';
    text += name;
    if (!value.empty()) text.append("=").append(value);
  }
  return text;
}

}  // namespace favsync::mock
