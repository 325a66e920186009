#include "mock_server/scenario.h"

#include <algorithm>
#include <array>
#include <fstream>
#include <map>
#include <set>
#include <sstream>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mock_server/behaviors.h"
#include "mock_server/faults/fault_spec.h"
#include "mock_server/scenario_names.h"
#include "mock_server/strict_json.h"
#include "wire/quote.h"

namespace favsync::mock {
namespace {

using nlohmann::json;
using Names = std::span<const std::string_view>;

constexpr std::size_t kMaxUserNameBytes = 200;
constexpr std::int64_t kMaxLifetimeSeconds = 10LL * 366 * 24 * 3600;

tl::unexpected<Error> at(std::string_view place, std::string_view message) {
  return fail(ErrorCode::kMalformed, fmt::format("{}: {}", place, message));
}

Result<Scenario::Token> read_token(const json& value, const std::string& place) {
  static constexpr std::array<std::string_view, 2> kMembers = {"token", "expires_in_s"};
  std::string text;
  std::optional<std::chrono::seconds> expires_in;
  if (value.is_object()) {
    if (Status known =
            expect_members(value, place, Names(kMembers).first(1), Names(kMembers).last(1));
        !known) {
      return tl::unexpected(known.error());
    }
    Result<std::string> token = read_string(value, place, "token");
    if (!token) return tl::unexpected(token.error());
    text = *token;
    if (value.contains("expires_in_s")) {
      const Result<std::int64_t> seconds =
          read_integer(value, place, "expires_in_s", 0, kMaxLifetimeSeconds);
      if (!seconds) return tl::unexpected(seconds.error());
      expires_in = std::chrono::seconds(*seconds);
    }
  } else if (value.is_string()) {
    text = value.get<std::string>();
  } else {
    return unexpected_value(place, "a token as a string, or an object with \"token\"", value);
  }
  Result<UserToken> token = UserToken::make(std::move(text));
  if (!token) return at(place, token.error().message);
  return Scenario::Token{*std::move(token), expires_in};
}

Result<Favorite> read_favorite(const json& value, const std::string& place) {
  static constexpr std::array<std::string_view, 3> kMembers = {"item", "actionDate", "action"};
  if (Status known = expect_members(value, place, kMembers, {}); !known) {
    return tl::unexpected(known.error());
  }
  Result<std::string> item = read_string(value, place, "item");
  if (!item) return tl::unexpected(item.error());
  const json& action_value = value.at("action");
  const std::optional<Action> action =
      action_value.is_string() ? parse_action(action_value.get_ref<const std::string&>())
                               : std::nullopt;
  if (!action) {
    return unexpected_value(member_place(place, "action"), R"("ADD" or "DELETE")", action_value);
  }
  const Result<std::string> date = read_string(value, place, "actionDate");
  if (!date) return tl::unexpected(date.error());
  const Result<Timestamp> instant = parse_strict_timestamp(*date);
  if (!instant) return at(member_place(place, "actionDate"), instant.error().message);
  return Favorite{*std::move(item), *action, *instant};
}

Result<Scenario::User> read_user(const json& value, const std::string& place) {
  static constexpr std::array<std::string_view, 3> kMembers = {"name", "tokens", "favorites"};
  if (Status known =
          expect_members(value, place, Names(kMembers).first(1), Names(kMembers).last(2));
      !known) {
    return tl::unexpected(known.error());
  }
  Scenario::User user;
  Result<std::string> name = read_string(value, place, "name");
  if (!name) return tl::unexpected(name.error());
  if (name->size() > kMaxUserNameBytes) {
    return at(member_place(place, "name"),
              fmt::format("expected at most {} bytes, got {}", kMaxUserNameBytes, name->size()));
  }
  user.name = *std::move(name);

  const Result<const json*> tokens = read_array(value, place, "tokens");
  if (!tokens) return tl::unexpected(tokens.error());
  for (std::size_t i = 0; *tokens != nullptr && i < (*tokens)->size(); ++i) {
    Result<Scenario::Token> token =
        read_token((*tokens)->at(i), element_place(member_place(place, "tokens"), i));
    if (!token) return tl::unexpected(token.error());
    user.tokens.push_back(*std::move(token));
  }

  const Result<const json*> favorites = read_array(value, place, "favorites");
  if (!favorites) return tl::unexpected(favorites.error());
  std::map<std::string, std::size_t> seen;
  for (std::size_t i = 0; *favorites != nullptr && i < (*favorites)->size(); ++i) {
    const std::string here = element_place(member_place(place, "favorites"), i);
    Result<Favorite> favorite = read_favorite((*favorites)->at(i), here);
    if (!favorite) return tl::unexpected(favorite.error());
    const auto [first, is_new] = seen.emplace(favorite->item, i);
    if (!is_new) {
      return at(
          member_place(here, "item"),
          fmt::format("{} stands at [{}] already; an item stands at most once in a list (§2.2)",
                      favsync::quoted(favorite->item), first->second));
    }
    user.favorites.push_back(*std::move(favorite));
  }
  return user;
}

Status read_users(const json& document, Scenario& scenario) {
  const Result<const json*> users = read_array(document, "", "users");
  if (!users) return tl::unexpected(users.error());
  std::map<std::string, std::string> places;       // user name to place
  std::map<std::string, std::string> token_owner;  // token to place
  for (std::size_t i = 0; i < (*users)->size(); ++i) {
    const std::string place = element_place("users", i);
    Result<Scenario::User> user = read_user((*users)->at(i), place);
    if (!user) return tl::unexpected(user.error());
    const auto [first, is_new] = places.emplace(user->name, place);
    if (!is_new) {
      return at(member_place(place, "name"),
                fmt::format("{} is {} already; names are unique", favsync::quoted(user->name),
                            first->second));
    }
    for (std::size_t t = 0; t < user->tokens.size(); ++t) {
      const std::string here = element_place(member_place(place, "tokens"), t);
      const UserToken& token = user->tokens[t].token;
      const auto [owner, is_first] = token_owner.emplace(token.reveal(), here);
      if (!is_first) {
        return at(here,
                  fmt::format("{} stands at {} already; a token names exactly one user (§1.2)",
                              token.fingerprint(), owner->second));
      }
    }
    scenario.users.push_back(*std::move(user));
  }
  return {};
}

Result<std::vector<std::string>> read_behaviors(const json& document, std::string_view member,
                                                BehaviorKind kind) {
  const Result<const json*> ids = read_array(document, "", member);
  if (!ids) return tl::unexpected(ids.error());
  std::vector<std::string> known;
  for (std::size_t i = 0; *ids != nullptr && i < (*ids)->size(); ++i) {
    const std::string place = element_place(member, i);
    const json& value = (*ids)->at(i);
    if (!value.is_string()) {
      return unexpected_value(place, fmt::format("the id of a {}", to_string(kind)), value);
    }
    const auto& id = value.get_ref<const std::string&>();
    const Result<const Behavior*> behavior = look_up_behavior(kind, id);
    if (!behavior) return at(place, behavior.error().message);
    if (std::find(known.begin(), known.end(), id) != known.end()) {
      return at(place, fmt::format("\"{}\" stands twice", id));
    }
    known.push_back(id);
  }
  return known;
}

Status read_faults(const json& document, Scenario& scenario) {
  const Result<const json*> faults = read_array(document, "", "faults");
  if (!faults) return tl::unexpected(faults.error());
  for (std::size_t i = 0; *faults != nullptr && i < (*faults)->size(); ++i) {
    const std::string place = element_place("faults", i);
    const Result<Fault> fault = read_fault((*faults)->at(i), place);
    if (!fault) return tl::unexpected(fault.error());
    const auto& known = scenario.faults;
    if (std::find(known.begin(), known.end(), *fault) != known.end()) {
      return at(place, fmt::format("\"{}\" stands twice", print_fault(*fault)));
    }
    scenario.faults.push_back(*fault);
  }
  return {};
}

Status read_direction(const json& document, Scenario& scenario) {
  if (document.contains("clock")) {
    const Result<std::string> text = read_string(document, "", "clock");
    if (!text) return tl::unexpected(text.error());
    const Result<ClockSetting> clock = parse_clock_setting(*text);
    if (!clock) return fail(ErrorCode::kMalformed, clock.error().message);
    scenario.clock = *clock;
  }
  if (document.contains("state")) {
    Result<std::string> state = read_string(document, "", "state");
    if (!state) return tl::unexpected(state.error());
    scenario.state = *std::move(state);
  }
  if (Status read = read_faults(document, scenario); !read) return read;
  const Result<const json*> script = read_array(document, "", "script");
  if (!script) return tl::unexpected(script.error());
  for (std::size_t i = 0; *script != nullptr && i < (*script)->size(); ++i) {
    Result<Step> step = read_step((*script)->at(i), element_place("script", i));
    if (!step) return tl::unexpected(step.error());
    scenario.script.push_back(*std::move(step));
  }
  return check_names(scenario);
}

Result<Scenario> read_scenario(const json& document) {
  static constexpr std::array<std::string_view, 9> kMembers = {
      "users", "auth", "read_only", "quirks", "defects", "clock", "state", "faults", "script"};
  if (Status known =
          expect_members(document, "", Names(kMembers).first(1), Names(kMembers).last(8));
      !known) {
    return tl::unexpected(known.error());
  }
  Scenario scenario;
  if (Status read = read_users(document, scenario); !read) return tl::unexpected(read.error());
  if (document.contains("auth")) {
    const Result<std::string> text = read_string(document, "", "auth");
    if (!text) return tl::unexpected(text.error());
    Result<AuthScheme> auth = parse_auth_scheme(*text);
    if (!auth) return at("auth", auth.error().message);
    scenario.auth = *std::move(auth);
  }
  if (document.contains("read_only")) {
    const Result<bool> read_only = read_bool(document, "", "read_only");
    if (!read_only) return tl::unexpected(read_only.error());
    scenario.read_only = *read_only;
  }
  Result<std::vector<std::string>> quirks =
      read_behaviors(document, "quirks", BehaviorKind::kQuirk);
  if (!quirks) return tl::unexpected(quirks.error());
  Result<std::vector<std::string>> defects =
      read_behaviors(document, "defects", BehaviorKind::kDefect);
  if (!defects) return tl::unexpected(defects.error());
  scenario.quirks = *std::move(quirks);
  scenario.defects = *std::move(defects);
  if (Status read = read_direction(document, scenario); !read) return tl::unexpected(read.error());
  return scenario;
}

}  // namespace

Result<Scenario> parse_scenario(std::string_view text, std::string_view name) {
  const auto placed = [&](const Error& error) {
    return fail(error.code, fmt::format("{}: {}", name, error.message));
  };
  const Result<json> document = parse_strict_json(text);
  if (!document) return placed(document.error());
  Result<Scenario> scenario = read_scenario(*document);
  if (!scenario) return placed(scenario.error());
  return scenario;
}

Result<Scenario> load_scenario(const std::filesystem::path& file) {
  std::ifstream stream(file, std::ios::binary);
  std::ostringstream text;
  if (!stream || !(text << stream.rdbuf())) {
    return fail(ErrorCode::kNotFound,
                fmt::format("{}: cannot be read as a scenario; expected a JSON file with \"users\"",
                            file.string()));
  }
  return parse_scenario(text.str(), file.string());
}

Scenario default_scenario() {
  static constexpr std::string_view kText = R"({"users": [
    {"name": "alice", "tokens": ["alice-token"], "favorites": [
      {"item": "session_21982", "actionDate": "2017-05-02T10:45:12.798Z", "action": "ADD"},
      {"item": "session_114582", "actionDate": "2017-05-03T12:15:00.128Z", "action": "DELETE"}]},
    {"name": "bob", "tokens": ["bob-token"]}]})";
  return parse_scenario(kText).value();
}

std::string print_scenario(const Scenario& scenario) {
  nlohmann::ordered_json document;
  document["users"] = nlohmann::ordered_json::array();
  for (const Scenario::User& user : scenario.users) {
    auto tokens = nlohmann::ordered_json::array();
    for (const Scenario::Token& token : user.tokens) {
      if (token.expires_in) {
        tokens.push_back(
            {{"token", token.token.reveal()}, {"expires_in_s", token.expires_in->count()}});
      } else {
        tokens.push_back(token.token.reveal());
      }
    }
    auto favorites = nlohmann::ordered_json::array();
    for (const Favorite& favorite : user.favorites) {
      favorites.push_back({{"item", favorite.item},
                           {"actionDate", to_string(favorite.action_date)},
                           {"action", to_string(favorite.action)}});
    }
    document["users"].push_back(
        {{"name", user.name}, {"tokens", std::move(tokens)}, {"favorites", std::move(favorites)}});
  }
  document["auth"] = to_string(scenario.auth);
  document["read_only"] = scenario.read_only;
  document["quirks"] = scenario.quirks;
  document["defects"] = scenario.defects;
  document["clock"] = to_string(scenario.clock);
  document["state"] = scenario.state;
  document["faults"] = nlohmann::ordered_json::array();
  for (const Fault& fault : scenario.faults) document["faults"].push_back(fault_json(fault));
  document["script"] = nlohmann::ordered_json::array();
  for (const Step& step : scenario.script) {
    document["script"].push_back(nlohmann::ordered_json::parse(step.text));
  }
  return document.dump(2);
}

}  // namespace favsync::mock
