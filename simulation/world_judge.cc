// How a run ends, and what both sides must hold then.
#include <algorithm>

#include <fmt/format.h>

#include "simulation/world.h"
#include "sync_engine/merge_lists.h"
#include "sync_engine/partner_reply.h"

namespace favsync::simulation {
namespace {

using namespace std::chrono_literals;

// Enough for every value to be sent max_tries times, and for what follows from that.
constexpr int kMostQuietRounds = 8;

const FavoriteRecord* find_record(const std::vector<FavoriteRecord>& records,
                                  const std::string& item) {
  const auto found =
      std::ranges::find(records, item, [](const auto& r) { return r.favorite.item; });
  return found == records.end() ? nullptr : &*found;
}

}  // namespace

int World::quiet_rounds() {
  int posts = 0;
  for (int user = 0; user < setup_.users; ++user) {
    Step round;
    round.kind = StepKind::kRound;
    round.user = user;
    timeline_.pass(10s);
    posts += run_round(round);
  }
  return posts;
}

void World::quiesce() {
  ledger_.tell([&] { return std::string("-- faults end --"); });
  partner_.end_troubles();
  for (int user = 0; user < setup_.users; ++user) {
    tokens_.renew(user, tokens_.current(user));  // users sign in again
    for (int device = 0; device < setup_.devices; ++device) go_online(user, device);
  }
  timeline_.pass(2h);
  // An honest partner gets two rounds; for one that is not, only an end is asked for. So it is for
  // --tie join, which sends a removal max_tries times to a partner that keeps its own.
  const bool is_honest = must(Property::kConverges) && setup_.ties != TiePolicy::kJoin;
  quiet_rounds();
  int posts = quiet_rounds();
  for (int i = 2; !is_honest && posts > 0 && i < kMostQuietRounds; ++i) posts = quiet_rounds();
}

void World::judge() {
  for (int user = 0; user < setup_.users; ++user) judge_user(user);
  const int posts = quiet_rounds();
  if (posts > 0 && must(Property::kSendingEnds)) {
    ledger_.breach(
        Property::kSendingEnds,
        fmt::format("with nothing left to say, a round of all users sent {} POSTs", posts));
  }
}

void World::judge_user(int user) {
  const char* name = user_name(user);
  const auto records = store_->load(name).value_or(std::vector<FavoriteRecord>());
  for (const auto& item : ledger_.touched_items(user)) {
    const auto newest = ledger_.newest(user, item);
    const auto* here = find_record(records, item);
    const bool is_kept =
        here != nullptr && std::ranges::find(newest, here->favorite) != newest.end();
    if (is_kept || !must(Property::kNoLostUpdate)) continue;
    ledger_.breach(Property::kNoLostUpdate,
                   fmt::format("{}'s newest change was {}, and the store ends with {}", name,
                               shown(newest.front()),
                               here ? shown(state_of(here->favorite)) : "no such item"));
  }
  judge_devices(user, records);
  judge_acknowledged(user);

  // Asked with a fresh token, as whoever is signed in sees it.
  const auto reply = partner_.get(tokens_.renew(user, tokens_.current(user)).reveal());
  auto list = read_list_reply(reply, "GET partner", {}, timeline_.now());
  if (!list) {
    if (must(Property::kConverges)) {
      ledger_.breach(Property::kConverges, fmt::format("{}'s list can't be read at the end: {}",
                                                       name, list.error().message));
    }
    return;
  }
  const auto there = fold_duplicates(std::move(list->favorites));
  for (const auto& favorite : there)
    judge_item(user, favorite, find_record(records, favorite.item));
  const auto is_there = [&](const std::string& item) {
    return std::ranges::find(there, item, &Favorite::item) != there.end();
  };
  for (const auto& record : records) {
    if (setup_.is_read_only || is_there(record.favorite.item) || !must(Property::kConverges))
      continue;
    ledger_.breach(
        Property::kConverges,
        fmt::format("{} holds {}, and the partner does not list it", name, shown(record.favorite)));
  }
}

void World::judge_acknowledged(int user) {
  if (!must(Property::kAcknowledgedSurvives)) return;
  const auto& rows = partner_.account(user).rows;
  for (const auto& [item, favorite] : ledger_.acknowledged_of(user)) {
    const auto row = rows.find(item);
    if (row != rows.end() && !favorite.is_newer_than(row->second)) continue;
    ledger_.breach(
        Property::kAcknowledgedSurvives,
        fmt::format("the partner acknowledged {}'s {}, and holds {}", user_name(user),
                    shown(favorite), row == rows.end() ? "no such item" : shown(row->second)));
  }
}

void World::judge_item(int user, const Favorite& there, const FavoriteRecord* here) {
  if (!must(Property::kConverges)) return;
  const auto differ = [&](std::string_view how) {
    ledger_.breach(Property::kConverges,
                   fmt::format("{} holds {}, and the partner lists {}{}", user_name(user),
                               here ? shown(here->favorite) : "no such item", shown(there), how));
  };
  if (here == nullptr) return differ("");
  const bool is_older = ledger_.is_older(there.action_date, here->favorite.action_date);
  if (is_older && setup_.is_read_only) return;
  if (is_older || ledger_.is_older(here->favorite.action_date, there.action_date))
    return differ("");
  if (there.action == here->favorite.action) return;
  // Only base-aware agrees with every rule for ties, and only where it may send.
  const bool agrees_on_ties = setup_.ties == TiePolicy::kBaseAware && !setup_.is_read_only;
  if (agrees_on_ties) differ(" at the same date");
}

void World::judge_devices(int user, const std::vector<FavoriteRecord>& records) {
  std::vector<std::string> favorites;
  for (const auto& record : records) {
    if (record.favorite.action == Action::kAdd) favorites.push_back(record.favorite.item);
  }
  for (int device = 0; device < setup_.devices; ++device) {
    Device& shows = handheld(user, device).device;
    if (shows.refresh() && shows.favorites() == favorites && shows.waiting() == 0) continue;
    ledger_.breach(
        Property::kDevicesAgree,
        fmt::format("{}'s {} shows {} favourites and the backend has {}", user_name(user),
                    device_name(device), shows.favorites().size(), favorites.size()));
  }
}

}  // namespace favsync::simulation
