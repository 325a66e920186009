#include "contract_tests/judge/listing.h"

#include <map>
#include <optional>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/http/text.h"
#include "contract_tests/judge/json_text.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

constexpr std::size_t kShownPerRule = 3;

// Collects problems, three a rule, and adds the count of the rest to the last one.
class Problems {
 public:
  explicit Problems(Listing& listing) : listing_(listing) {}

  void add(ListProblem problem) {
    std::size_t& count = counts_[{problem.rule, problem.warning}];
    if (++count <= kShownPerRule) listing_.problems.push_back(std::move(problem));
  }
  void close() {
    for (auto& problem : listing_.problems) {
      const std::size_t count = counts_[{problem.rule, problem.warning}];
      if (count > kShownPerRule) problem.message += fmt::format(" (and {} more)", count - 1);
    }
  }

 private:
  Listing& listing_;
  std::map<std::pair<ListRule, bool>, std::size_t> counts_;
};

std::string shown(const json& value) {
  return clip(value.dump(-1, ' ', false, json::error_handler_t::replace), 80);
}

// Why a GET is no list at all; nothing when it is one.
std::optional<ListProblem> status_problem(const Exchange& exchange) {
  ListProblem problem;
  problem.expected = "status 200 with a JSON array";
  if (!exchange.answered()) {
    problem.reason = to_string(exchange.outcome);
    problem.message = fmt::format("no whole answer: {}", exchange.problem);
    problem.actual = exchange.problem;
    return problem;
  }
  if (exchange.status == 200) return std::nullopt;
  const int status = exchange.status;
  problem.actual = fmt::format("status {}, {}", status, clip(exchange.body, 120));
  problem.reason = fmt::format("status-{}", status);
  problem.message = fmt::format("answered {}", status);
  if (status == 401 || status == 403) {
    problem.message +=
        ": the token that should be valid is refused; is it fresh, and does it ride "
        "as the partner expects (--auth)?";
  } else if (status == 404) {
    problem.message += ": no such endpoint; is the base URL right?";
  } else if (status >= 300 && status < 400) {
    problem.message += fmt::format(
        ": redirects to {}; redirects are not followed, because the token "
        "would travel along",
        clip(exchange.header("Location"), 120));
  }
  return problem;
}

void judge_item(const json& element, const std::string& where, Problems& problems,
                std::optional<std::string>& item) {
  const auto found = element.find("item");
  ListProblem problem{ListRule::kItem, false, {}, {}, "a non-empty string", {}};
  if (found == element.end()) {
    problem.reason = "missing";
    problem.message = where + ".item: missing";
    problem.actual = shown(element);
  } else if (!found->is_string()) {
    problem.reason = "not-a-string";
    problem.message = fmt::format("{}.item: expected a string, got {} ({})", where, shown(*found),
                                  describe(*found));
    problem.actual = shown(*found);
  } else if (found->get_ref<const std::string&>().empty()) {
    problem.reason = "empty";
    problem.message = where + ".item: an empty string";
    problem.actual = "\"\"";
  } else {
    item = found->get<std::string>();
    return;
  }
  problems.add(std::move(problem));
}

void judge_action(const json& element, const std::string& where, Problems& problems,
                  std::optional<Act>& act) {
  const auto found = element.find("action");
  if (found != element.end() && *found == "ADD") act = Act::kAdd;
  if (found != element.end() && *found == "DELETE") act = Act::kDelete;
  if (act) return;
  const bool missing = found == element.end();
  const std::string got = missing ? "nothing" : shown(*found);
  problems.add({ListRule::kAction, false, missing ? "missing" : "not-add-or-delete",
                fmt::format("{}.action: expected \"ADD\" or \"DELETE\", got {}", where, got),
                "\"ADD\" or \"DELETE\"", got});
}

void judge_action_date(const json& element, const std::string& where, Problems& problems,
                       std::optional<Instant>& instant) {
  const auto found = element.find("actionDate");
  const std::string expected = "an RFC 3339 date-time in GMT such as \"2017-05-02T10:45:12.798Z\"";
  if (found == element.end() || !found->is_string()) {
    const std::string got = found == element.end() ? "nothing" : shown(*found);
    problems.add({ListRule::kDate, false, found == element.end() ? "missing" : "not-a-string",
                  fmt::format("{}.actionDate: expected a string, got {}", where, got), expected,
                  got});
    return;
  }
  const std::string& text = found->get_ref<const std::string&>();
  const JudgedDate date = judge_date(text);
  instant = date.instant;
  const std::string place = fmt::format("{}.actionDate \"{}\"", where, clip(text, 60));
  const bool other_offset = date.zone == Zone::kOther && date.instant;
  if (!date.problem.empty()) {
    problems.add({other_offset ? ListRule::kGmt : ListRule::kDate, false,
                  other_offset ? "local-offset" : "not-rfc3339",
                  fmt::format("{}: {}", place, date.problem), expected, clip(text, 60)});
    return;
  }
  if (date.zone == Zone::kPlusZero) {
    problems.add({ListRule::kGmt, true, "plus-zero",
                  place + ": GMT written as +00:00; the form is 'Z'", expected, clip(text, 60)});
  }
  // More digits than three are right where the date itself is finer than a millisecond.
  const bool finer = instant && instant->nanos % 1'000'000 != 0;
  if (date.fraction_digits < 3 || (date.fraction_digits > 3 && !finer)) {
    problems.add({ListRule::kDigits, true, "fraction-digits",
                  fmt::format("{}: {} fraction digits; the article's form has three", place,
                              date.fraction_digits),
                  "three fraction digits", clip(text, 60)});
  }
}

void judge_element(const json& element, std::size_t index, Problems& problems, Listing& listing) {
  const std::string where = fmt::format("[{}]", index);
  if (!element.is_object()) {
    problems.add({ListRule::kElement, false, "not-an-object",
                  fmt::format("{}: expected an object, got {}", where, describe(element)),
                  "an object with item, action and actionDate", shown(element)});
    return;
  }
  std::optional<std::string> item;
  std::optional<Act> act;
  std::optional<Instant> at;
  judge_item(element, where, problems, item);
  judge_action(element, where, problems, act);
  judge_action_date(element, where, problems, at);
  if (!item || !act || !at) return;
  const Value value{*act, *at};
  const auto [known, fresh] = listing.state.emplace(*item, value);
  if (fresh) return;
  problems.add({ListRule::kUnique, false, "listed-twice",
                fmt::format("{}: item \"{}\" stands in the list again", where, clip(*item, 80)),
                "each item at most once",
                fmt::format("{} and {}", to_text(known->second), to_text(value))});
  if (value.at > known->second.at) known->second = value;
}

}  // namespace

Listing judge_list(const Exchange& exchange) {
  Listing listing;
  listing.exchange = exchange.number;
  Problems problems(listing);
  if (auto problem = status_problem(exchange)) {
    problems.add(std::move(*problem));
    return listing;
  }
  const std::string_view type = exchange.header("Content-Type");
  const std::string_view media = trim(type.substr(0, type.find(';')));
  const bool json = equals_ignoring_case(media, "application/json") ||
                    (media.starts_with("application/") && media.ends_with("+json"));
  if (!json) {
    problems.add(
        {ListRule::kContentType, true, "content-type",
         type.empty() ? "no Content-Type" : fmt::format("Content-Type is \"{}\"", clip(type, 60)),
         "application/json", type.empty() ? "none" : clip(type, 60)});
  }
  std::vector<std::string> duplicates;
  const auto document = read_json(exchange.body, duplicates);
  if (!document) {
    const bool html = clip(exchange.body, 400).find("<html") != std::string::npos;
    problems.add({ListRule::kJson, false,
                  html                                        ? "html"
                  : exchange.body.empty()                     ? "empty-body"
                  : exchange.body.starts_with("\xEF\xBB\xBF") ? "byte-order-mark"
                                                              : "not-json",
                  document.error().message, "a JSON array",
                  exchange.body.empty() ? "an empty body" : clip(exchange.body, 120)});
    return listing;
  }
  if (!document->is_array()) {
    std::string hint;
    for (const auto& [name, member] : document->items()) {
      if (document->is_object() && member.is_array()) hint = ", with a list in \"" + name + "\"";
    }
    problems.add(
        {ListRule::kArray, false, "not-an-array",
         fmt::format("the top level is {}{}; expected the array itself", describe(*document), hint),
         "a JSON array", clip(exchange.body, 120)});
    return listing;
  }
  listing.is_list = true;
  listing.length = document->size();
  for (const auto& where : duplicates) {
    problems.add({ListRule::kElement, false, "duplicate-member",
                  where + ": the member stands twice in its object", "each member once", where});
  }
  for (std::size_t i = 0; i < document->size(); ++i) {
    judge_element((*document)[i], i, problems, listing);
  }
  problems.close();
  return listing;
}

}  // namespace favsync::contract
