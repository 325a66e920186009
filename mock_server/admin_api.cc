#include "mock_server/admin_api.h"

#include <algorithm>
#include <charconv>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <unistd.h>
#include <nlohmann/json.hpp>

#include "mock_server/admin_direction.h"
#include "mock_server/admin_json.h"
#include "mock_server/admin_reply.h"
#include "mock_server/director.h"
#include "mock_server/partner_api.h"
#include "wire/nearest_name.h"
#include "wire/quote.h"
#include "wire/text_encoding.h"

namespace favsync::mock {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::string_view kRoot = "/__admin";
constexpr std::string_view kRoutes[] = {"/__admin/health",        "/__admin/users",
                                        "/__admin/state",         "/__admin/state/users/NAME",
                                        "/__admin/journal",       "/__admin/quirks",
                                        "/__admin/defects",       "/__admin/scenario",
                                        "/__admin/faults",        "/__admin/faults/ID",
                                        "/__admin/script",        "/__admin/script/state",
                                        "/__admin/clock",         "/__admin/clock/advance",
                                        "/__admin/holds",         "/__admin/holds/NAME",
                                        "/__admin/read_only",     "/__admin/reset/all",
                                        "/__admin/reset/journal", "/__admin/reset/users/NAME",
                                        "/__admin/reset/faults",  "/__admin/reset/clock"};

AdminReply no_such_route(std::string_view path) {
  return refuse({.where = "path",
                 .expected = fmt::format("one of {}", fmt::join(kRoutes, ", ")),
                 .got = favsync::quoted(path),
                 .hint = did_you_mean(path, kRoutes),
                 .status = 404});
}

AdminReply no_such_user(const PartnerApi& partner, std::string_view name) {
  const std::vector<UserPtr> users = partner.state().users();
  std::vector<std::string_view> names;
  for (const UserPtr& user : users) names.push_back(user->name());
  return refuse({.where = "path",
                 .expected = "the name of a user; GET /__admin/users lists them",
                 .got = favsync::quoted(name),
                 .hint = did_you_mean(name, names),
                 .status = 404});
}

// The part of the path behind `prefix`, decoded; nothing when the path is another or does not
// decode.
std::optional<std::string> name_behind(std::string_view path, std::string_view prefix) {
  if (!path.starts_with(prefix) || path.size() == prefix.size()) return std::nullopt;
  return percent_decode(path.substr(prefix.size()), PlusSign::kItself);
}

std::optional<UserSummary> find_summary(const PartnerApi& partner, std::string_view name) {
  for (UserSummary& user : partner.state().summaries()) {
    if (user.name == name) return std::move(user);
  }
  return std::nullopt;
}

AdminReply one_user(const PartnerApi& partner, std::string_view name) {
  const std::optional<UserSummary> user = find_summary(partner, name);
  if (!user) return no_such_user(partner, name);
  return answer(user_json(partner, *user));
}

bool read_number(std::string_view text, auto& number) {
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  return error == std::errc() && stop == text.data() + text.size();
}

// Takes one `name=value` of the journal's query; a complaint when it is not understood.
std::optional<Complaint> take_parameter(std::string_view name, std::string value,
                                        JournalQuery& query) {
  static constexpr std::string_view kNames[] = {"user",   "endpoint", "method", "path", "item",
                                                "status", "phase",    "after",  "limit"};
  const std::string where = fmt::format("query parameter {}", name);
  if (name == "user")
    query.user = std::move(value);
  else if (name == "endpoint")
    query.path = "/" + value;
  else if (name == "path")
    query.path = std::move(value);
  else if (name == "method")
    query.method = std::move(value);
  else if (name == "item")
    query.item = std::move(value);
  else if (name == "status") {
    int status = 0;
    if (!read_number(value, status))
      return Complaint{where, "an HTTP status", favsync::quoted(value)};
    query.status = status;
  } else if (name == "phase") {
    query.phase = parse_phase(value);
    if (!query.phase) {
      return Complaint{where, "received, decided, committed, sent or aborted",
                       favsync::quoted(value)};
    }
  } else if (name == "after" || name == "limit") {
    std::uint64_t number = 0;
    if (!read_number(value, number))
      return Complaint{where, "a whole number from 0", favsync::quoted(value)};
    if (name == "after")
      query.after = number;
    else
      query.limit = number;
  } else {
    return Complaint{"query", fmt::format("one of {}", fmt::join(kNames, ", ")),
                     favsync::quoted(name), did_you_mean(name, kNames)};
  }
  return std::nullopt;
}

AdminReply journal(const PartnerApi& partner, std::string_view query_text) {
  JournalQuery query;
  while (!query_text.empty()) {
    const std::string_view pair = query_text.substr(0, query_text.find('&'));
    query_text.remove_prefix(std::min(query_text.size(), pair.size() + 1));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto value = percent_decode(pair.substr(std::min(equals + 1, pair.size())), PlusSign::kSpace);
    if (!value) return refuse({"query", "percent-encoded UTF-8", favsync::quoted(pair)});
    if (auto wrong = take_parameter(pair.substr(0, equals), std::move(*value), query)) {
      return refuse(*wrong);
    }
  }
  Json exchanges = Json::array();
  for (const Exchange& exchange : partner.journal().find(query)) {
    exchanges.push_back(exchange_json(exchange));
  }
  Json json = {{"exchanges", std::move(exchanges)}};
  json.update(counts_json(partner.journal().counts()));
  return answer(json);
}

AdminReply activate(PartnerApi& partner, BehaviorKind kind, std::string_view body) {
  const Json json = Json::parse(body, nullptr, false);
  const std::string expected = R"({"active":["id", …]})";
  if (!json.is_object()) return refuse({"body", expected, favsync::quoted(body)});
  for (const auto& [member, value] : json.items()) {
    if (member != "active")
      return refuse({"body", "the member \"active\" alone", favsync::quoted(member)});
  }
  if (!json.contains("active") || !json["active"].is_array()) {
    return refuse({"body.active", "an array of ids", favsync::quoted(body)});
  }
  std::vector<std::string> ids;
  for (const Json& id : json["active"]) {
    const std::string where = fmt::format("body.active[{}]", ids.size());
    if (!id.is_string()) return refuse({where, "an id", favsync::quoted(print_json(id))});
    ids.push_back(id.get<std::string>());
    const std::vector<std::string_view> known = behavior_ids(kind);
    if (std::find(known.begin(), known.end(), ids.back()) == known.end()) {
      return refuse({where, fmt::format("the id of a {}", to_string(kind)),
                     favsync::quoted(ids.back()), did_you_mean(ids.back(), known)});
    }
  }
  if (const Status done = partner.activate(kind, ids); !done) {
    return refuse({"body.active", "ids that can be active together", done.error().message});
  }
  return answer(behaviors_json(partner, kind));
}

AdminReply health(const PartnerApi& partner, const ServerFacts& facts) {
  const auto uptime = std::chrono::duration_cast<std::chrono::milliseconds>(
      std::chrono::steady_clock::now() - facts.started);
  return answer({{"status", "ok"},
                 {"instance", facts.instance},
                 {"partner", facts.partner_url},
                 {"admin", facts.admin_url},
                 {"pid", ::getpid()},
                 {"uptime_ms", uptime.count()},
                 {"connections", facts.open_connections},
                 {"requests", partner.journal().counts().received},
                 {"users", partner.state().users().size()},
                 {"read_only", partner.is_read_only()}});
}

std::optional<BehaviorKind> kind_of(std::string_view path) {
  if (path == "/quirks") return BehaviorKind::kQuirk;
  if (path == "/defects") return BehaviorKind::kDefect;
  return std::nullopt;
}

// The methods of a route; empty when there is no such route.
std::string_view methods_of(std::string_view path) {
  if (path.starts_with("/reset/users/") || path == "/reset/all" || path == "/reset/journal") {
    return "POST";
  }
  if (path == "/scenario") return "GET, PUT";
  if (kind_of(path)) return "GET, PUT";
  if (const std::string_view methods = direction_methods(path); !methods.empty()) return methods;
  const bool known = path.empty() || path == "/" || path == "/health" || path == "/users" ||
                     path == "/state" || path.starts_with("/state/users/") || path == "/journal";
  return known ? "GET" : "";
}

}  // namespace

AdminApi::AdminApi(PartnerApi& partner, std::function<ServerFacts()> facts,
                   std::function<void()> drop_stalled)
    : partner_(partner), facts_(std::move(facts)), drop_stalled_(std::move(drop_stalled)) {}

AdminReply AdminApi::handle(const AdminRequest& request) {
  std::string_view path = request.path;
  if (path != kRoot && !path.starts_with("/__admin/")) return no_such_route(path);
  path.remove_prefix(kRoot.size());
  const std::string_view methods = methods_of(path);
  if (methods.empty()) return no_such_route(request.path);
  const std::string_view method = request.method == "HEAD" ? "GET" : request.method;
  if (methods.find(method) == std::string_view::npos) {
    AdminReply reply =
        refuse({"method", std::string(methods), favsync::quoted(request.method), "", 405});
    reply.allow = methods;
    return reply;
  }
  partner_.director().catch_up();
  if (!direction_methods(path).empty()) {
    return handle_direction(partner_, {method, path, request.query, request.body});
  }
  if (path == "/health") return health(partner_, facts_());
  if (path == "/users") return answer(users_json(partner_.state()));
  if (path == "/state") return answer(state_json(partner_));
  if (path == "/journal") return journal(partner_, request.query);
  if (path == "/scenario") {
    if (method == "PUT") {
      Result<Scenario> scenario = parse_scenario(request.body, "body");
      if (!scenario) return refuse("body", "a scenario", scenario.error());
      partner_.load(*std::move(scenario));
      drop_stalled_();
    }
    return {.status = 200, .body = print_scenario(*partner_.scenario()) + "\n", .allow = {}};
  }
  if (const auto name = name_behind(path, "/state/users/")) return one_user(partner_, *name);
  if (const auto kind = kind_of(path)) {
    if (method == "GET") return answer(behaviors_json(partner_, *kind));
    return activate(partner_, *kind, request.body);
  }
  if (path == "/reset/all") {
    partner_.reset_all();
    drop_stalled_();
    return answer(state_json(partner_));
  }
  if (path == "/reset/journal") {
    partner_.reset_journal();
    return answer(counts_json(partner_.journal().counts()));
  }
  if (const auto name = name_behind(path, "/reset/users/")) {
    if (!partner_.reset_user(*name)) return no_such_user(partner_, *name);
    if (const auto user = find_summary(partner_, *name)) return answer(user_json(partner_, *user));
    return answer({{"name", *name}, {"removed", true}});  // the scenario does not have that user
  }
  if (!path.empty() && path != "/") return no_such_route(request.path);
  return answer({{"routes", kRoutes}});
}

}  // namespace favsync::mock
