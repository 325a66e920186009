#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

using Rows = std::vector<Favorite>;

bool keep_first(Rows& rows, std::size_t count) {
  if (rows.size() <= count) return false;
  rows.resize(count);
  return true;
}

template <typename Predicate>
bool drop_if(Rows& rows, Predicate drop) {
  return std::erase_if(rows, drop) > 0;
}

bool is_removed(const Favorite& row) {
  return row.action == Action::kDelete;
}

// Answers every second GET from a copy that is as old as the one before.
bool read_from_replica(Visit& visit, Rows& rows) {
  const std::string& user = visit.user->name();
  const auto replica = visit.notes->list(user, [&] { return rows; });
  const bool from_replica = visit.notes->count(user) % 2 == 0;
  if (from_replica) {
    const Rows old = replica->rows();
    return std::exchange(rows, old) != old;
  }
  replica->assign(rows);
  return false;
}

// Lists only what changed since the last GET of the user.
bool list_changes_only(Visit& visit, Rows& rows) {
  const auto shown = visit.notes->list(visit.user->name(), [] { return Rows(); });
  const Rows before = shown->rows();
  shown->assign(rows);
  return drop_if(rows, [&](const Favorite& row) {
    return std::find(before.begin(), before.end(), row) != before.end();
  });
}

bool list_removals_once(Visit& visit, Rows& rows) {
  const auto shown = visit.notes->list(visit.user->name(), [] { return Rows(); });
  const Rows before = shown->rows();
  shown->assign(rows);
  return drop_if(rows, [&](const Favorite& row) {
    return is_removed(row) && std::find(before.begin(), before.end(), row) != before.end();
  });
}

bool list_whole_history(Visit& visit, Rows& rows) {
  const auto log = visit.notes->list(visit.user->name(), [] { return Rows(); });
  const Rows history = log->rows();
  rows.insert(rows.end(), history.begin(), history.end());
  return !history.empty();
}

bool keep_history(Visit& visit, FavoriteRows&) {
  const auto log = visit.notes->list(visit.user->name(), [] { return Rows(); });
  log->edit([&](FavoriteRows& rows) {
    for (const Decision& one : visit.exchange.decisions) {
      if (one.verdict != Verdict::kApplied || !one.before) continue;
      rows.append({one.favorite.item, one.before->action, one.before->action_date});
    }
  });
  return false;  // it shows in the next list
}

constexpr Behavior kBehaviors[] = {
    {.id = "restamps-on-read",
     .clause = "3.4",
     .story = "Every GET dates every favourite now.",
     .cure = "Is the date made when the list is printed?",
     .hooks = {.list_rows =
                   [](Visit& visit, Rows& rows) {
                     for (Favorite& row : rows)
                       row.action_date = visit.clock.now().floor_to_millis();
                     return !rows.empty();
                   }}},
    {.id = "tombstones-hidden",
     .clause = "2.3",
     .story = "Removed favourites are kept and compared, but not listed.",
     .cure = "Does the query end in WHERE deleted = 0? The other side has to see removals.",
     .hooks = {.list_rows = [](Visit&, Rows& rows) { return drop_if(rows, is_removed); }}},
    {.id = "tombstones-listed-once",
     .clause = "2.3",
     .story = "A removed favourite is listed in one GET and then no more.",
     .cure = "Is a removal thrown away once it was delivered? Another reader has not seen it.",
     .hooks = {.list_rows = list_removals_once}},
    {.id = "list-truncated-at-100",
     .clause = "3.3",
     .story = "Lists at most 100 favourites.",
     .cure = "Is there a default LIMIT?",
     .hooks = {.list_rows = [](Visit&, Rows& rows) { return keep_first(rows, 100); }}},
    {.id = "list-truncated-at-1000",
     .clause = "3.3",
     .story = "Lists at most 1,000 favourites.",
     .cure = "Is there a default LIMIT?",
     .hooks = {.list_rows = [](Visit&, Rows& rows) { return keep_first(rows, 1000); }}},
    {.id = "first-page-of-20",
     .clause = "3.3",
     .story = "Lists 20 favourites and links to the next page, which the contract does not know.",
     .cure = "Is the framework's paging on? The list is one answer.",
     .hooks = {.list_rows = [](Visit&, Rows& rows) { return keep_first(rows, 20); },
               .reply =
                   [](Visit& visit, PartnerReply& reply) {
                     const auto& acted = visit.exchange.behaviors;
                     if (std::find(acted.begin(), acted.end(), "first-page-of-20") != acted.end()) {
                       set_header(reply, "Link", "</getUserFavorites?page=2>; rel=\"next\"");
                     }
                     return false;
                   }}},
    {.id = "newest-50-only",
     .clause = "3.3",
     .story = "Lists the 50 newest favourites.",
     .cure = "Is it the query of a \"recent\" view?",
     .hooks = {.list_rows =
                   [](Visit&, Rows& rows) {
                     if (rows.size() <= 50) return false;
                     std::stable_sort(
                         rows.begin(), rows.end(),
                         [](const Favorite& a, const Favorite& b) { return a.is_newer_than(b); });
                     return keep_first(rows, 50);
                   }}},
    {.id = "last-row-lost-over-10",
     .clause = "3.3",
     .story = "A list of more than ten lacks its last favourite.",
     .cure = "Does the loop that writes in blocks of ten end one too early?",
     .hooks = {.list_rows =
                   [](Visit&, Rows& rows) {
                     return rows.size() > 10 && keep_first(rows, rows.size() - 1);
                   }}},
    {.id = "hides-rows-older-than-a-year",
     .clause = "3.3",
     .story = "Favourites whose date is more than a year ago are not listed.",
     .cure = "Does the query ask for this season only?",
     .hooks = {.list_rows =
                   [](Visit& visit, Rows& rows) {
                     const Timestamp year_ago =
                         visit.clock.now().plus(-std::chrono::hours(24 * 365));
                     return drop_if(
                         rows, [&](const Favorite& row) { return row.action_date < year_ago; });
                   }}},
    {.id = "keyed-by-date",
     .clause = "3.3",
     .story = "Of several favourites with one date only the last is listed.",
     .cure = "Is the list built as a map from date to favourite?",
     .hooks = {.list_rows =
                   [](Visit&, Rows& rows) {
                     std::set<Timestamp> seen;
                     std::reverse(rows.begin(), rows.end());
                     const bool dropped = drop_if(rows, [&](const Favorite& row) {
                       return !seen.insert(row.action_date).second;
                     });
                     std::reverse(rows.begin(), rows.end());
                     return dropped;
                   }}},
    {.id = "deltas-only",
     .clause = "3.3",
     .story = "A GET lists what changed since the last GET.",
     .cure = "Is it a change feed? The contract wants the whole list.",
     .hooks = {.list_rows = list_changes_only}},
    {.id = "stale-read-replica",
     .clause = "3.4",
     .story = "Every second GET shows the list as the GET before saw it.",
     .cure = "Do reads go to a replica that lags behind?",
     .hooks = {.list_rows = read_from_replica}},
    {.id = "random-subset",
     .clause = "3.4",
     .story = "Each GET leaves out other favourites, about one in four.",
     .cure = "Are rows spread over shards, one of which times out unnoticed?",
     .hooks = {.list_rows =
                   [](Visit& visit, Rows& rows) {
                     return drop_if(
                         rows, [&](const Favorite&) { return visit.notes->random() % 4 == 0; });
                   }}},
    {.id = "sometimes-empty",
     .clause = "3.3",
     .story = "Every fifth GET lists nothing.",
     .cure = "Does a failed query become an empty list? Answer 5xx then.",
     .hooks = {.list_rows =
                   [](Visit& visit, Rows& rows) {
                     if (rows.empty() || visit.notes->count("lists") % 5 != 0) return false;
                     rows.clear();
                     return true;
                   }}},
    {.id = "event-log-listed",
     .clause = "2.2",
     .story = "Lists every version of an item that ever was.",
     .cure = "Is the log listed instead of its newest entry for each item?",
     .hooks = {.list_rows = list_whole_history, .after_apply = keep_history}},
};

}  // namespace

std::span<const Behavior> list_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
