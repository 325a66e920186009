#include "mock_server/faults/fault_spec.h"

#include <algorithm>
#include <optional>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mock_server/faults/fault_kinds.h"
#include "mock_server/faults/spec_values.h"
#include "mock_server/strict_json.h"
#include "wire/duration.h"
#include "wire/nearest_name.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;

constexpr auto kLongestRetry = std::chrono::milliseconds(24h * 366);

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

Status expect_no_value(std::string_view value) {
  if (value.empty()) return {};
  return unexpected_text("no value", value);
}

// Makes one effect of a setting; the value has been split off.
Result<Effect> read_effect(std::string_view name, std::string_view value) {
  const auto of = [](const auto& number, auto make) -> Result<Effect> {
    if (!number) return tl::unexpected(number.error());
    return Effect(make(*number));
  };
  if (name == "status") {
    return of(read_count(value, 200, 599), [](std::uint64_t code) {
      return AnswerStatus{static_cast<int>(code), {}, false};
    });
  }
  if (name == "truncate")
    return of(read_bytes(value), [](std::size_t bytes) { return Truncate{bytes}; });
  if (name == "stall") return of(read_bytes(value), [](std::size_t bytes) { return Stall{bytes}; });
  if (name == "drip") return of(read_rate(value), [](std::uint32_t rate) { return Drip{rate}; });
  if (name == "oversize")
    return of(read_bytes(value), [](std::size_t bytes) { return Oversize{bytes}; });
  if (name == "slow-accept")
    return of(read_duration(value, std::chrono::milliseconds(24h)),
              [](std::chrono::milliseconds delay) { return SlowAccept{delay}; });
  if (name == "garbage") {
    if (value.empty()) return Effect(Garbage{});
    if (const auto none = read_bytes(value); none && *none == 0) {
      return unexpected_text("a size from 1B", value);
    }
    return of(read_bytes(value), [](std::size_t bytes) { return Garbage{bytes}; });
  }
  if (name == "close") {
    if (value.empty() || value == "before-headers") return Effect(Close{false});
    if (value == "after-headers") return Effect(Close{true});
    return unexpected_text("before-headers or after-headers", value);
  }
  if (const Status none = expect_no_value(value); !none) return tl::unexpected(none.error());
  if (name == "reset") return Effect(Reset{});
  if (name == "hang") return Effect(Hang{});
  return Effect(BadChunk{});
}

// Collects the settings of one fault.
class Reader {
 public:
  Status take(std::string_view name, std::string_view value) {
    const FaultKind* kind = find_fault_kind(name);
    if (kind != nullptr && !kind->alias_of.empty()) {
      if (const Status none = expect_no_value(value); !none) return none;
      const std::string_view real = kind->alias_of;
      const std::size_t equals = std::min(real.find('='), real.size());
      return take(real.substr(0, equals), real.substr(std::min(equals + 1, real.size())));
    }
    if (name == "latency") {
      const Result<Latency> latency = read_latency(value);
      if (!latency) return tl::unexpected(latency.error());
      fault_.latency = *latency;
      return {};
    }
    if (kind != nullptr) return take_effect(*kind, value);
    if (name == "retry-after" || name == "retry-after-date") return take_retry(name, value);
    if (name == "position") {
      const Result<Position> position = read_position(value);
      if (!position) return tl::unexpected(position.error());
      position_ = *position;
      return {};
    }
    const auto triggers = trigger_settings();
    if (std::find(triggers.begin(), triggers.end(), name) != triggers.end()) {
      if (name == "on") has_on_ = true;
      return set_trigger(fault_.trigger, name, value);
    }
    const std::vector<std::string_view> known = fault_setting_names();
    const std::string hint = did_you_mean(name, known);
    return wrong(fmt::format("unknown setting{}",
                             hint.empty() ? "; `favsync list faults` shows what there is" : hint));
  }

  Result<Fault> finish() {
    if (!fault_.latency && !fault_.has_effect()) {
      return wrong(
          "expected an effect such as latency=200ms, status=503 or reset, got none; "
          "`favsync list faults` shows what there is");
    }
    if (retry_after_) {
      auto* status = std::get_if<AnswerStatus>(&fault_.effect);
      if (status == nullptr) return wrong("retry-after: expected beside status=CODE, got none");
      if (!retry_as_date_ && retry_after_->count() % 1000 != 0) {
        return wrong(fmt::format("retry-after: expected whole seconds, got \"{}\"",
                                 print_duration(*retry_after_)));
      }
      status->retry_after = retry_after_;
      status->as_date = retry_as_date_;
    }
    if (const Status fits = check_trigger(fault_.trigger); !fits) {
      return tl::unexpected(fits.error());
    }
    if (fault_.is_of_connections()) return finish_connection();
    const FaultKind* kind = find_fault_kind(effect_.empty() ? "latency" : effect_);
    fault_.position = position_.value_or(*read_position(kind->position));
    if (fault_.position.kind == Position::Kind::kPartialApply) {
      if (has_on_ && fault_.trigger.on != On::kPost) {
        return wrong(fmt::format("position: {} needs on=POST, got on={}",
                                 to_string(fault_.position), to_string(fault_.trigger.on)));
      }
      fault_.trigger.on = On::kPost;
    }
    return fault_;
  }

 private:
  Status take_effect(const FaultKind& kind, std::string_view value) {
    if (!effect_.empty()) {
      return wrong(fmt::format("expected one effect beside a latency, got \"{}\" too", effect_));
    }
    Result<Effect> effect = read_effect(kind.id, value);
    if (!effect) return tl::unexpected(effect.error());
    fault_.effect = *effect;
    effect_ = kind.id;
    return {};
  }

  Status take_retry(std::string_view name, std::string_view value) {
    if (retry_after_) return wrong("expected either retry-after or retry-after-date, got both");
    const auto duration = read_duration(value, kLongestRetry);
    if (!duration) return tl::unexpected(duration.error());
    retry_after_ = *duration;
    retry_as_date_ = name == "retry-after-date";
    return {};
  }

  // A connection has neither endpoint nor user yet, and no write.
  Result<Fault> finish_connection() {
    if (has_on_ || !fault_.trigger.user.empty() || position_ || fault_.latency) {
      return wrong(
          "slow-accept: is of connections, so it goes with nth, every, times, probability, "
          "after, until and while, but not with on, user, position or latency");
    }
    return fault_;
  }

  Fault fault_;
  std::string_view effect_;
  std::optional<Position> position_;
  std::optional<std::chrono::milliseconds> retry_after_;
  bool retry_as_date_ = false, has_on_ = false;
};

Result<Fault> from_settings(const Settings& settings) {
  Reader reader;
  for (const auto& [name, value] : settings) {
    if (const Status taken = reader.take(name, value); !taken) {
      return wrong(fmt::format("{}: {}", name, taken.error().message));
    }
  }
  return reader.finish();
}

struct PrintEffect {
  Settings& settings;
  void add(const char* name, std::string value = {}) const {
    settings.emplace_back(name, std::move(value));
  }
  void operator()(const std::monostate&) const {}
  void operator()(const AnswerStatus& answer) const {
    add("status", std::to_string(answer.status));
    if (!answer.retry_after) return;
    add(answer.as_date ? "retry-after-date" : "retry-after", print_duration(*answer.retry_after));
  }
  void operator()(const Reset&) const { add("reset"); }
  void operator()(const Close& close) const {
    add("close", close.after_headers ? "after-headers" : "before-headers");
  }
  void operator()(const Hang&) const { add("hang"); }
  void operator()(const Truncate& cut) const { add("truncate", print_bytes(cut.bytes)); }
  void operator()(const Stall& cut) const { add("stall", print_bytes(cut.bytes)); }
  void operator()(const Drip& drip) const {
    add("drip", print_bytes(drip.bytes_per_second) + "/s");
  }
  void operator()(const Garbage& garbage) const { add("garbage", print_bytes(garbage.bytes)); }
  void operator()(const Oversize& size) const { add("oversize", print_bytes(size.bytes)); }
  void operator()(const BadChunk&) const { add("bad-chunk"); }
  void operator()(const SlowAccept& slow) const { add("slow-accept", print_duration(slow.delay)); }
};

Settings settings_of(const Fault& fault) {
  Settings settings;
  if (fault.latency) settings.emplace_back("latency", print_latency(*fault.latency));
  std::visit(PrintEffect{settings}, fault.effect);
  if (!fault.is_of_connections()) settings.emplace_back("position", to_string(fault.position));
  print_trigger(fault.trigger, settings);
  return settings;
}

}  // namespace

Result<Fault> parse_fault(std::string_view text) {
  const Result<Settings> settings = split_settings(text);
  if (!settings) return tl::unexpected(settings.error());
  return from_settings(*settings);
}

Result<Fault> read_fault(const nlohmann::json& value, std::string_view place) {
  Result<Fault> fault = tl::unexpected(Error{});
  if (value.is_string()) {
    fault = parse_fault(value.get_ref<const std::string&>());
  } else {
    const Result<Settings> settings = json_settings(value, place);
    if (!settings) return tl::unexpected(settings.error());
    fault = from_settings(*settings);
  }
  if (fault) return fault;
  return fail(ErrorCode::kMalformed, fmt::format("{}: {}", place, fault.error().message));
}

std::string print_fault(const Fault& fault) {
  return print_settings(settings_of(fault));
}

nlohmann::ordered_json fault_json(const Fault& fault) {
  auto json = nlohmann::ordered_json::object();
  for (const auto& [name, value] : settings_of(fault)) {
    if (value.empty()) {
      json[name] = true;
    } else {
      json[name] = value;
    }
  }
  return json;
}

}  // namespace favsync::mock
