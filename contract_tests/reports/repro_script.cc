#include "contract_tests/reports/repro_script.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/http/text.h"
#include "contract_tests/reports/repro_helpers.h"
#include "contract_tests/reports/repro_judge.h"
#include "contract_tests/reports/repro_text.h"
#include "contract_tests/reports/words.h"
#include "wire/auth_scheme.h"
#include "wire/nearest_name.h"
#include "wire/utf8.h"

namespace favsync::contract {
namespace {

using Exchanges = std::vector<const LoggedExchange*>;

constexpr std::size_t kMostPutBack = 100;  // in one POST (§4.9)

// An item as it stands between the quotes of JSON.
std::string in_json(const std::string& item) {
  const std::string text = nlohmann::json(as_utf8(item)).dump();
  return text.substr(1, text.size() - 2);
}

// For text that is only shown: nothing of it acts, and it stays on its line.
std::string comment(std::string_view text) {
  return clip(text, 2000);
}

class Script {
 public:
  Script(const Report& report, const CheckReport& check, Exchanges exchanges)
      : report_(report),
        check_(check),
        exchanges_(std::move(exchanges)),
        text_(report),
        judge_(judge_for(check, exchanges_, report.options.item_prefix)),
        scheme_(parse_auth_scheme(report.options.auth).value_or(AuthScheme{})) {}

  std::string write();

 private:
  std::string introduction() const;
  std::string settings(bool makes_ids);
  std::string moving();
  std::string step(const LoggedExchange& exchange, bool after_write);
  std::string verdict();
  std::string putting_back();
  std::string request_as(const std::string& user, std::string_view method, std::string_view path);
  std::string path_of(const LoggedExchange& exchange) const;
  std::string say(std::string_view label, std::string_view value);
  std::vector<std::string> writers() const;

  const Report& report_;
  const CheckReport& check_;
  const Exchanges exchanges_;
  ReproText text_;
  const ReproJudge judge_;
  const AuthScheme scheme_;
};

std::vector<std::string> Script::writers() const {
  std::vector<std::string> users;
  for (const char* user : {"first", "other"}) {
    if (!written_items(exchanges_, user).empty()) users.emplace_back(user);
  }
  return users;
}

std::string Script::introduction() const {
  return fmt::format(
      "#!/bin/sh\n"
      "# Repeats what favsync {} found: {} (§{}), {}.\n"
      "# {}\n"
      "# {}\n"
      "#\n"
      "# Needs curl, and test users' tokens in the environment. Other settings there:\n"
      "#   FAVSYNC_URL           another address than {}\n"
      "#   FAVSYNC_CURL_OPTIONS  more options for curl, such as --cacert FILE\n"
      "#   FAVSYNC_KEEP=1        leave the items as the steps left them\n"
      "# Exit status: 0 the fault does not show, 1 it shows, 2 could not try, 3 judge by eye.\n"
      "# shellcheck disable=SC2317  # not each script needs each of the functions\n"
      "set -eu\n\n",
      comment(report_.suite_version), comment(check_.check->id), comment(check_.check->clause),
      words_for(check_.finding.status), comment(check_.check->title),
      comment(check_.finding.message), comment(report_.url));
}

// The variables of tokens, and how those are made that the suite makes from a valid one.
std::string Script::settings(bool makes_ids) {
  const std::pair<std::string_view, std::string_view> given[] = {
      {"first", "FAVSYNC_TOKEN"},
      {"other", "FAVSYNC_OTHER_TOKEN"},
      {"same-user", "FAVSYNC_SAME_USER_TOKEN"},
      {"expired", "FAVSYNC_EXPIRED_TOKEN"},
      {"empty", "FAVSYNC_EMPTY_TOKEN"}};
  const std::pair<std::string_view, std::string_view> made[] = {
      {"first.alike", "$(printf '%s' \"$t_first\" | tr 'a-zA-Z0-9' 'b-zaB-ZA1-90')"},
      {"first.other-case", "$(printf '%s' \"$t_first\" | tr 'a-zA-Z' 'A-Za-z')"},
      {"first.shortened", "${t_first%?}"},
      {"first.lengthened", "${t_first}x"},
      {"first.one-changed",
       "$(printf '%s' \"$t_first\" | awk '{ m = int(length($0) / 2) + 1; c = substr($0, m, 1); "
       "print substr($0, 1, m - 1) (c == \"q\" ? \"r\" : \"q\") substr($0, m + 1) }')"},
      {"first.begins-alike",
       "$(printf '%s' \"$t_first\" | awk '{ h = int(length($0) / 2); if (h < 8) h = 8; s = "
       "substr($0, h + 1); gsub(/[a-z]/, \"q\", s); gsub(/[0-9]/, \"7\", s); print substr($0, 1, "
       "h) s }')"},
      {"first.unpunctuated", "$(printf '%s' \"$t_first\" | tr -cd 'a-zA-Z0-9')"},
      {"first.underscore", "${t_first%?}_"}};
  const auto is_made = [](const std::string& name) { return name.starts_with("first."); };
  std::string text = "# --- Settings ---\n";
  const auto& tokens = text_.tokens();
  const bool first = tokens.contains("first") || std::any_of(tokens.begin(), tokens.end(), is_made);
  for (const auto& [name, variable] : given) {
    if (name == "first" ? !first : !tokens.contains(std::string(name))) continue;
    text += fmt::format(
        "{0}=${{{1}:-}}\n[ -n \"${0}\" ] || stop 2 \"{1}: not set; expected the token that certify "
        "was given as {2}\"\n",
        ReproText::variable_of(name), variable,
        name == "first" ? "--token" : fmt::format("--{}-token", name));
  }
  for (const auto& [name, how] : made) {
    if (tokens.contains(std::string(name))) {
      text += fmt::format("{}={}\n", ReproText::variable_of(name), how);
    }
  }
  text += fmt::format("base=${{FAVSYNC_URL:-{}}}\ntimeout={}\nmoved=0\n{}",
                      ReproText(Report()).quoted(report_.url),
                      std::max<std::int64_t>(1, report_.options.timeout.count() / 1000),
                      judge_.item ? "refused=0\n" : "");
  const std::string& prefix = report_.options.item_prefix;
  if (makes_ids) {
    const auto digits = prefix.find_last_not_of("0123456789");
    const std::string stem = prefix.substr(
        0, std::max(digits + 1, prefix.size() - std::min<std::size_t>(8, prefix.size())));
    text += fmt::format(
        "# Ids that no run has used: what was written to the recorded ones would be stale now.\n"
        "new={}$(printf '%0{}d' $((($(date +%s) * 977 + $$) % 100000000)))\n",
        ReproText(Report()).quoted(stem), std::max<std::size_t>(8, prefix.size() - stem.size()));
  }
  return text;
}

// The start of a request by a user that the script makes of its own.
std::string Script::request_as(const std::string& user, std::string_view method,
                               std::string_view path) {
  const std::string token = fmt::format("<token:{}>", user);
  using Kind = AuthScheme::Kind;
  using Place = ReproText::Place;
  std::string text = "begin\n", target = text_.quoted(path);
  switch (scheme_.kind) {
    case Kind::kBearer:
      text += "header " + text_.quoted("Authorization: Bearer " + token) + "\n";
      break;
    case Kind::kBasic:
      text += "header " + text_.quoted("Authorization: Basic " + token, Place::kBasic) + "\n";
      break;
    case Kind::kHeader:
      text += "header " + text_.quoted(scheme_.name + ": " + token) + "\n";
      break;
    case Kind::kCookie:
      text += "header " +
              text_.quoted(fmt::format("Cookie: {}={}", scheme_.name, token), Place::kCookie) +
              "\n";
      break;
    case Kind::kQuery:
      target = text_.quoted(fmt::format("{}?{}={}", path, scheme_.name, token), Place::kUrl);
      break;
  }
  if (method == "POST") text += "header \"Content-Type: application/json\"\ndata \"$array\"\n";
  return text + fmt::format("send {} {}\n", method, target);
}

// Reads what the partner has now, and moves the dates of the story behind it.
std::string Script::moving() {
  const auto users = writers();
  if (users.empty()) return {};
  std::string text =
      "\n# --- What the partner has now, and dates that are newer ---\n: >\"$work/stored\"\n";
  for (const auto& user : users) {
    text += request_as(user, "GET", "/getUserFavorites");
    text += "[ \"$status\" = 200 ] || stop 2 \"the list could not be read: status $status\"\n";
    text += "printf '%s\\n' \"The list of the " + user +
            " user has $(tr '{' '\\n' <\"$work/answer\" | grep -c '\"item\"' || true) items.\"\n";
    std::size_t number = 0;
    for (const auto& item : written_items(exchanges_, user)) {
      const std::string word = text_.quoted(in_json(item));
      text += ++number > kMostPutBack
                  ? fmt::format("look {}", word)
                  : fmt::format("was_{0}_{1}=$(look {2})\nprintf '%s' \"$was_{0}_{1}\"", user,
                                number, word);
      text += " >>\"$work/stored\"\nprintf '\\n' >>\"$work/stored\"\n";
    }
  }
  const auto& seconds = text_.seconds();
  if (seconds.empty()) return text;
  text += fmt::format("oldest={}\nnewest={}\n", *seconds.begin(), *seconds.rbegin());
  return text +
         "stored=$(sed -n 's/^.* of //p' \"$work/stored\" | sort | tail -n 1)\n"
         "is_newer() { [ \"$(printf '%s\\n%s\\n' \"$stored\" \"$(at \"$oldest\")\" | sort | tail "
         "-n "
         "1)\" = \"$(at \"$oldest\")\" ]; }\n"
         "now=$(date +%s)\n"
         "# By whole days, which keeps the time of day; else as near to now as may be.\n"
         "moved=$(((now - newest - 1) / 86400 * 86400))\n"
         "if [ \"$moved\" -lt 0 ]; then moved=0; fi\n"
         "is_newer || moved=$((now - newest - 1))\n"
         "is_newer || stop 2 \"an item stands at $stored, and this story reaches $((newest - "
         "oldest)) s back; run it again that much later\"\n"
         "printf '%s\\n' \"Dates are $moved s later than recorded.\"\n";
}

std::string Script::path_of(const LoggedExchange& exchange) const {
  const std::string& url = exchange.url;
  return url.starts_with(report_.url) ? url.substr(report_.url.size()) : url;
}

std::string Script::say(std::string_view label, std::string_view value) {
  return fmt::format("printf '%s\\n' {}\n",
                     text_.quoted(fmt::format("{}{}", label, comment(value))));
}

std::string Script::step(const LoggedExchange& exchange, bool after_write) {
  using Place = ReproText::Place;
  std::string text = fmt::format(
      "\n# --- Exchange #{}, recorded: {} ---\n", exchange.number,
      exchange.status > 0 ? std::to_string(exchange.status) : comment(exchange.outcome));
  const auto settle = (report_.options.settle.count() + 999) / 1000;
  if (after_write && settle > 0) text += fmt::format("sleep {}\n", settle);
  text += "begin\n";
  bool has_type = false;
  for (const auto& [name, value] : exchange.request_headers) {
    has_type = has_type || equals_ignoring_case(name, "Content-Type");
    const Place place = equals_ignoring_case(name, "Cookie") ? Place::kCookie
                        : value.starts_with("Basic ")        ? Place::kBasic
                                                             : Place::kPlain;
    text +=
        "header " + text_.quoted(value.empty() ? name + ";" : name + ": " + value, place) + "\n";
  }
  if (!has_header(exchange.request_headers, "Accept"))
    text += "header \"Accept: application/json\"\n";
  if (exchange.request_body_bytes > 0 || exchange.method == "POST") {
    if (!has_type) text += "header \"Content-Type:\"\n";
    text += "data " + text_.quoted(exchange.request_body) + "\n";
  }
  const std::string path = text_.quoted(path_of(exchange), Place::kUrl);
  text += fmt::format("send {} {}\n", exchange.method, path);
  text +=
      fmt::format("printf '\\n%s\\n' \"#{} {} {} -> $status (recorded: {})\"\n", exchange.number,
                  exchange.method,
                  exchange.url.find("getUserFavorites") != std::string::npos ? "/getUserFavorites"
                                                                             : "/postUserFavorites",
                  exchange.status);
  if (&exchange == judge_.wrong_status) text += "judged=$status\n";
  const bool was_taken = exchange.status >= 200 && exchange.status < 300;
  if (judge_.item && exchange.method == "POST" && was_taken) {
    text += "case $status in 2[0-9][0-9]) ;; *) refused=$((refused + 1)) ;; esac\n";
  }
  return text;
}

std::string Script::verdict() {
  const Finding& finding = check_.finding;
  std::string text = "\n# --- What was expected, what came ---\nprintf '\\n'\n";
  text +=
      say(fmt::format("{} (§{}): ", check_.check->id, check_.check->clause), check_.check->title);
  if (!finding.expected.empty()) text += say("expected: ", finding.expected);
  if (!finding.actual.empty()) text += say("recorded: ", finding.actual);
  if (judge_.item) {
    const std::string item = text_.quoted(in_json(judge_.item->id));
    const auto taken =
        std::count_if(exchanges_.begin(), exchanges_.end(), [](const auto* exchange) {
          return exchange->method == "POST" && exchange->status >= 200 && exchange->status < 300;
        });
    const std::string wanted =
        judge_.item->expected
            ? text_.quoted(fmt::format("{} of {}", to_string(judge_.item->expected->act),
                                       to_text(judge_.item->expected->at)))
            : "\"not in the list\"";
    return text +
           fmt::format(
               "came=$(look {})\nprintf '%s\\n' \"now:      $came\"\n"
               "wanted={}\n"
               "result=1\n"
               "if [ \"$(to_millis \"$came\")\" = \"$(to_millis \"$wanted\")\" ]; then "
               "result=0; fi\n"
               "# Writes that were taken and are refused now: then there is nothing to compare.\n"
               "if [ \"$status\" != 200 ] || [ \"$refused\" -gt 0 ]; then result=3; fi\n"
               "if [ \"$refused$came\" = \"{}not in the list\" ]; then result=0; fi\n",
               item, wanted, taken);
  }
  if (judge_.wrong_status) {
    text += fmt::format(
        "printf '%s\\n' \"now:      status $judged\"\n"
        "if [ \"$judged\" = {} ]; then result=1; else result=0; fi\n",
        judge_.wrong_status->status);
  } else {
    text +=
        "printf '%s\\n' \"now:      status $status, and this:\"\nshow \"$work/answer\"\nresult=3\n";
  }
  constexpr int kMostItems = 5;
  int shown = 0;
  for (const auto& user : writers()) {
    for (const auto& item : written_items(exchanges_, user)) {
      if (exchanges_.back()->method != "GET" || ++shown > kMostItems) break;
      text += fmt::format("printf '%s: %s\\n' {0} \"$(look {0})\"\n", text_.quoted(in_json(item)));
    }
  }
  return text;
}

std::string Script::putting_back() {
  std::string text;
  for (const auto& user : writers()) {
    text += fmt::format("# What the {} user's items stood at, with a date of now.\n", user) +
            request_as(user, "GET", "/getUserFavorites") +
            "moved=0\ntoday=$(at \"$(date +%s)\").000Z\narray=\n";
    std::size_t number = 0;
    for (const auto& item : written_items(exchanges_, user)) {
      if (++number > kMostPutBack) break;
      text += fmt::format("back {} \"$was_{}_{}\"\n", text_.quoted(in_json(item)), user, number);
    }
    text += "if [ -n \"$array\" ]; then\narray=\"[${array#,}]\"\n" +
            request_as(user, "POST", "/postUserFavorites") +
            "printf '%s\\n' \"Put back: status $status\"\nfi\n";
  }
  if (text.empty()) return {};
  return "\n# --- Putting back ---\nif [ -z \"${FAVSYNC_KEEP:-}\" ]; then\n" + text + "fi\n";
}

std::string Script::write() {
  // Steps first: they tell which tokens and dates there are.
  std::string steps;
  bool after_write = false;
  for (const auto* exchange : exchanges_) {
    steps += step(*exchange, after_write);
    after_write = exchange->method == "POST";
  }
  const std::string told = verdict();
  const std::string back = putting_back();
  const std::string moves = moving();
  const std::string all = moves + steps + told + back;
  return introduction() + std::string(kReproHelpers) + "\n" +
         settings(all.find("${new}") != std::string::npos) + all +
         "\ncase $result in\n"
         "  0) printf '%s\\n' \"The fault does not show.\" ;;\n"
         "  1) printf '%s\\n' \"The fault shows.\" ;;\n"
         "  *) printf '%s\\n' \"A script can't tell: compare by eye.\" ;;\n"
         "esac\nexit \"$result\"\n";
}

}  // namespace

Result<std::string> to_repro_script(const Report& report, std::string_view id) {
  const auto found = std::find_if(report.checks.begin(), report.checks.end(),
                                  [&](const CheckReport& check) { return check.check->id == id; });
  if (found == report.checks.end()) {
    std::vector<std::string_view> ids;
    for (const auto& check : report.checks) ids.push_back(check.check->id);
    return fail(ErrorCode::kNotFound,
                fmt::format("the run has no check \"{}\"{}", id, did_you_mean(id, ids)));
  }
  const Finding& finding = found->finding;
  const Exchanges exchanges = exchanges_behind(report, *found);
  if (exchanges.empty()) {
    const std::string next =
        finding.status == CheckStatus::kBlocked
            ? fmt::format("it rests on {}: repeat that one", clip(finding.reason, 80))
            : fmt::format("it {}: {}", words_for(finding.status), clip(finding.message, 200));
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("{}: no exchange to repeat; {}", id, next));
  }
  for (const auto* exchange : exchanges) {
    const bool text =
        is_utf8(exchange->request_body) && exchange->request_body.find('\0') == std::string::npos;
    if (exchange->request_body_cut || !text) {
      return fail(ErrorCode::kInvalidArgument,
                  fmt::format("{}: exchange #{} can't be repeated: {}; run the check again with "
                              "certify --only {}",
                              id, exchange->number,
                              text ? fmt::format("of its body of {} bytes only the start is kept",
                                                 exchange->request_body_bytes)
                                   : "its body is no text",
                              id));
    }
  }
  return Script(report, *found, exchanges).write();
}

}  // namespace favsync::contract
