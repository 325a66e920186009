#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "mock_server/behaviors/raw_body.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"
#include "wire/favorites_codec.h"

namespace favsync::mock {
namespace {

using nlohmann::json;

constexpr std::size_t kMostTaken = 100;

bool refuse(Visit& visit, std::string message) {
  visit.posted.clear();
  visit.refusal = std::move(message);
  return true;
}

std::string_view authorization(const Visit& visit) {
  return visit.request.header("Authorization");
}

UserPtr first_user(const Visit& visit) {
  const std::vector<UserPtr> users = visit.state.users();
  return users.empty() ? nullptr : users.front();
}

bool is_post_with(const Visit& visit, Standing standing) {
  return visit.endpoint == Endpoint::kPost && visit.token && visit.standing == standing;
}

// The user whose token stands in the body takes the item.
bool take_user_of_body(Visit& visit) {
  if (visit.refusal || visit.request.body.find("\"userToken\"") == std::string_view::npos) {
    return false;
  }
  const json document = raw_json(visit.request.body);
  for (const json& element : document) {
    const auto named = element.find("userToken");
    if (named == element.end() || !named->is_string()) continue;
    const TokenLookup found = visit.state.find_token(named->get_ref<const std::string&>());
    if (found.standing != Standing::kGood || found.issued->user == visit.user) continue;
    visit.become(found.issued->user);
    return true;
  }
  return false;
}

bool take_null_for_text(Visit& visit) {
  if (!visit.refusal) return false;
  json document = raw_json(visit.request.body);
  if (!document.is_array()) return false;
  bool found = false;
  for (json& element : document) {
    if (!element.is_object() || !element.contains("item") || !element["item"].is_null()) continue;
    element["item"] = "null";
    found = true;
  }
  auto read = found ? read_carelessly(document.dump(), {}, {}) : std::nullopt;
  if (!read) return false;
  visit.refusal.reset();
  visit.posted = *std::move(read);
  return true;
}

bool clear_on_null(Visit& visit) {
  if (!visit.refusal || visit.request.body != "null" || visit.list->rows().empty()) return false;
  visit.list->assign({});
  return true;
}

// What came by POST is taken for the set that a POST replaces; what the site itself has stays.
bool clear_what_was_posted(Visit& visit) {
  if (visit.refusal || !visit.posted.empty()) return false;
  std::vector<Favorite> own;
  for (const Scenario::User& user : visit.scenario.users) {
    if (user.name == visit.user->name()) own = user.favorites;
  }
  bool cleared = false;
  visit.list->edit([&](FavoriteRows& rows) {
    for (const Favorite& row : rows.copy()) {
      const bool is_own = std::any_of(own.begin(), own.end(),
                                      [&](const Favorite& one) { return one.item == row.item; });
      if (!is_own) cleared |= rows.erase(row.item);
    }
  });
  return cleared;
}

// The transaction of a connection's first statement is committed by the next one.
bool undo_uncommitted(Visit& visit) {
  if (visit.standing != Standing::kGood || visit.request.connection == 0) return false;
  const std::string& user = visit.user->name();
  const std::string key = "connection " + std::to_string(visit.request.connection);
  const bool opens = !visit.notes->recall(key);
  if (opens) visit.notes->note(key, user);
  const auto open = visit.notes->take("open " + user);
  const auto before = visit.notes->list(user, [] { return std::vector<Favorite>(); });
  if (visit.endpoint == Endpoint::kPost && opens) {
    before->assign(visit.list->rows());
    visit.notes->note("open " + user, key);
  }
  if (visit.endpoint != Endpoint::kList || !opens || !open) return false;
  const auto rows = before->rows();
  const bool shows = visit.list->rows() != rows;
  visit.list->assign(rows);
  return shows;
}

constexpr Behavior kBehaviors[] = {
    {.id = "crashes-on-other-schemes",
     .clause = "1.3",
     .story = "An Authorization header with another scheme than Bearer is answered 500.",
     .cure = "Is the header cut at \"Bearer \" without looking whether it is there?",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     if (!authorization(visit).starts_with("Basic ")) return false;
                     visit.answer = refusal(500, "internal_error", "index out of range");
                     return true;
                   }}},
    {.id = "case-sensitive-scheme",
     .clause = "1.1",
     .breaks = Breaks::kShould,
     .story = "\"bearer\" in lower case is not taken for Bearer.",
     .cure = "Is the scheme compared without regard to case (RFC 9110)?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     return authorization(visit).starts_with("bearer ") &&
                            std::exchange(visit.standing, Standing::kUnknown) != Standing::kUnknown;
                   }}},
    {.id = "post-takes-unknown-token",
     .clause = "1.3",
     .story = "A POST with a token that was never issued is taken for the first user.",
     .cure = "Does POST look whether there is a token, and GET alone whose it is?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     const UserPtr user = first_user(visit);
                     if (!is_post_with(visit, Standing::kUnknown) || !user) return false;
                     visit.become(user);
                     return true;
                   }}},
    {.id = "post-takes-expired-token",
     .clause = "1.5",
     .story = "An expired token is still good for POST.",
     .cure = "Is the expiry looked at on the GET only?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     if (!is_post_with(visit, Standing::kExpired) || !visit.user) return false;
                     visit.become(visit.user);
                     return true;
                   }}},
    {.id = "refuses-unknown-query",
     .clause = "2.6",
     .breaks = Breaks::kShould,
     .story = "A query parameter that is not known is answered 400.",
     .cure = "Is the query bound strictly? Ignore what is not known.",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     if (visit.request.query.find("favsync=") == std::string_view::npos) {
                       return false;
                     }
                     visit.answer = refusal(400, "bad_request", "unknown parameter");
                     return true;
                   }}},
    {.id = "member-names-matched-as-text",
     .clause = "4.1",
     .story = "A body in which a member's name is written with \\u escapes is refused with 400.",
     .cure = "Is the body searched for \"item\" as text? Read it with a JSON parser.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return !visit.refusal && !visit.posted.empty() &&
                            visit.request.body.find("\"item\"") == std::string_view::npos &&
                            refuse(visit, "item is missing");
                   }}},
    {.id = "members-in-fixed-order",
     .clause = "4.1",
     .story = "A favourite whose action stands before its item is refused with 400.",
     .cure = "Are members read by their place? Read them by name.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     const std::size_t action = visit.request.body.find("\"action\"");
                     return !visit.refusal && action < visit.request.body.find("\"item\"") &&
                            visit.request.body.find("\"item\"") != std::string_view::npos &&
                            refuse(visit, "expected item");
                   }}},
    {.id = "empty-clears-what-was-posted",
     .clause = "4.3",
     .story = "An empty array removes what earlier POSTs brought; the site's own items stay.",
     .cure = "Is the array taken for the whole set of what the platform has?",
     .hooks = {.read_body = clear_what_was_posted}},
    {.id = "null-clears",
     .clause = "4.7",
     .story = "The body null empties the list.",
     .cure = "Does the binder make an empty list of null, and that replace the old one?",
     .hooks = {.read_body = clear_on_null}},
    {.id = "null-item-becomes-text",
     .clause = "4.7",
     .story = "An item of null is stored as an item called \"null\".",
     .cure = "Is the value turned into text (String(item), str(item)) before it is checked?",
     .hooks = {.read_body = take_null_for_text}},
    {.id = "body-names-the-user",
     .clause = "1.2",
     .story = "A member userToken in the body says whose the item is.",
     .cure = "Are members of the body copied into the record (mass assignment)?",
     .hooks = {.read_body = take_user_of_body}},
    {.id = "batch-limit-silent-100",
     .clause = "4.9",
     .story = "Of an array only the first 100 items are taken, and it is answered 200.",
     .cure = "Is there a limit that cuts? Refuse with 413 what is too much.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     if (visit.refusal || visit.posted.size() <= kMostTaken) return false;
                     visit.posted.resize(kMostTaken);
                     return true;
                   }}},
    {.id = "prototype-ids-lost",
     .clause = "2.1",
     .story = "An item called __proto__ is answered 200 and never listed.",
     .cure = "Are favourites kept as members of an object? Use a Map.",
     .hooks = {.decide =
                   [](Visit&, const Favorite*, Favorite& incoming, Verdict& verdict) {
                     return incoming.item == "__proto__" &&
                            std::exchange(verdict, Verdict::kOlder) != Verdict::kOlder;
                   }}},
    {.id = "first-post-of-connection-uncommitted",
     .clause = "4.2",
     .story = "What a connection's first POST wrote is undone when a new connection reads next.",
     .cure = "Is the transaction committed at the end of each request, or by the next statement?",
     .hooks = {.authorize = undo_uncommitted}},
};

}  // namespace

std::span<const Behavior> request_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
