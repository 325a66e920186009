#include "mock_server/test_partner.h"

#include <nlohmann/json.hpp>

#include "wire/favorites_codec.h"

namespace favsync::mock {
namespace {

// 2026-11-24T09:00:00.500Z, a Tuesday in winter.
const Timestamp kNow = Timestamp::from_unix(1'795'510'800, 500'000'000);

}  // namespace

Scenario TestPartner::scenario() {
  return parse_scenario(R"({"users": [
    {"name": "alice",
     "tokens": ["alice-token-0001", "alice-token-0002",
                {"token": "alice-token-dead", "expires_in_s": 0}],
     "favorites": [
      {"item": "session_1", "actionDate": "2017-05-02T10:45:12.798Z", "action": "ADD"},
      {"item": "session_2", "actionDate": "2017-05-03T12:15:00.128Z", "action": "DELETE"},
      {"item": "session_3", "actionDate": "2026-11-23T18:30:40.250Z", "action": "ADD"}]},
    {"name": "bob", "tokens": ["bob-token-7777"], "favorites": [
      {"item": "session_1", "actionDate": "2026-11-20T20:00:00.001Z", "action": "ADD"}]},
    {"name": "carol", "tokens": ["carol-token"], "favorites": [
      {"item": "session_9", "actionDate": "2026-11-21T10:11:12.130Z", "action": "ADD"}]},
    {"name": "dave", "tokens": ["dave-token"]}]})",
                        "test scenario")
      .value();
}

TestPartner::TestPartner(Scenario beginning, std::vector<std::string> behaviors)
    : clock_(kNow), api_(std::move(beginning), {.clock = &clock_, .journal = {}}) {
  for (const BehaviorKind kind : {BehaviorKind::kDefect, BehaviorKind::kQuirk}) {
    std::vector<std::string> ids;
    for (const std::string& id : behaviors) {
      if (find_behavior(id)->kind == kind) ids.push_back(id);
    }
    if (!ids.empty()) (void)api_.activate(kind, ids);  // known: found above
  }
}

PartnerReply TestPartner::begin(std::string_view method, std::string_view path,
                                std::string_view token, std::string_view body,
                                const Headers& headers) {
  const std::string authorization = "Bearer " + std::string(token);
  PartnerRequest request;
  request.method = method;
  const std::size_t mark = path.find('?');
  request.path = path.substr(0, mark);
  if (mark != std::string_view::npos) request.query = path.substr(mark + 1);
  if (!token.empty()) request.headers.emplace_back("Authorization", authorization);
  for (const auto& [name, value] : headers) request.headers.emplace_back(name, value);
  request.body = body;
  request.connection = connection;
  return api_.handle(request);
}

PartnerReply TestPartner::send(std::string_view method, std::string_view path,
                               std::string_view token, std::string_view body,
                               const Headers& headers) {
  PartnerReply reply = begin(method, path, token, body, headers);
  if (reply.before_send) reply.before_send();
  return reply;
}

std::string favorite_json(std::string_view item, std::string_view date, std::string_view action) {
  return nlohmann::ordered_json{{"item", item}, {"actionDate", date}, {"action", action}}.dump();
}

std::optional<std::vector<Favorite>> listed(const PartnerReply& reply) {
  if (reply.status != 200) return std::nullopt;
  Result<std::vector<Favorite>> read = parse_favorites(reply.text());
  return read ? std::optional(*std::move(read)) : std::nullopt;
}

}  // namespace favsync::mock
