#include "mock_server/script/step.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mock_server/faults/fault_spec.h"
#include "mock_server/faults/spec_values.h"
#include "mock_server/settings.h"
#include "mock_server/strict_json.h"
#include "wire/nearest_name.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using nlohmann::json;
using Names = std::span<const std::string_view>;

constexpr auto kLongest = std::chrono::milliseconds(100 * 365 * 24h);
constexpr std::int64_t kMaxLifetimeSeconds = 10LL * 366 * 24 * 3600;

constexpr std::array<std::string_view, 10> kVerbs = {
    "answers",     "adds",         "deletes",   "revokes",        "issues",
    "switches_on", "switches_off", "read_only", "advances_clock", "sets_state"};

tl::unexpected<Error> at(std::string_view place, std::string_view message) {
  return fail(ErrorCode::kMalformed, fmt::format("{}: {}", place, message));
}

// The verb alone and its text.
Result<std::string> lone_text(const json& value, const std::string& place, std::string_view verb) {
  const std::array<std::string_view, 1> names = {verb};
  if (Status known = expect_members(value, place, names, {}); !known) {
    return tl::unexpected(known.error());
  }
  return read_string(value, place, verb);
}

Result<Deed> read_edit(const json& value, const std::string& place, std::string_view verb,
                       Action action) {
  const std::array<std::string_view, 3> names = {verb, "user", "actionDate"};
  if (Status known = expect_members(value, place, Names(names).first(2), Names(names).last(1));
      !known) {
    return tl::unexpected(known.error());
  }
  Result<std::string> item = read_string(value, place, verb);
  if (!item) return tl::unexpected(item.error());
  Result<std::string> user = read_string(value, place, "user");
  if (!user) return tl::unexpected(user.error());
  EditFavorite edit{*std::move(user), *std::move(item), action, std::nullopt};
  if (value.contains("actionDate")) {
    const Result<std::string> date = read_string(value, place, "actionDate");
    if (!date) return tl::unexpected(date.error());
    const Result<Timestamp> instant = parse_strict_timestamp(*date);
    if (!instant) return at(member_place(place, "actionDate"), instant.error().message);
    edit.action_date = *instant;
  }
  return Deed(std::move(edit));
}

Result<Deed> read_issue(const json& value, const std::string& place) {
  static constexpr std::array<std::string_view, 3> kNames = {"issues", "user", "expires_in_s"};
  if (Status known = expect_members(value, place, Names(kNames).first(2), Names(kNames).last(1));
      !known) {
    return tl::unexpected(known.error());
  }
  Result<std::string> text = read_string(value, place, "issues");
  if (!text) return tl::unexpected(text.error());
  Result<UserToken> token = UserToken::make(*std::move(text));
  if (!token) return at(member_place(place, "issues"), token.error().message);
  Result<std::string> user = read_string(value, place, "user");
  if (!user) return tl::unexpected(user.error());
  IssueToken issue{*std::move(user), *std::move(token), std::nullopt};
  if (value.contains("expires_in_s")) {
    const auto seconds = read_integer(value, place, "expires_in_s", 0, kMaxLifetimeSeconds);
    if (!seconds) return tl::unexpected(seconds.error());
    issue.lifetime = std::chrono::seconds(*seconds);
  }
  return Deed(std::move(issue));
}

Result<Deed> read_switch(const json& value, const std::string& place, std::string_view verb,
                         bool on) {
  Result<std::string> id = lone_text(value, place, verb);
  if (!id) return tl::unexpected(id.error());
  if (find_behavior(*id) == nullptr) {
    std::vector<std::string_view> known;
    for (const Behavior& behavior : all_behaviors()) known.push_back(behavior.id);
    return at(member_place(place, verb),
              fmt::format("unknown quirk or defect \"{}\"{}", *id, did_you_mean(*id, known)));
  }
  return Deed(SwitchBehavior{*std::move(id), on});
}

Result<Deed> read_deed(const json& value, const std::string& place) {
  if (!value.is_object()) return unexpected_value(place, "an object with a verb", value);
  const auto verb = std::find_if(kVerbs.begin(), kVerbs.end(), [&](std::string_view name) {
    return value.contains(std::string(name));
  });
  if (verb == kVerbs.end()) {
    const std::string first = value.empty() ? std::string() : value.begin().key();
    const std::string hint = did_you_mean(first, kVerbs);
    return at(first.empty() ? place : member_place(place, first),
              hint.empty() ? fmt::format("expected one of {}", fmt::join(kVerbs, ", "))
                           : "unknown verb" + hint);
  }
  if (*verb == "adds") return read_edit(value, place, *verb, Action::kAdd);
  if (*verb == "deletes") return read_edit(value, place, *verb, Action::kDelete);
  if (*verb == "issues") return read_issue(value, place);
  if (*verb == "switches_on" || *verb == "switches_off") {
    return read_switch(value, place, *verb, *verb == "switches_on");
  }
  if (*verb == "answers") {
    const std::array<std::string_view, 1> names = {*verb};
    if (Status only = expect_members(value, place, names, {}); !only) {
      return tl::unexpected(only.error());
    }
    const std::string here = member_place(place, *verb);
    const Result<Fault> fault = read_fault(value.at(std::string(*verb)), here);
    if (!fault) return tl::unexpected(fault.error());
    Trigger bare = fault->trigger;
    if (fault->position.kind == Position::Kind::kPartialApply) bare.on = On::kAny;
    if (fault->is_of_connections() || bare != Trigger{}) {
      return at(here, "expected an effect alone: the step itself says on which requests");
    }
    return Deed(*fault);
  }
  if (*verb == "read_only") {
    const std::array<std::string_view, 1> names = {*verb};
    if (Status only = expect_members(value, place, names, {}); !only) {
      return tl::unexpected(only.error());
    }
    const Result<bool> read_only = read_bool(value, place, *verb);
    if (!read_only) return tl::unexpected(read_only.error());
    return Deed(SetReadOnly{*read_only});
  }
  Result<std::string> text = lone_text(value, place, *verb);
  if (!text) return tl::unexpected(text.error());
  if (*verb == "revokes") return Deed(RevokeToken{*std::move(text)});
  if (*verb == "sets_state") return Deed(SetState{*std::move(text)});
  const auto by = read_duration(*text, kLongest);
  if (!by) return at(member_place(place, *verb), by.error().message);
  return Deed(AdvanceClock{*by});
}

Status read_deeds(const json& value, const std::string& place, Step& step) {
  const bool alone = !value.is_array();
  if (!alone && value.empty()) return unexpected_value(place, "at least one deed", value);
  for (std::size_t i = 0; i < (alone ? 1 : value.size()); ++i) {
    Result<Deed> deed =
        read_deed(alone ? value : value.at(i), alone ? place : element_place(place, i));
    if (!deed) return tl::unexpected(deed.error());
    const bool is_answer = std::holds_alternative<Fault>(*deed);
    if (is_answer && step.at) {
      return at(alone ? place : element_place(place, i),
                "\"answers\" is of steps on requests; at that time there is none to answer");
    }
    step.deeds.push_back(*std::move(deed));
  }
  return {};
}

Status read_trigger(const json& value, const std::string& place, Step& step) {
  static constexpr std::array<std::string_view, 3> kOthers = {"at", "do", "optional"};
  const Result<Settings> settings = json_settings(value, place, kOthers);
  if (!settings) return tl::unexpected(settings.error());
  for (const auto& [name, text] : *settings) {
    if (step.at) {
      return at(member_place(place, name),
                "is of steps on requests; \"at\" alone says when this one acts");
    }
    if (const Status set = set_trigger(step.trigger, name, text); !set) {
      return at(member_place(place, name), set.error().message);
    }
  }
  if (const Status fits = check_trigger(step.trigger); !fits) {
    return at(place, fits.error().message);
  }
  if (!step.trigger.times && !step.trigger.every && !step.trigger.probability) {
    step.trigger.times = 1;
  }
  return {};
}

}  // namespace

bool Step::answers() const {
  return std::any_of(deeds.begin(), deeds.end(), [](const Deed& deed) {
    const auto* fault = std::get_if<Fault>(&deed);
    return fault != nullptr && fault->has_effect();
  });
}

Result<Step> read_step(const json& value, const std::string& place) {
  std::vector<std::string_view> optional = {"at", "optional"};
  optional.insert(optional.end(), trigger_settings().begin(), trigger_settings().end());
  static constexpr std::array<std::string_view, 1> kRequired = {"do"};
  if (Status known = expect_members(value, place, kRequired, optional); !known) {
    return tl::unexpected(known.error());
  }
  Step step;
  step.text = value.dump();
  if (value.contains("at")) {
    const Result<std::string> text = read_string(value, place, "at");
    if (!text) return tl::unexpected(text.error());
    const auto moment = read_duration(*text, kLongest);
    if (!moment) return at(member_place(place, "at"), moment.error().message);
    step.at = *moment;
  }
  if (value.contains("optional")) {
    const Result<bool> is_optional = read_bool(value, place, "optional");
    if (!is_optional) return tl::unexpected(is_optional.error());
    step.optional = *is_optional;
  }
  if (Status trigger = read_trigger(value, place, step); !trigger) {
    return tl::unexpected(trigger.error());
  }
  if (Status deeds = read_deeds(value.at("do"), member_place(place, "do"), step); !deeds) {
    return tl::unexpected(deeds.error());
  }
  return step;
}

Result<Step> parse_step(std::string_view text) {
  const Result<json> value = parse_strict_json(text);
  if (!value) return tl::unexpected(value.error());
  return read_step(*value, "step");
}

}  // namespace favsync::mock
