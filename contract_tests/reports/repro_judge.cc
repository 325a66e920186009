#include "contract_tests/reports/repro_judge.h"

#include <map>

#include <fmt/format.h>

#include "contract_tests/judge/listing.h"
#include "contract_tests/lab/account.h"

namespace favsync::contract {
namespace {

// The body as if it were an answer to GET: the same reader serves for what was posted.
Listing list_in(const std::string& body) {
  Exchange exchange;
  exchange.outcome = Outcome::kAnswered;
  exchange.status = 200;
  exchange.headers = {{"Content-Type", "application/json"}};
  exchange.body = body;
  return judge_list(exchange);
}

std::string name_in(std::string_view text) {
  constexpr std::string_view kToken = "<token:";
  const auto at = text.find(kToken);
  if (at == std::string_view::npos) return {};
  const std::string_view rest = text.substr(at + kToken.size());
  return std::string(rest.substr(0, rest.find('>')));
}

}  // namespace

std::string user_of(const LoggedExchange& exchange) {
  std::string name = name_in(exchange.url);
  for (const auto& [header, value] : exchange.request_headers) {
    if (name.empty()) name = name_in(value);
  }
  if (name == "same-user") return "first";
  return name == "first" || name == "other" || name == "empty" ? name : std::string();
}

std::set<std::string> written_items(const std::vector<const LoggedExchange*>& exchanges,
                                    const std::string& user) {
  std::set<std::string> items;
  for (const auto* exchange : exchanges) {
    if (exchange->method != "POST" || user_of(*exchange) != user) continue;
    for (const auto& [item, value] : list_in(exchange->request_body).state) items.insert(item);
  }
  return items;
}

ReproJudge judge_for(const CheckReport& check,
                     const std::vector<const LoggedExchange*>& exchanges) {
  ReproJudge judge;
  const LoggedExchange& last = *exchanges.back();
  const Finding& finding = check.finding;
  if (finding.passed()) return judge;
  if (last.status > 0 && finding.actual.starts_with(fmt::format("status {}", last.status))) {
    judge.wrong_status = last.status;
    return judge;
  }
  if (last.method != "GET" || last.body_cut) return judge;
  const Listing shown = list_in(last.body);
  if (!shown.is_list) return judge;
  std::map<std::string, State> models;
  for (const auto* exchange : exchanges) {
    if (exchange->method != "POST") continue;
    const bool acknowledged = exchange->status >= 200 && exchange->status < 300;
    State& model = models[user_of(*exchange)];
    for (const auto& [item, value] : list_in(exchange->request_body).state) {
      if (acknowledged) apply_newest(model, {item, value});
    }
  }
  const auto find = [](const State& state, const std::string& item) {
    const auto found = state.find(item);
    return found == state.end() ? std::optional<Value>() : std::optional(found->second);
  };
  for (const auto& [user, unused] : models) {
    for (const auto& item : written_items(exchanges, user)) {
      const auto seen = find(shown.state, item);
      if (to_text(seen) != finding.actual) continue;
      const auto modelled = find(models[user_of(last)], item);
      if (finding.expected == to_text(std::optional<Value>())) {
        judge.item = {item, std::nullopt};
      } else if (to_text(modelled) == finding.expected) {
        judge.item = {item, modelled};
      }
      if (judge.item) return judge;
    }
  }
  return judge;
}

}  // namespace favsync::contract
