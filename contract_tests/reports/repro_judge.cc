#include "contract_tests/reports/repro_judge.h"

#include <algorithm>
#include <string_view>

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

constexpr std::string_view kNotListed = "not in the list";

bool is_value(std::string_view text) {
  return text == kNotListed || text.starts_with("ADD of ") || text.starts_with("DELETE of ");
}

// The value in "status 401, ADD of …"; nothing where there is none.
std::optional<std::string_view> value_in(std::string_view actual) {
  const auto comma = actual.find(", ");
  if (!actual.starts_with("status ") || comma == std::string_view::npos) return std::nullopt;
  const std::string_view rest = actual.substr(comma + 2);
  return is_value(rest) ? std::optional(rest) : std::nullopt;
}

// An id that no server spells otherwise in JSON, so that a script finds it.
bool is_plain(std::string_view item) {
  return std::all_of(item.begin(), item.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
           std::string_view("_-.:").find(c) != std::string_view::npos;
  });
}

// What newest-wins makes of the POSTs of a user that were acknowledged.
State model_of(const std::vector<const LoggedExchange*>& exchanges, const std::string& user) {
  State model;
  for (const auto* exchange : exchanges) {
    const bool acknowledged = exchange->status >= 200 && exchange->status < 300;
    if (exchange->method != "POST" || !acknowledged || user_of(*exchange) != user) continue;
    for (const auto& [item, value] : list_in(exchange->request_body).state) {
      apply_newest(model, {item, value});
    }
  }
  return model;
}

// The item that the finding names and whose value it says is wrong, where a last GET shows it.
std::optional<ReproJudge::Item> item_at_fault(const Finding& finding,
                                              const std::vector<const LoggedExchange*>& exchanges,
                                              const std::string& item_prefix) {
  const LoggedExchange& last = *exchanges.back();
  if (last.method != "GET" || last.status != 200) return std::nullopt;
  const bool took_effect = value_in(finding.actual).has_value();
  if (!took_effect && !is_value(finding.expected)) return std::nullopt;
  const State model = model_of(exchanges, user_of(last));
  for (const char* writer : {"first", "other"}) {
    for (const auto& item : written_items(exchanges, writer)) {
      if (!is_plain(item) || finding.message.find('"' + item + '"') == std::string::npos) continue;
      const bool made_up = !item_prefix.empty() && item.starts_with(item_prefix);
      if (took_effect || finding.expected == kNotListed) {
        if (made_up) return ReproJudge::Item{item, std::nullopt};
        continue;
      }
      const auto found = model.find(item);
      if (found != model.end() && to_text(found->second) == finding.expected) {
        return ReproJudge::Item{item, found->second};
      }
    }
  }
  return std::nullopt;
}

// The exchange whose status is what the finding says came.
const LoggedExchange* status_at_fault(const Finding& finding,
                                      const std::vector<const LoggedExchange*>& exchanges) {
  const LoggedExchange* wrong = nullptr;
  for (const auto* exchange : exchanges) {
    const std::string word = fmt::format("status {}", exchange->status);
    const bool fits =
        exchange->status > 0 && finding.actual.starts_with(word) &&
        (finding.actual.size() == word.size() ||
         std::string_view(",:; ").find(finding.actual[word.size()]) != std::string_view::npos);
    // Of a POST and the GET that looks after it, both with this status, the POST is meant.
    const bool looks_after = wrong && wrong->method != "GET" && exchange->method == "GET";
    if (fits && !looks_after) wrong = exchange;
  }
  return wrong;
}

}  // namespace

std::vector<const LoggedExchange*> exchanges_behind(const Report& report,
                                                    const CheckReport& check) {
  constexpr std::size_t kMost = 30;
  const auto& shown = check.finding.exchanges;
  const auto is_shown = [&](const LoggedExchange& exchange) {
    return std::find(shown.begin(), shown.end(), exchange.number) != shown.end();
  };
  std::set<std::string> items;
  for (const auto& exchange : report.exchanges) {
    if (exchange.method != "POST" || !is_shown(exchange)) continue;
    for (const auto& [item, value] : list_in(exchange.request_body).state) {
      if (check.finding.message.find('"' + item + '"') != std::string::npos) items.insert(item);
    }
  }
  const auto writes_it = [&](const LoggedExchange& exchange) {
    if (exchange.method != "POST" || shown.empty() || exchange.number < shown.front() ||
        exchange.number > shown.back()) {
      return false;
    }
    return std::any_of(items.begin(), items.end(), [&](const std::string& item) {
      return exchange.request_body.find('"' + item + '"') != std::string::npos;
    });
  };
  std::vector<const LoggedExchange*> behind;
  for (const auto& exchange : report.exchanges) {
    const bool wanted = shown.empty() ? exchange.check == check.check->id
                                      : is_shown(exchange) || writes_it(exchange);
    if (wanted && (!shown.empty() || behind.size() < kMost)) behind.push_back(&exchange);
  }
  return behind;
}

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
    const std::string writer = user_of(*exchange);
    const bool theirs = writer == user || (writer.empty() && user == "first");
    if (exchange->method != "POST" || !theirs) continue;
    for (const auto& [item, value] : list_in(exchange->request_body).state) items.insert(item);
  }
  return items;
}

ReproJudge judge_for(const CheckReport& check, const std::vector<const LoggedExchange*>& exchanges,
                     const std::string& item_prefix) {
  ReproJudge judge;
  if (check.finding.passed()) return judge;
  judge.item = item_at_fault(check.finding, exchanges, item_prefix);
  // With a value beside the status it is the value that is wrong: a refusal may have taken effect.
  if (!judge.item && !value_in(check.finding.actual)) {
    judge.wrong_status = status_at_fault(check.finding, exchanges);
  }
  return judge;
}

}  // namespace favsync::contract
