#include <algorithm>
#include <chrono>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

using std::chrono::hours;

constexpr std::uint64_t kChangesTaken = 3;

std::string key_of(const Visit& visit, const Favorite& favorite) {
  return visit.user->name() + '\n' + favorite.item;
}

bool set(Verdict& verdict, Verdict other) {
  return std::exchange(verdict, other) != other;
}

bool judge_newer(const Favorite* stored, Verdict& verdict, bool newer) {
  return stored != nullptr && set(verdict, newer ? Verdict::kApplied : Verdict::kOlder);
}

std::string unpadded_millis(const Timestamp& moment) {
  return fmt::format("{}", moment.nanoseconds() / 1'000'000);
}

// Milliseconds within a second are compared as text without leading zeros: 99 is after 100.
bool compare_millis_as_text(Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
  if (!stored || stored->action_date.seconds() != incoming.action_date.seconds()) return false;
  if (stored->action_date == incoming.action_date) return false;
  return judge_newer(stored, verdict,
                     unpadded_millis(incoming.action_date) > unpadded_millis(stored->action_date));
}

// The date as a pattern prints that has no minutes ("yyyy-MM-dd HH:ss.SSS").
auto without_minutes(const Timestamp& moment) {
  const std::int64_t hour =
      moment.seconds() >= 0 ? moment.seconds() / 3600 : (moment.seconds() - 3599) / 3600;
  return std::tuple(hour, (moment.seconds() - hour * 3600) % 60, moment.nanoseconds());
}

bool compare_without_minutes(Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
  if (!stored || stored->action_date == incoming.action_date) return false;
  return judge_newer(stored, verdict,
                     without_minutes(incoming.action_date) > without_minutes(stored->action_date));
}

// The date that is compared is another column than the one that is shown, and is set only where
// the action changes.
bool compare_with_first_date(Visit& visit, const Favorite* stored, Favorite& incoming,
                             Verdict& verdict) {
  if (!stored) return false;
  const std::string key = key_of(visit, incoming);
  if (verdict == Verdict::kApplied) {
    if (stored->action != incoming.action) {
      (void)visit.notes->take(key);
    } else if (!visit.notes->recall(key)) {
      visit.notes->note(key, to_string(stored->action_date));
    }
    return false;
  }
  const auto first = visit.notes->recall(key);
  const auto compared = first ? parse_strict_timestamp(*first) : Result<Timestamp>();
  if (!first || !compared || !(*compared < incoming.action_date)) return false;
  return verdict == Verdict::kOlder && set(verdict, Verdict::kApplied);
}

// A stale item is not shown, but its date is what the next one is compared with.
bool remember_stale_date(Visit& visit, const Favorite* stored, Favorite& incoming,
                         Verdict& verdict) {
  if (!stored) return false;
  const std::string key = key_of(visit, incoming);
  const auto last = visit.notes->recall(key);
  if (verdict == Verdict::kApplied) (void)visit.notes->take(key);
  if (verdict != Verdict::kOlder) return false;
  const auto compared = last ? parse_strict_timestamp(*last) : Result<Timestamp>();
  visit.notes->note(key, to_string(incoming.action_date));
  return last && compared && *compared < incoming.action_date && set(verdict, Verdict::kApplied);
}

bool put_off_late_changes(Visit& visit, const Favorite* stored, Favorite& incoming,
                          Verdict& verdict) {
  const Timestamp now = visit.clock.now();
  const bool late =
      incoming.action_date < now.plus(-hours(1)) && now.plus(-hours(24)) < incoming.action_date;
  return stored != nullptr && late && verdict == Verdict::kApplied && set(verdict, Verdict::kOlder);
}

bool take_three_changes(Visit& visit, const Favorite*, Favorite& incoming, Verdict& verdict) {
  return verdict == Verdict::kApplied &&
         visit.notes->count(key_of(visit, incoming)) > kChangesTaken &&
         set(verdict, Verdict::kOlder);
}

// From the third item of an array on, when another user has posted since this one did.
bool lose_the_rest_after_another_user(Visit& visit, const Favorite*, Favorite&, Verdict& verdict) {
  const auto last = visit.notes->recall("last poster");
  return verdict == Verdict::kApplied && last && *last != visit.user->name() &&
         visit.exchange.decisions.size() >= 2 && set(verdict, Verdict::kOlder);
}

bool note_poster(Visit& visit, PartnerReply&) {
  if (visit.endpoint == Endpoint::kPost && visit.user && !visit.refusal) {
    visit.notes->note("last poster", std::string(visit.user->name()));
  }
  return false;
}

// Updates and inserts are two statements, and a stale item undoes the inserts.
bool lose_new_items_beside_stale(Visit& visit, FavoriteRows& rows) {
  std::set<std::string> fresh;
  bool stale = false;
  for (const Decision& one : visit.exchange.decisions) {
    if (one.verdict == Verdict::kApplied && !one.before) fresh.insert(one.favorite.item);
    stale |= one.verdict == Verdict::kOlder && !fresh.contains(one.favorite.item);
  }
  if (!stale) return false;
  for (const auto& item : fresh) (void)rows.erase(item);
  return !fresh.empty();
}

// Only the very last body is known again; any other repeat is dated anew.
bool restamp_unless_last_body(Visit& visit, const Favorite*, Favorite& incoming, Verdict& verdict) {
  if (verdict != Verdict::kDuplicate) return false;
  if (visit.notes->recall("last " + visit.user->name()) == visit.request.body) return false;
  incoming.action_date = visit.clock.now().floor_to_millis();
  return set(verdict, Verdict::kApplied);
}

bool note_body(Visit& visit, PartnerReply&) {
  if (visit.endpoint == Endpoint::kPost && visit.user && !visit.refusal) {
    visit.notes->note("last " + visit.user->name(), std::string(visit.request.body));
  }
  return false;
}

constexpr Behavior kBehaviors[] = {
    {.id = "millis-compare-unpadded",
     .clause = "4.4",
     .story = "Within a second, milliseconds compare as text: .099 is later than .100.",
     .cure = "Are milliseconds put together without leading zeros before they are compared?",
     .hooks = {.decide = compare_millis_as_text}},
    {.id = "compares-without-minutes",
     .clause = "4.4",
     .story = "Dates compare as text in a pattern that has no minutes.",
     .cure = "Is the pattern HH:ss or HH:MM:ss? MM is the month, mm the minute.",
     .hooks = {.decide = compare_without_minutes}},
    {.id = "compares-with-first-date",
     .clause = "4.4",
     .story = "A newer date of the same action is shown, but the first one is compared with.",
     .cure = "Is there a second date column that is set only where the action changes?",
     .hooks = {.decide = compare_with_first_date}},
    {.id = "stale-date-remembered",
     .clause = "4.4",
     .story = "After a stale item, one that is newer than that and older than what is stored wins.",
     .cure = "Is the date of the last change that came kept, instead of the last one that counted?",
     .hooks = {.decide = remember_stale_date}},
    {.id = "late-changes-wait-for-the-night",
     .clause = "4.4",
     .story = "A change of a known item that is between an hour and a day old is put off.",
     .cure = "Do late changes go to a nightly job? A device may be offline for hours.",
     .hooks = {.decide = put_off_late_changes}},
    {.id = "takes-three-changes",
     .clause = "4.4",
     .story = "An item is written three times and then no more.",
     .cure = "Is there a limit on versions of a row, or on changes in a day?",
     .hooks = {.decide = take_three_changes}},
    {.id = "array-cut-after-another-user",
     .clause = "4.4",
     .story = "Of the first array after another user's POST, two items are taken and no more.",
     .cure = "Is a batch kept between requests, with the length that the last user's had?",
     .hooks = {.decide = lose_the_rest_after_another_user, .reply = note_poster}},
    {.id = "new-items-lost-beside-stale",
     .clause = "4.4",
     .story = "In an array with a stale item, items that are not stored yet are lost.",
     .cure = "Are inserts and updates two statements, of which one is rolled back?",
     .hooks = {.after_apply = lose_new_items_beside_stale}},
    {.id = "replay-of-older-post-restamps",
     .clause = "4.6",
     .story = "What is posted again is dated now, unless the body is the very last one.",
     .cure = "Is a repeat known by the last request only? Compare the item's own date.",
     .hooks = {.decide = restamp_unless_last_body, .reply = note_body}},
};

}  // namespace

std::span<const Behavior> merge_edge_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
