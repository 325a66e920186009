#include "mock_server/admin_json.h"

#include <algorithm>

#include <nlohmann/json.hpp>

namespace favsync::mock {
namespace {

using Json = nlohmann::ordered_json;

Json favorite_json(const Favorite& favorite) {
  return {{"item", favorite.item},
          {"actionDate", to_string(favorite.action_date)},
          {"action", to_string(favorite.action)}};
}

Json summary_json(const UserSummary& user) {
  return {
      {"name", user.name}, {"tokens", user.tokens}, {"adds", user.adds}, {"deletes", user.deletes}};
}

Json decision_json(const Decision& decision) {
  Json json = favorite_json(decision.favorite);
  json["verdict"] = to_string(decision.verdict);
  json["before"] = nullptr;
  if (decision.before) {
    json["before"] = {{"actionDate", to_string(decision.before->action_date)},
                      {"action", to_string(decision.before->action)}};
  }
  if (!decision.why.empty()) json["why"] = decision.why;
  return json;
}

}  // namespace

Json users_json(const PartnerState& state) {
  Json users = Json::array();
  for (const UserSummary& user : state.summaries()) users.push_back(summary_json(user));
  return {{"users", std::move(users)}};
}

Json user_json(const PartnerApi& partner, const UserSummary& user) {
  Json json = summary_json(user);
  json["favorites"] = Json::array();
  if (const UserPtr found = partner.state().find_user(user.name)) {
    for (const Favorite& row : found->favorites().rows())
      json["favorites"].push_back(favorite_json(row));
  }
  return json;
}

Json state_json(const PartnerApi& partner) {
  Json users = Json::array();
  for (const UserSummary& user : partner.state().summaries()) {
    users.push_back(user_json(partner, user));
  }
  return {{"auth", to_string(partner.auth())},
          {"read_only", partner.is_read_only()},
          {"quirks", partner.active(BehaviorKind::kQuirk)},
          {"defects", partner.active(BehaviorKind::kDefect)},
          {"users", std::move(users)}};
}

Json exchange_json(const Exchange& exchange) {
  Json json = {{"number", exchange.number},
               {"received", to_string(exchange.received)},
               {"phase", to_string(exchange.phase)},
               {"connection", exchange.connection},
               {"method", exchange.method},
               {"path", exchange.path},
               {"query", exchange.query},
               {"user", exchange.user},
               {"token", exchange.token},
               {"status", exchange.status},
               {"body_bytes", exchange.body_bytes},
               {"reply_bytes", exchange.reply_bytes},
               {"handling_us", exchange.handling.count() / 1000}};
  json["behaviors"] = exchange.behaviors;
  json["faults"] = exchange.faults;
  json["steps"] = exchange.steps;
  json["decisions"] = Json::array();
  for (const Decision& decision : exchange.decisions) {
    json["decisions"].push_back(decision_json(decision));
  }
  if (!exchange.why.empty()) json["why"] = exchange.why;
  if (!exchange.refused_body.empty()) json["refused_body"] = exchange.refused_body;
  return json;
}

Json counts_json(const JournalCounts& counts) {
  return {{"received", counts.received},
          {"evicted", counts.evicted},
          {"held", counts.held},
          {"bytes", counts.bytes}};
}

Json behaviors_json(const PartnerApi& partner, BehaviorKind kind) {
  const std::vector<std::string_view> active = partner.active(kind);
  Json list = Json::array();
  for (const Behavior& behavior : all_behaviors()) {
    if (behavior.kind != kind) continue;
    Json json = {{"id", behavior.id},
                 {"active", std::find(active.begin(), active.end(), behavior.id) != active.end()},
                 {"fired", partner.fired(behavior.id)},
                 {"clause", behavior.clause},
                 {"breaks", to_string(behavior.breaks)},
                 {"story", behavior.story}};
    if (!behavior.cure.empty()) json["cure"] = behavior.cure;
    list.push_back(std::move(json));
  }
  return {{plural(kind), std::move(list)}};
}

std::string_view plural(BehaviorKind kind) {
  return kind == BehaviorKind::kQuirk ? "quirks" : "defects";
}

std::string print_json(const Json& json) {
  return json.dump(-1, ' ', false, Json::error_handler_t::replace);
}

}  // namespace favsync::mock
