#include "contract_tests/walk/story_text.h"

#include <algorithm>
#include <limits>

#include <fmt/format.h>

namespace favsync::contract {
namespace {

// The earliest date of the walk is t.
std::int64_t beginning_of(const Walk& walk) {
  std::int64_t earliest = std::numeric_limits<std::int64_t>::max();
  for (const WalkStep& step : walk.steps) {
    for (const WalkWrite& write : step.writes) earliest = std::min(earliest, write.at_ms);
  }
  return earliest == std::numeric_limits<std::int64_t>::max() ? 0 : earliest;
}

std::string by(const Walk& walk, const WalkStep& step) {
  if (!walk.names_two_users()) return "";
  return step.user == 0 ? " by the first user" : " by the other user";
}

std::size_t number_of(const WalkCast& cast, const std::string& item) {
  return static_cast<std::size_t>(std::find(cast.items.begin(), cast.items.end(), item) -
                                  cast.items.begin());
}

// A value by the walk's own dates where it has that date.
std::string relative(const std::optional<Value>& value, const WalkCast& cast, std::size_t item,
                     std::int64_t beginning) {
  if (!value) return "not listed";
  for (const auto& [at_ms, instant] : cast.dates[item]) {
    if (same_to_the_millisecond(instant, value->at)) {
      return fmt::format("{} at {}", to_string(value->act), walk_date_text(at_ms - beginning));
    }
  }
  return to_text(*value);
}

std::string relative(const WalkModel::Choices& choices, const WalkCast& cast, std::size_t item,
                     std::int64_t beginning) {
  std::string text;
  for (const auto& choice : choices) {
    if (!text.empty()) text += " or ";
    text += relative(choice, cast, item, beginning);
  }
  return text;
}

std::string array_text(const WalkStep& step, std::int64_t beginning) {
  constexpr std::size_t kMostTold = 12;
  std::string text;
  for (std::size_t i = 0; i < step.writes.size() && i < kMostTold; ++i) {
    const WalkWrite& write = step.writes[i];
    text += fmt::format("{}{} of {} at {}", i == 0 ? "" : ", ", to_string(write.act),
                        walk_item_name(write.item), walk_date_text(write.at_ms - beginning));
  }
  if (step.writes.size() > kMostTold) {
    text += fmt::format(" and {} more", step.writes.size() - kMostTold);
  }
  return text;
}

// What was wrong, in the walk's own names.
std::string ending(const Walk& walk, const WalkOutcome& outcome) {
  if (!outcome.surprise) return fmt::format("answered {}, expected a 2xx", outcome.status);
  const std::int64_t beginning = beginning_of(walk);
  const std::size_t item = number_of(outcome.cast, outcome.surprise->item);
  return fmt::format("shows {}: {}, expected {}", walk_item_name(item),
                     relative(outcome.surprise->shown, outcome.cast, item, beginning),
                     relative(outcome.surprise->legal, outcome.cast, item, beginning));
}

// How a script's token rides: an option of curl, and what to put behind the URL.
std::pair<std::string, std::string> token_of(const AuthScheme& auth, std::string_view variable) {
  switch (auth.kind) {
    case AuthScheme::Kind::kBearer:
      return {fmt::format("-H \"Authorization: Bearer ${}\"", variable), ""};
    case AuthScheme::Kind::kBasic:
      return {fmt::format("-u \"${}\"", variable), ""};
    case AuthScheme::Kind::kHeader:
      return {fmt::format("-H \"{}: ${}\"", auth.name, variable), ""};
    case AuthScheme::Kind::kCookie:
      return {fmt::format("-b \"{}=${}\"", auth.name, variable), ""};
    case AuthScheme::Kind::kQuery:
      return {"-G", fmt::format("?{}=${}", auth.name, variable)};
  }
  return {};
}

// Inside double quotes of the shell, in JSON.
std::string shell_date(std::int64_t ms) {
  return fmt::format("$(at {}).{:03}Z", ms / 1000, ms % 1000);
}

std::string shell_quoted(std::string_view text) {
  std::string quoted = "'";
  for (const char c : text) quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return quoted + "'";
}

}  // namespace

std::string walk_item_name(std::size_t item) {
  return item < 26 ? std::string(1, static_cast<char>('A' + item)) : fmt::format("A{}", item);
}

std::string walk_date_text(std::int64_t at_ms) {
  if (at_ms == 0) return "t";
  const std::pair<std::int64_t, std::string_view> units[] = {
      {86'400'000, "day"}, {3'600'000, "h"}, {60'000, "min"}, {1000, "s"}, {1, "ms"}};
  std::string text;
  std::int64_t left = at_ms < 0 ? -at_ms : at_ms;
  for (const auto& [size, name] : units) {
    const std::int64_t count = left / size;
    left %= size;
    if (count == 0) continue;
    text += fmt::format("{}{} {}{}", text.empty() ? "" : " ", count, name,
                        name == "day" && count > 1 ? "s" : "");
  }
  return fmt::format("t{}{}", at_ms < 0 ? "-" : "+", text);
}

std::string tell_walk(const Walk& walk, const WalkOutcome& outcome) {
  const std::int64_t beginning = beginning_of(walk);
  std::string story;
  for (std::size_t i = 0; i < walk.steps.size() && i <= outcome.step; ++i) {
    const WalkStep& step = walk.steps[i];
    std::string what;
    switch (step.kind) {
      case WalkStep::Kind::kPost:
        what = fmt::format("POST{} {}", by(walk, step), array_text(step, beginning));
        break;
      case WalkStep::Kind::kResend:
        what = fmt::format("the same POST again{}", by(walk, step));
        break;
      case WalkStep::Kind::kRead:
        what = "GET" + by(walk, step);
        break;
    }
    story += fmt::format("{}{}. {}", i == 0 ? "" : "; ", i + 1, what);
    if (i == outcome.step) {
      story += step.kind == WalkStep::Kind::kRead ? " " : " is ";
      story += ending(walk, outcome);
    }
  }
  return story;
}

std::string script_of(const Walk& walk, const WalkOutcome& outcome, const std::string& url,
                      const AuthScheme& auth, bool generates_items) {
  const std::int64_t beginning = beginning_of(walk);
  std::int64_t latest = 0;
  for (const WalkStep& step : walk.steps) {
    for (const WalkWrite& write : step.writes) latest = std::max(latest, write.at_ms - beginning);
  }
  std::string text = "#!/bin/sh\n# " + ending(walk, outcome) + "\n";
  text += fmt::format("url=${{URL:-{}}}; now=$(date +%s)\n", shell_quoted(url));
  text += fmt::format(
      "at() {{ s=$((now - {} + $1)); date -u -d \"@$s\" +%Y-%m-%dT%H:%M:%S 2>/dev/null ||\n"
      "  date -u -r \"$s\" +%Y-%m-%dT%H:%M:%S; }}\n",
      latest / 1000 + 60);
  const auto& items = outcome.cast.items;
  for (std::size_t i = 0; i < items.size(); ++i) {
    text += generates_items ? fmt::format("{}=session_8$now{}\n", walk_item_name(i), i)
                            : fmt::format("{}={}\n", walk_item_name(i), shell_quoted(items[i]));
  }
  std::map<std::size_t, const WalkStep*> last_posts;
  for (std::size_t i = 0; i < walk.steps.size() && i <= outcome.step; ++i) {
    const WalkStep& step = walk.steps[i];
    const auto [option, tail] = token_of(auth, step.user == 0 ? "TOKEN" : "OTHER_TOKEN");
    const std::string token = option == "-G" ? "" : option + " ";
    if (step.kind == WalkStep::Kind::kRead) {
      text += fmt::format("curl -sS {}\"$url/getUserFavorites{}\"; echo\n", token, tail);
      continue;
    }
    const WalkStep*& post = last_posts[step.user];
    if (step.kind == WalkStep::Kind::kPost) post = &step;
    if (!post) continue;
    std::string body;
    for (const WalkWrite& write : post->writes) {
      body += fmt::format(
          "{}{{\\\"item\\\":\\\"${{{}}}\\\",\\\"actionDate\\\":\\\"{}\\\","
          "\\\"action\\\":\\\"{}\\\"}}",
          body.empty() ? "" : ",", walk_item_name(write.item), shell_date(write.at_ms - beginning),
          to_string(write.act));
    }
    text += fmt::format(
        "curl -sS {}-H 'Content-Type: application/json' \"$url/postUserFavorites{}\" \\\n"
        "  -d \"[{}]\"; echo\n",
        token, tail, body);
  }
  return text;
}

}  // namespace favsync::contract
