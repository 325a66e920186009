#include "contract_tests/certificate/rejudge.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "contract_tests/judge/listing.h"

namespace favsync::contract {
namespace {

// The check that passes only when every list keeps the rule. The rules that are not here are
// warnings (§2.5, §3.5), or say that an answer is no list.
std::string_view check_of(ListRule rule) {
  switch (rule) {
    case ListRule::kJson:
      return "list.json";
    case ListRule::kArray:
      return "list.array";
    case ListRule::kElement:
      return "list.elements";
    case ListRule::kItem:
      return "list.item";
    case ListRule::kUnique:
      return "list.unique";
    case ListRule::kAction:
      return "list.action";
    case ListRule::kDate:
      return "list.date";
    case ListRule::kGmt:
      return "list.gmt";
    case ListRule::kStatus:
    case ListRule::kDigits:
    case ListRule::kContentType:
      return {};
  }
  return {};
}

bool is_list_answer(const LoggedExchange& exchange) {
  const std::string_view url = std::string_view(exchange.url).substr(0, exchange.url.find('?'));
  return exchange.method == "GET" && url.ends_with("/getUserFavorites") &&
         exchange.outcome == to_string(Outcome::kAnswered) && exchange.status == 200;
}

// The elements that are whole at the beginning of an array that was cut, as an array; "" if that is
// no array.
std::string whole_elements(std::string_view cut) {
  if (!cut.starts_with('[')) return {};
  std::size_t depth = 0, end = 1;
  bool in_text = false;
  for (std::size_t i = 0; i < cut.size(); ++i) {
    const char c = cut[i];
    if (in_text) {
      if (c == '\\') ++i;
      if (c == '"') in_text = false;
    } else if (c == '"') {
      in_text = true;
    } else if (c == '[' || c == '{') {
      ++depth;
    } else if (c == ']' || c == '}') {
      --depth;
      if (depth == 0) break;
      if (depth == 1) end = i + 1;
    }
  }
  return std::string(cut.substr(0, end)) + "]";
}

Exchange replayed(const LoggedExchange& logged) {
  Exchange exchange;
  exchange.number = logged.number;
  exchange.outcome = Outcome::kAnswered;
  exchange.status = logged.status;
  exchange.headers = logged.headers;
  exchange.body = logged.body_cut ? whole_elements(logged.body) : logged.body;
  return exchange;
}

bool passed(const Report& report, std::string_view id) {
  return std::any_of(report.checks.begin(), report.checks.end(), [&](const CheckReport& check) {
    return check.check->id == id && check.finding.passed();
  });
}

}  // namespace

Rejudged judge_again(const Report& report) {
  Rejudged again;
  for (const auto& logged : report.exchanges) {
    if (!is_list_answer(logged)) continue;
    ++again.lists;
    if (logged.body_cut) ++again.cut;
    for (const auto& problem : judge_list(replayed(logged)).problems) {
      const std::string_view id = check_of(problem.rule);
      if (problem.warning || id.empty() || !passed(report, id)) continue;
      again.contradictions.push_back(fmt::format("exchange {} contradicts {}, which passed: {}",
                                                 logged.number, id, problem.message));
    }
  }
  return again;
}

}  // namespace favsync::contract
