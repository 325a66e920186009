#include "mock_server/admin_direction.h"

#include <algorithm>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mock_server/admin_json.h"
#include "mock_server/admin_reply.h"
#include "mock_server/director.h"
#include "mock_server/faults/fault_spec.h"
#include "mock_server/faults/spec_values.h"
#include "mock_server/partner_api.h"
#include "mock_server/strict_json.h"
#include "wire/nearest_name.h"
#include "wire/quote.h"
#include "wire/text_encoding.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;
using Json = nlohmann::ordered_json;
using nlohmann::json;
using Names = std::span<const std::string_view>;

constexpr auto kLongestAdvance = std::chrono::milliseconds(100 * 365 * 24h);
constexpr auto kLongestWait = std::chrono::milliseconds(60s);
constexpr std::size_t kMaxFaults = 1000, kMaxSteps = 10'000;

Json fault_status_json(const FaultStatus& status) {
  return {{"id", status.id},
          {"spec", print_fault(status.fault)},
          {"fault", fault_json(status.fault)},
          {"seen", status.seen},
          {"fired", status.fired}};
}

Json faults_json(const PartnerApi& partner) {
  Json list = Json::array();
  for (const FaultStatus& status : partner.director().faults()) {
    list.push_back(fault_status_json(status));
  }
  return {{"faults", std::move(list)}};
}

Json script_json(const PartnerApi& partner) {
  Json list = Json::array();
  for (const StepStatus& step : partner.director().steps()) {
    Json one = {{"place", step.place},       {"step", Json::parse(step.text)},
                {"seen", step.seen},         {"fired", step.fired},
                {"consumed", step.consumed}, {"optional", step.optional}};
    if (!step.trouble.empty()) one["trouble"] = step.trouble;
    list.push_back(std::move(one));
  }
  return {{"state", partner.director().script_state()},
          {"steps", std::move(list)},
          {"unconsumed", partner.director().unconsumed()}};
}

Json clock_json(const PartnerApi& partner) {
  const VirtualClock& clock = partner.clock();
  return {{"mode", clock.is_frozen() ? "frozen" : "real"},
          {"now", to_string(clock.now())},
          {"offset_ms", clock.shift().count()},
          {"since_start_ms", partner.director().since_start().count()}};
}

Json hold_json(const Hold& hold) {
  return {{"name", hold.name()},
          {"on", to_string(hold.on())},
          {"user", hold.user()},
          {"position", to_string(hold.position())},
          {"state", to_string(hold.state())},
          {"exchange", hold.exchange()}};
}

Json holds_json(const PartnerApi& partner) {
  Json list = Json::array();
  for (const HoldPtr& hold : partner.director().holds().all()) list.push_back(hold_json(*hold));
  return {{"holds", std::move(list)}};
}

Json read_only_json(const PartnerApi& partner) {
  return {{"read_only", partner.is_read_only()}};
}

// A member of the body, which is an object of exactly the required and perhaps the optional ones.
Result<json> read_body(std::string_view body, Names required, Names optional = {}) {
  Result<json> document = parse_strict_json(body);
  if (!document) return document;
  if (Status known = expect_members(*document, "body", required, optional); !known) {
    return tl::unexpected(known.error());
  }
  return document;
}

AdminReply put_faults(PartnerApi& partner, std::string_view body) {
  static constexpr std::string_view kMembers[] = {"faults"};
  const Result<json> document = read_body(body, kMembers);
  constexpr std::string_view kForm = R"({"faults":[FAULT, …]})";
  if (!document) return refuse("body", kForm, document.error());
  const Result<const json*> list = read_array(*document, "body", "faults");
  if (!list) return refuse("body.faults", kForm, list.error());
  if ((*list)->size() > kMaxFaults) {
    return refuse(
        {"body.faults", fmt::format("at most {}", kMaxFaults), std::to_string((*list)->size())});
  }
  std::vector<Fault> faults;
  for (std::size_t i = 0; i < (*list)->size(); ++i) {
    const std::string place = element_place("body.faults", i);
    const Result<Fault> fault = read_fault((*list)->at(i), place);
    if (!fault) return refuse(place, "a fault", fault.error());
    faults.push_back(*fault);
  }
  // The same again is no change: counters go on.
  std::vector<Fault> before;
  for (const FaultStatus& status : partner.director().faults()) before.push_back(status.fault);
  if (faults != before) partner.director().set_faults(faults);
  return answer(faults_json(partner));
}

AdminReply post_fault(PartnerApi& partner, std::string_view body) {
  const Result<json> document = parse_strict_json(body);
  if (!document) return refuse("body", "a fault", document.error());
  const Result<Fault> fault = read_fault(*document, "body");
  if (!fault) return refuse("body", "a fault", fault.error());
  if (partner.director().faults().size() >= kMaxFaults) {
    return refuse({"body", fmt::format("at most {} faults", kMaxFaults), "one more"});
  }
  partner.director().add_fault(*fault);
  return answer(faults_json(partner));
}

AdminReply one_fault(PartnerApi& partner, const AdminRequest& request) {
  const std::string_view id = request.path.substr(request.path.rfind('/') + 1);
  const std::vector<FaultStatus> faults = partner.director().faults();
  const auto known =
      std::find_if(faults.begin(), faults.end(), [&](const auto& fault) { return fault.id == id; });
  if (known == faults.end()) {
    return refuse({"path", "the id of a fault that is set; GET /__admin/faults lists them",
                   favsync::quoted(id), "", 404});
  }
  if (request.method == "GET") return answer(fault_status_json(*known));
  partner.director().remove_fault(id);
  return answer(faults_json(partner));
}

AdminReply faults(PartnerApi& partner, const AdminRequest& request) {
  if (request.method == "PUT") return put_faults(partner, request.body);
  if (request.method == "POST") return post_fault(partner, request.body);
  if (request.method == "DELETE") partner.director().set_faults({});
  return answer(faults_json(partner));
}

AdminReply script(PartnerApi& partner, const AdminRequest& request) {
  if (request.method == "GET") return answer(script_json(partner));
  const Result<json> document = parse_strict_json(request.body);
  if (!document) return refuse("body", "a step", document.error());
  Result<Step> step = read_step(*document, "body");
  if (!step) return refuse("body", "a step", step.error());
  if (partner.director().steps().size() >= kMaxSteps) {
    return refuse({"body", fmt::format("at most {} steps", kMaxSteps), "one more"});
  }
  partner.director().add_step(*std::move(step));
  partner.director().catch_up();
  return answer(script_json(partner));
}

AdminReply script_state(PartnerApi& partner, std::string_view body) {
  static constexpr std::string_view kMembers[] = {"state"};
  const Result<json> document = read_body(body, kMembers);
  constexpr std::string_view kForm = R"({"state":"NAME"})";
  if (!document) return refuse("body", kForm, document.error());
  Result<std::string> state = read_string(*document, "body", "state");
  if (!state) return refuse("body.state", "a name", state.error());
  partner.director().set_script_state(*std::move(state));
  return answer(script_json(partner));
}

AdminReply put_clock(PartnerApi& partner, std::string_view body) {
  static constexpr std::string_view kMembers[] = {"clock"};
  const Result<json> document = read_body(body, kMembers);
  constexpr std::string_view kForm = R"({"clock":"real", "real@DATE", "frozen" or "frozen@DATE"})";
  if (!document) return refuse("body", kForm, document.error());
  const Result<std::string> text = read_string(*document, "body", "clock");
  if (!text) return refuse("body.clock", kForm, text.error());
  const Result<ClockSetting> setting = parse_clock_setting(*text);
  if (!setting) return refuse("body.clock", kForm, setting.error());
  partner.director().set_clock(*setting);
  return answer(clock_json(partner));
}

AdminReply advance_clock(PartnerApi& partner, std::string_view body) {
  static constexpr std::string_view kMembers[] = {"by", "to"};
  const Result<json> document = read_body(body, {}, kMembers);
  constexpr std::string_view kForm = R"({"by":"5m"} or {"to":"2026-03-14T08:00:00.000Z"})";
  if (!document) return refuse("body", kForm, document.error());
  if (document->size() != 1) return refuse({"body", std::string(kForm), favsync::quoted(body)});
  const bool is_by = document->contains("by");
  const std::string where = is_by ? "body.by" : "body.to";
  const Result<std::string> text = read_string(*document, "body", is_by ? "by" : "to");
  if (!text) return refuse(where, kForm, text.error());
  std::chrono::milliseconds by{0};
  if (is_by) {
    const auto read = read_duration(*text, kLongestAdvance);
    if (!read) return refuse({where, "a duration such as 5m", favsync::quoted(*text)});
    by = *read;
  } else {
    const Result<Timestamp> moment = parse_strict_timestamp(*text);
    if (!moment) return refuse(where, "a date-time", moment.error());
    by = std::chrono::milliseconds(moment->unix_millis() - partner.clock().now().unix_millis());
    // Where it is already past that moment there is nothing to do: the same call again is no error.
    by = std::clamp<std::chrono::milliseconds>(by, 0ms, kLongestAdvance);
  }
  partner.director().advance_clock(by);
  return answer(clock_json(partner));
}

AdminReply post_hold(PartnerApi& partner, std::string_view body) {
  static constexpr std::string_view kMembers[] = {"on", "name", "user", "position"};
  constexpr std::string_view kForm = R"({"on":"POST"}, and perhaps "name", "user", "position")";
  const Result<json> document = read_body(body, Names(kMembers).first(1), Names(kMembers).last(3));
  if (!document) return refuse("body", kForm, document.error());
  std::string text[4];
  for (std::size_t i = 0; i < 4; ++i) {
    if (!document->contains(std::string(kMembers[i]))) continue;
    Result<std::string> read = read_string(*document, "body", kMembers[i]);
    if (!read) return refuse(member_place("body", kMembers[i]), kForm, read.error());
    text[i] = *std::move(read);
  }
  const Result<On> on = read_on(text[0]);
  if (!on) return refuse("body.on", "ANY, GET or POST", on.error());
  Position position;
  if (!text[3].empty()) {
    const Result<Position> read = read_position(text[3]);
    if (!read || read->kind == Position::Kind::kPartialApply) {
      return refuse({"body.position", "before_apply or after_apply", favsync::quoted(text[3])});
    }
    position = *read;
  }
  if (partner.director().hold(text[1], *on, text[2], position) == nullptr) {
    return refuse({"body", fmt::format("at most {} holds", Holds::kMaxHolds), "one more"});
  }
  return answer(holds_json(partner));
}

// `wait=5s`, or nothing.
Result<std::chrono::milliseconds> read_wait(std::string_view query) {
  if (query.empty()) return 0ms;
  constexpr std::string_view kWait = "wait=";
  if (query.starts_with(kWait)) return read_duration(query.substr(kWait.size()), kLongestWait);
  return unexpected_text("wait=DURATION", query);
}

AdminReply one_hold(PartnerApi& partner, const AdminRequest& request) {
  constexpr std::string_view kPrefix = "/holds/";
  const auto name = percent_decode(request.path.substr(kPrefix.size()), PlusSign::kItself);
  const HoldPtr hold = name ? partner.director().holds().find(*name) : nullptr;
  if (hold == nullptr) {
    return refuse({"path", "the name of a hold; GET /__admin/holds lists them",
                   favsync::quoted(name.value_or(std::string(request.path))), "", 404});
  }
  if (request.method == "DELETE") {
    partner.director().release(hold->name());
  } else {
    const auto wait = read_wait(request.query);
    if (!wait) return refuse("query", "wait=DURATION, at most 60s", wait.error());
    if (*wait > 0ms) (void)hold->wait_until_held(*wait);
  }
  return answer(hold_json(*hold));
}

AdminReply put_read_only(PartnerApi& partner, std::string_view body) {
  static constexpr std::string_view kMembers[] = {"read_only"};
  const Result<json> document = read_body(body, kMembers);
  if (!document) return refuse("body", R"({"read_only":true})", document.error());
  const Result<bool> read_only = read_bool(*document, "body", "read_only");
  if (!read_only) return refuse("body.read_only", "true or false", read_only.error());
  partner.set_read_only(*read_only);
  return answer(read_only_json(partner));
}

}  // namespace

std::string_view direction_methods(std::string_view path) {
  if (path == "/faults") return "GET, PUT, POST, DELETE";
  if (path.starts_with("/faults/")) return "GET, DELETE";
  if (path == "/script" || path == "/holds") return "GET, POST";
  if (path == "/script/state") return "PUT";
  if (path == "/clock" || path == "/read_only") return "GET, PUT";
  if (path.starts_with("/holds/")) return "GET, DELETE";
  if (path == "/clock/advance" || path == "/reset/faults" || path == "/reset/clock") return "POST";
  return "";
}

AdminReply handle_direction(PartnerApi& partner, const AdminRequest& request) {
  const std::string_view path = request.path;
  const bool is_get = request.method == "GET";
  if (path == "/faults") return faults(partner, request);
  if (path.starts_with("/faults/")) return one_fault(partner, request);
  if (path == "/script") return script(partner, request);
  if (path == "/script/state") return script_state(partner, request.body);
  if (path == "/clock") {
    return is_get ? answer(clock_json(partner)) : put_clock(partner, request.body);
  }
  if (path == "/clock/advance") return advance_clock(partner, request.body);
  if (path == "/holds") {
    return is_get ? answer(holds_json(partner)) : post_hold(partner, request.body);
  }
  if (path.starts_with("/holds/")) return one_hold(partner, request);
  if (path == "/read_only") {
    return is_get ? answer(read_only_json(partner)) : put_read_only(partner, request.body);
  }
  if (path == "/reset/faults") {
    partner.reset_faults();
    return answer(faults_json(partner));
  }
  partner.reset_clock();
  return answer(clock_json(partner));
}

}  // namespace favsync::mock
