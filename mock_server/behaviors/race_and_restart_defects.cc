#include <algorithm>
#include <chrono>
#include <string>
#include <utility>

#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kRaceWindow{15};  // between reading and writing, as a slow transaction has

bool work_on_copy(Visit& visit) {
  if (!visit.refusal) visit.scratch = visit.copy_rows();
  return false;
}

// Reads the whole document, and writes the whole document a moment later: what others wrote in
// between is gone.
bool write_document_later(Visit& visit, PartnerReply& reply) {
  if (!visit.scratch || !visit.applied_any()) return false;
  std::vector<Favorite> before = visit.scratch->copy();
  const auto& decided = visit.exchange.decisions;
  for (auto last = decided.rbegin(); last != decided.rend(); ++last) {  // undone last first
    const Decision& decision = *last;
    const auto row = std::find_if(before.begin(), before.end(), [&](const Favorite& one) {
      return one.item == decision.favorite.item;
    });
    if (decision.verdict != Verdict::kApplied || row == before.end()) continue;
    if (decision.before) {
      row->action = decision.before->action;
      row->action_date = decision.before->action_date;
    } else {
      before.erase(row);
    }
  }
  commit_late(reply, kRaceWindow,
              [list = visit.list, after = visit.scratch->copy(), before = std::move(before),
               count_fired = visit.count_fired] {
                list->edit([&](FavoriteRows& rows) {
                  if (rows.copy() != before) count_fired();
                  rows.assign(after);
                });
              });
  return false;
}

// Compares dates on arrival, and writes a moment later without comparing again.
bool write_rows_later(Visit& visit, PartnerReply& reply) {
  if (!visit.scratch || !visit.applied_any()) return false;
  commit_late(reply, kRaceWindow,
              [list = visit.list, favorites = visit.applied(), count_fired = visit.count_fired] {
                list->edit([&](FavoriteRows& rows) {
                  bool lost = false;
                  for (const Favorite& favorite : favorites) {
                    const Favorite* stored = rows.find(favorite.item);
                    lost |= stored != nullptr && stored->is_newer_than(favorite);
                    rows.put(favorite);
                  }
                  if (lost) count_fired();
                });
              });
  return false;
}

// Writes the action at once and the date a moment later: two statements without a transaction.
bool write_dates_later(Visit& visit, PartnerReply& reply) {
  if (!visit.scratch || !visit.applied_any()) return false;
  std::vector<Favorite> favorites = visit.applied();
  visit.list->edit([&](FavoriteRows& rows) {
    for (const Favorite& favorite : favorites) {
      const Favorite* stored = rows.find(favorite.item);
      Favorite torn = favorite;
      if (stored != nullptr) torn.action_date = stored->action_date;
      rows.put(torn);
    }
  });
  commit_late(
      reply, kRaceWindow,
      [list = visit.list, favorites = std::move(favorites), count_fired = visit.count_fired] {
        list->edit([&](FavoriteRows& rows) {
          bool torn = false;
          for (const Favorite& favorite : favorites) {
            const Favorite* stored = rows.find(favorite.item);
            if (stored == nullptr) continue;
            torn |= stored->action != favorite.action;
            rows.put({favorite.item, stored->action, favorite.action_date});
          }
          if (torn) count_fired();
        });
      });
  return false;
}

constexpr Behavior kBehaviors[] = {
    {.id = "lost-update-race",
     .clause = "4.8",
     .story = "Two POSTs at once: the later writer erases what the earlier one wrote.",
     .cure = "Is the list one document that is read, changed and written without a lock?",
     .hooks = {.read_body = work_on_copy, .reply = write_document_later}},
    {.id = "check-then-act-race",
     .clause = "4.8",
     .story = "Two POSTs of an item at once: the older date can win.",
     .cure = "Is the date compared in a SELECT? Put it into the UPDATE's WHERE.",
     .hooks = {.read_body = work_on_copy, .reply = write_rows_later}},
    {.id = "torn-record",
     .clause = "4.8",
     .story = "Two POSTs of an item at once: the action of one, the date of the other.",
     .cure = "Are action and date written by two statements without a transaction?",
     .hooks = {.read_body = work_on_copy, .reply = write_dates_later}},
    {.id = "memory-only",
     .clause = "4.10",
     .story = "A restart loses whatever was posted.",
     .cure = "Are favourites written to disk before the answer?",
     .hooks = {.on_restart =
                   [](Notebook&, const std::vector<Favorite>& seed, FavoriteRows& rows) {
                     if (rows.copy() == seed) return false;
                     rows.assign(seed);
                     return true;
                   }}},
    {.id = "restart-loses-removals",
     .clause = "4.10",
     .story = "A restart loses the removed favourites.",
     .cure = "Does a clean-up or a reload leave rows with DELETE out?",
     .hooks = {.on_restart =
                   [](Notebook&, const std::vector<Favorite>&, FavoriteRows& rows) {
                     std::vector<Favorite> kept = rows.copy();
                     if (std::erase_if(kept, [](const Favorite& row) {
                           return row.action == Action::kDelete;
                         }) == 0) {
                       return false;
                     }
                     rows.assign(std::move(kept));
                     return true;
                   }}},
    {.id = "restart-loses-millis",
     .clause = "4.10",
     .story = "After a restart dates are whole seconds.",
     .cure = "Is the dump that is reloaded written with whole seconds?",
     .hooks = {.on_restart =
                   [](Notebook&, const std::vector<Favorite>&, FavoriteRows& rows) {
                     std::vector<Favorite> reloaded = rows.copy();
                     for (Favorite& row : reloaded) {
                       row.action_date = Timestamp::from_unix(row.action_date.seconds(), 0);
                     }
                     if (reloaded == rows.copy()) return false;
                     rows.assign(std::move(reloaded));
                     return true;
                   }}},
};

}  // namespace

std::span<const Behavior> race_and_restart_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
