#include <algorithm>
#include <chrono>
#include <cstdint>
#include <string>
#include <utility>

#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

bool set(Verdict& verdict, Verdict other) {
  if (verdict == other) return false;
  verdict = other;
  return true;
}

// Lets only those newer dates through that `newer` finds newer, and those older ones too.
bool compare_by(const Favorite* stored, const Favorite& incoming, Verdict& verdict,
                bool (*newer)(const Timestamp& incoming, const Timestamp& stored)) {
  if (stored == nullptr || incoming.action_date == stored->action_date) return false;
  return set(verdict, newer(incoming.action_date, stored->action_date) ? Verdict::kApplied
                                                                       : Verdict::kOlder);
}

// The date as a serialiser prints that leaves out trailing zeros: it sorts wrongly as text.
std::string trimmed_text(const Timestamp& moment) {
  std::string text = to_string(moment);
  text.pop_back();
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + 'Z';
}

std::int64_t floor_days(const Timestamp& moment) {
  const std::int64_t seconds = moment.seconds();
  return seconds / 86400 - (seconds % 86400 < 0 ? 1 : 0);
}

std::pair<std::int64_t, std::uint32_t> time_of_day(const Timestamp& moment) {
  return {moment.seconds() - floor_days(moment) * 86400, moment.nanoseconds()};
}

bool stood_earlier_in_array(const Visit& visit, const Favorite& incoming) {
  const auto& decided = visit.exchange.decisions;
  return std::any_of(decided.begin(), decided.end(), [&](const Decision& decision) {
    return decision.favorite.item == incoming.item;
  });
}

Verdict verdict_now(const Visit& visit, const Favorite& favorite) {
  const std::optional<Favorite> stored = visit.list->find(favorite.item);
  return judge(stored ? &*stored : nullptr, favorite);
}

bool refuse_all(Visit& visit, int status, const char* error, const char* message) {
  visit.answer = refusal(status, error, message);
  return true;
}

Action opposite(Action action) {
  return action == Action::kAdd ? Action::kDelete : Action::kAdd;
}

constexpr Behavior kBehaviors[] = {
    {.id = "last-arrival-wins",
     .clause = "4.4",
     .story = "Whatever comes last is stored, however old it is.",
     .cure = "Does the UPDATE compare dates? WHERE action_date < :incoming.",
     .hooks = {.decide =
                   [](Visit&, const Favorite*, Favorite&, Verdict& verdict) {
                     return verdict != Verdict::kDuplicate && set(verdict, Verdict::kApplied);
                   }}},
    {.id = "first-write-wins",
     .clause = "4.4",
     .story = "An item that is stored is never changed again.",
     .cure = "Is it INSERT … ON CONFLICT DO NOTHING?",
     .hooks = {.decide =
                   [](Visit&, const Favorite* stored, Favorite&, Verdict& verdict) {
                     return stored != nullptr && verdict == Verdict::kApplied &&
                            set(verdict, Verdict::kOlder);
                   }}},
    {.id = "lexicographic-compare",
     .clause = "4.4",
     .story = "Compares dates as text without trailing zeros: 12Z is later than 12.001Z.",
     .cure = "Are dates stored and compared as strings of varying length?",
     .hooks = {.decide =
                   [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                     return compare_by(stored, incoming, verdict,
                                       [](const Timestamp& a, const Timestamp& b) {
                                         return trimmed_text(a) > trimmed_text(b);
                                       });
                   }}},
    {.id = "second-granular-compare",
     .clause = "4.4",
     .story = "A date that is later within the same second is not newer.",
     .cure = "Is the comparison in whole seconds, as of a UNIX time?",
     .hooks = {.decide =
                   [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                     return compare_by(stored, incoming, verdict,
                                       [](const Timestamp& a, const Timestamp& b) {
                                         return a.seconds() > b.seconds();
                                       });
                   }}},
    {.id = "day-granular-compare",
     .clause = "4.4",
     .story = "A date that is later on the same day is not newer.",
     .cure = "Is the comparison made on DATE(action_date)?",
     .hooks = {.decide =
                   [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                     return compare_by(stored, incoming, verdict,
                                       [](const Timestamp& a, const Timestamp& b) {
                                         return floor_days(a) > floor_days(b);
                                       });
                   }}},
    {.id = "time-of-day-compare",
     .clause = "4.4",
     .story = "Compares the time of day and forgets the date.",
     .cure = "Is a TIME value compared instead of the whole moment?",
     .hooks = {.decide =
                   [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                     return compare_by(stored, incoming, verdict,
                                       [](const Timestamp& a, const Timestamp& b) {
                                         return time_of_day(a) > time_of_day(b);
                                       });
                   }}},
    {.id = "compare-wraps-at-25-days",
     .clause = "4.4",
     .story = "Dates that are more than 24.8 days apart may compare the wrong way round.",
     .cure = "Is the difference in milliseconds kept in 32 bits?",
     .hooks = {.decide =
                   [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                     return compare_by(
                         stored, incoming, verdict, [](const Timestamp& a, const Timestamp& b) {
                           const std::int64_t difference = a.unix_millis() - b.unix_millis();
                           const auto wrapped =
                               static_cast<std::int32_t>(static_cast<std::uint32_t>(difference));
                           return wrapped != 0 ? wrapped > 0 : a > b;
                         });
                   }}},
    {.id = "float-compare",
     .clause = "4.4",
     .story = "Dates less than a minute apart are the same.",
     .cure = "Are seconds since 1970 compared in 32-bit floating point?",
     .hooks = {.decide =
                   [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                     return compare_by(
                         stored, incoming, verdict, [](const Timestamp& a, const Timestamp& b) {
                           return static_cast<float>(a.seconds()) > static_cast<float>(b.seconds());
                         });
                   }}},
    {.id = "old-dates-ignored",
     .clause = "4.4",
     .story = "A favourite whose date is more than an hour ago is answered 200 and ignored.",
     .cure = "Is the date compared with the server's clock instead of the stored date?",
     .hooks = {.decide =
                   [](Visit& visit, const Favorite*, Favorite& incoming, Verdict& verdict) {
                     return verdict == Verdict::kApplied &&
                            incoming.action_date < visit.clock.now().plus(-std::chrono::hours(1)) &&
                            set(verdict, Verdict::kOlder);
                   }}},
    {.id = "tie-replaces",
     .clause = "4.5",
     .breaks = Breaks::kShould,
     .story = "An equal date with the other action replaces what is stored.",
     .cure = "Is it >= where the contract says newer, >?",
     .hooks =
         {.decide =
              [](Visit&, const Favorite*, Favorite&, Verdict& verdict) {
                return verdict == Verdict::kEqual && set(verdict, Verdict::kApplied);
              }}},
    {.id = "tie-flips",
     .clause = "4.6",
     .story = "Each POST with the stored date turns the action round, a repetition too.",
     .cure = "Does an update without a newer date still run the toggle?",
     .hooks =
         {.decide =
              [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                if (verdict != Verdict::kEqual && verdict != Verdict::kDuplicate) return false;
                incoming.action = opposite(stored->action);
                return set(verdict, Verdict::kApplied);
              }}},
    {.id = "sticky-delete",
     .clause = "4.4",
     .story = "A removed favourite cannot be added again.",
     .cure = "Is a row that is flagged as deleted left out of the UPDATE?",
     .hooks =
         {.decide =
              [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                return stored != nullptr && stored->action == Action::kDelete &&
                       incoming.action == Action::kAdd && verdict == Verdict::kApplied &&
                       set(verdict, Verdict::kOlder);
              }}},
    {.id = "delete-always-wins",
     .clause = "4.4",
     .story = "A removal is carried out however old it is.",
     .cure = "Is the date compared for ADD only?",
     .hooks =
         {.decide =
              [](Visit&, const Favorite*, Favorite& incoming, Verdict& verdict) {
                return incoming.action == Action::kDelete && verdict == Verdict::kOlder &&
                       set(verdict, Verdict::kApplied);
              }}},
    {.id = "forgets-date-on-delete",
     .clause = "4.4",
     .story = "Any ADD brings a removed favourite back, also one from before the removal.",
     .cure = "Is a deleted row treated as absent when dates are compared?",
     .hooks =
         {.decide =
              [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                return stored != nullptr && stored->action == Action::kDelete &&
                       incoming.action == Action::kAdd && verdict == Verdict::kOlder &&
                       set(verdict, Verdict::kApplied);
              }}},
    {.id = "toggle",
     .clause = "4.2",
     .story = "Adding a favourite that is there removes it.",
     .cure = "Is the star's click handler, which toggles, used for sync as well?",
     .hooks =
         {.decide =
              [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                if (stored == nullptr || verdict != Verdict::kApplied ||
                    stored->action != Action::kAdd || incoming.action != Action::kAdd) {
                  return false;
                }
                incoming.action = Action::kDelete;
                return true;
              }}},
    {.id = "same-action-keeps-old-date",
     .clause = "4.4",
     .story = "A newer date with the same action is not stored.",
     .cure = "Is the UPDATE left out when the action does not change?",
     .hooks =
         {.decide =
              [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                return stored != nullptr && stored->action == incoming.action &&
                       verdict == Verdict::kApplied && set(verdict, Verdict::kDuplicate);
              }}},
    {.id = "date-rolls-back",
     .clause = "4.4",
     .story = "An older date with the same action replaces the newer one.",
     .cure = "Is the date compared only when the action changes?",
     .hooks =
         {.decide =
              [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                return stored != nullptr && stored->action == incoming.action &&
                       verdict == Verdict::kOlder && set(verdict, Verdict::kApplied);
              }}},
    {.id = "repeat-bumps-date",
     .clause = "4.6",
     .story = "A repeated POST sets the date to the moment of receipt.",
     .cure = "Does an ON UPDATE CURRENT_TIMESTAMP column stand for the date?",
     .hooks =
         {.decide =
              [](Visit& visit, const Favorite*, Favorite& incoming, Verdict& verdict) {
                if (verdict != Verdict::kDuplicate) return false;
                incoming.action_date = visit.clock.now().floor_to_millis();
                return set(verdict, Verdict::kApplied);
              }}},
    {.id = "last-in-array-wins",
     .clause = "4.4",
     .story = "Of an item that stands twice in one array the last one is stored.",
     .cure = "Does a map that is built from the array keep the last entry, whatever its date?",
     .hooks =
         {.decide =
              [](Visit& visit, const Favorite*, Favorite& incoming, Verdict& verdict) {
                return stood_earlier_in_array(visit, incoming) && verdict != Verdict::kDuplicate &&
                       set(verdict, Verdict::kApplied);
              }}},
    {.id = "first-in-array-wins",
     .clause = "4.4",
     .story = "Of an item that stands twice in one array only the first one is looked at.",
     .cure = "Are duplicates dropped from the array before dates are compared?",
     .hooks =
         {.decide =
              [](Visit& visit, const Favorite*, Favorite& incoming, Verdict& verdict) {
                return stood_earlier_in_array(visit, incoming) && verdict == Verdict::kApplied &&
                       set(verdict, Verdict::kOlder);
              }}},
    {.id = "batch-uses-one-date",
     .clause = "4.2",
     .story = "All items of an array get the date of its first.",
     .cure = "Is the date bound once outside the loop?",
     .hooks = {.take_item =
                   [](Visit& visit, Favorite& incoming) {
                     const Timestamp first = visit.posted.front().action_date;
                     if (incoming.action_date == first) return false;
                     incoming.action_date = first;
                     return true;
                   }}},
    {.id = "stops-at-first-stale",
     .clause = "4.4",
     .story = "Items that stand behind a stale one in the array are ignored, with 200.",
     .cure = "Does the loop return where it should continue?",
     .hooks =
         {.decide =
              [](Visit& visit, const Favorite*, Favorite&, Verdict& verdict) {
                const auto& decided = visit.exchange.decisions;
                const bool stopped =
                    std::any_of(decided.begin(), decided.end(),
                                [](const Decision& one) { return one.verdict == Verdict::kOlder; });
                return stopped && verdict == Verdict::kApplied && set(verdict, Verdict::kRejected);
              }}},
    {.id = "stale-sinks-batch",
     .clause = "4.4",
     .story = "One stale item makes the partner refuse the whole array with 409.",
     .cure = "Does one row of a transaction that changes nothing roll all of it back?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     const bool stale = std::any_of(
                         visit.posted.begin(), visit.posted.end(), [&](const Favorite& one) {
                           return verdict_now(visit, one) == Verdict::kOlder;
                         });
                     return stale &&
                            refuse_all(visit, 409, "conflict", "a newer version is stored");
                   }}},
    {.id = "stale-error-409",
     .clause = "4.4",
     .breaks = Breaks::kShould,
     .story = "A stale item is answered 409, though the others of the array are stored.",
     .cure = "Is \"no row changed\" treated as an error? A retry would never end.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     const auto& decided = visit.exchange.decisions;
                     const bool stale = std::any_of(
                         decided.begin(), decided.end(),
                         [](const Decision& one) { return one.verdict == Verdict::kOlder; });
                     if (!stale || reply.status / 100 != 2) return false;
                     reply = refusal(409, "conflict", "a newer version is stored");
                     return true;
                   }}},
    {.id = "retry-conflict-409",
     .clause = "4.6",
     .story = "The same POST again is answered 409.",
     .cure = "Is a repetition an error? Answer as the first time.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     const bool repeated =
                         !visit.posted.empty() &&
                         std::all_of(visit.posted.begin(), visit.posted.end(),
                                     [&](const Favorite& one) {
                                       return verdict_now(visit, one) == Verdict::kDuplicate;
                                     });
                     return repeated && refuse_all(visit, 409, "conflict", "already stored");
                   }}},
    {.id = "duplicate-key-500",
     .clause = "4.6",
     .story = "An item that is stored with the very same date makes the POST fail with 500.",
     .cure = "Is (user, item, date) a unique key of a plain INSERT?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     const bool repeated = std::any_of(
                         visit.posted.begin(), visit.posted.end(), [&](const Favorite& one) {
                           return verdict_now(visit, one) == Verdict::kDuplicate;
                         });
                     return repeated && refuse_all(visit, 500, "internal_error", "duplicate key");
                   }}},
};

}  // namespace

std::span<const Behavior> merge_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
