#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"
#include "wire/timestamp.h"

namespace favsync::mock {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kOverlap{15};  // how long an answer stays under way
constexpr std::chrono::seconds kCached{2};

bool is_before(const Timestamp& now, const std::optional<std::string>& text) {
  if (!text) return false;
  const Result<Timestamp> until = parse_strict_timestamp(*text);
  return until && now < *until;
}

// Runs `change` on every other user's row of each applied favourite; true when one was changed.
// After the POST, so that no two lists are locked at once.
bool spread(Visit& visit, bool (*change)(FavoriteRows&, const Favorite&)) {
  if (visit.endpoint != Endpoint::kPost) return false;
  bool changed = false;
  for (const UserPtr& user : visit.state.users()) {
    if (user == visit.user) continue;
    user->favorites().edit([&](FavoriteRows& rows) {
      for (const Decision& decision : visit.exchange.decisions) {
        if (decision.verdict == Verdict::kApplied) changed |= change(rows, decision.favorite);
      }
    });
  }
  return changed;
}

bool work_on(Visit& visit, const UserPtr& other) {
  if (visit.standing != Standing::kGood || other == nullptr || other == visit.user) return false;
  visit.become(other);
  return true;
}

// A cache in front of GET that keys on the path alone; a write of the user whose answer it holds
// empties it, so that a single user never notices.
bool answer_from_cache(Visit& visit, std::string& body) {
  const Timestamp now = visit.clock.now();
  const std::string& user = visit.user->name();
  if (is_before(now, visit.notes->recall("until")) && visit.notes->recall("user") != user) {
    const std::string cached = visit.notes->recall("body").value_or(body);
    return std::exchange(body, cached) != cached;
  }
  visit.notes->note("user", user);
  visit.notes->note("body", body);
  visit.notes->note("until", to_string(now.plus(kCached)));
  return false;
}

bool first_request_of_connection(Visit& visit) {
  if (visit.request.connection == 0 || visit.standing != Standing::kGood) return false;
  const std::string key = std::to_string(visit.request.connection);
  const auto name = visit.notes->recall(key);
  if (!name) {
    visit.notes->note(key, visit.user->name());
    return false;
  }
  return work_on(visit, visit.state.find_user(*name));
}

// The user of a request that is still under way counts for whoever comes in between.
bool join_request_under_way(Visit& visit) {
  if (visit.standing != Standing::kGood || visit.endpoint != Endpoint::kList) return false;
  const auto name = visit.notes->recall("user");
  return name && work_on(visit, visit.state.find_user(*name));
}

bool stay_under_way(Visit& visit, PartnerReply& reply) {
  if (visit.standing != Standing::kGood || visit.endpoint != Endpoint::kList) return false;
  visit.notes->note("user", visit.user->name());
  commit_late(reply, kOverlap, [notes = visit.notes] { (void)notes->take("user"); });
  return false;
}

constexpr Behavior kBehaviors[] = {
    {.id = "keyed-without-user",
     .clause = "1.2",
     .story = "A write of an item that another user has too changes that user's favourite as well.",
     .cure = "Is the user part of the key in the UPDATE?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply&) {
                     return spread(visit, [](FavoriteRows& rows, const Favorite& favorite) {
                       const Favorite* theirs = rows.find(favorite.item);
                       if (theirs == nullptr || *theirs == favorite) return false;
                       rows.put(favorite);
                       return true;
                     });
                   }}},
    {.id = "item-moves-to-last-user",
     .clause = "1.2",
     .story = "A write of an item takes it away from every other user who had it.",
     .cure = "Is the item alone the primary key, so that an upsert rewrites the user?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply&) {
                     return spread(visit, [](FavoriteRows& rows, const Favorite& favorite) {
                       return rows.erase(favorite.item);
                     });
                   }}},
    {.id = "delete-hits-everyone",
     .clause = "1.2",
     .story = "A removal by one user removes the item for all users who have it.",
     .cure = "Does the DELETE statement name the user?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply&) {
                     return spread(visit, [](FavoriteRows& rows, const Favorite& favorite) {
                       const Favorite* theirs = rows.find(favorite.item);
                       if (favorite.action != Action::kDelete || theirs == nullptr ||
                           theirs->action == Action::kDelete) {
                         return false;
                       }
                       rows.put(favorite);
                       return true;
                     });
                   }}},
    {.id = "one-list-for-all",
     .clause = "1.2",
     .story = "All users read and write the first user's list.",
     .cure = "Is the user of the token used at all after it was checked?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     const std::vector<UserPtr> users = visit.state.users();
                     return !users.empty() && work_on(visit, users.front());
                   }}},
    {.id = "cross-user-on-shared-connection",
     .clause = "1.2",
     .story = "A connection belongs to the user of its first request, whatever tokens come later.",
     .cure = "Is the session bound to the connection, as a pool or a proxy may reuse it?",
     .hooks = {.authorize = first_request_of_connection}},
    {.id = "current-user-is-global",
     .clause = "1.2",
     .story = "A GET that comes while another user's is under way gets the other's favourites.",
     .cure = "Is the current user kept in a global or a shared object instead of the request?",
     .hooks = {.authorize = join_request_under_way, .reply = stay_under_way}},
    {.id = "shared-cache",
     .clause = "1.2",
     .story = "GET is answered from a cache of two seconds that does not look at the token.",
     .cure = "Does a cache key on the URL alone? It has to vary by Authorization, or not to store.",
     .hooks = {.print_list = [](Visit& visit, const std::vector<PrintedRow>&,
                                std::string& body) { return answer_from_cache(visit, body); },
               .after_apply =
                   [](Visit& visit, FavoriteRows&) {
                     if (visit.notes->recall("user") == visit.user->name()) {
                       (void)visit.notes->take("until");
                     }
                     return false;
                   }}},
    {.id = "per-token-store",
     .clause = "1.2",
     .story = "Each further token of a user has a list of its own, a copy from its first use.",
     .cure = "Are favourites stored under the token or session instead of the user?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     if (visit.standing != Standing::kGood || !visit.token) return false;
                     for (const auto& issued : visit.state.tokens()) {
                       if (issued->user != visit.user) continue;
                       if (issued->token.reveal() == *visit.token)
                         return false;  // the first keeps the user's own
                       break;
                     }
                     visit.list =
                         visit.notes->list(*visit.token, [&] { return visit.list->rows(); });
                     return visit.endpoint == Endpoint::kPost ||
                            visit.list->rows() != visit.user->favorites().rows();
                   }}},
    {.id = "first-device-wins",
     .clause = "4.4",
     .story = "An item that one token wrote is not changed by another token of the same user.",
     .cure = "Does a device or session column take part in the comparison?",
     .hooks = {.decide =
                   [](Visit& visit, const Favorite*, Favorite& incoming, Verdict& verdict) {
                     if (verdict != Verdict::kApplied) return false;
                     const std::string key = visit.user->name() + '\n' + incoming.item;
                     const std::string& device = visit.exchange.token;
                     const auto writer = visit.notes->recall(key);
                     if (writer && *writer != device) {
                       verdict = Verdict::kOlder;
                       return true;
                     }
                     visit.notes->note(key, device);
                     return false;
                   }}},
};

}  // namespace

std::span<const Behavior> user_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
