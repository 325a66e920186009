// The newest action wins, per item: §4.4.
#include <array>

#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"

namespace favsync::contract {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

constexpr Act kAdd = Act::kAdd;
constexpr Act kDelete = Act::kDelete;

// Two writes of one item, the second one newer.
Story newer(Act first, Act second) {
  return {fmt::format("{}, then a newer {}", to_string(first), to_string(second)),
          {{0, first, 0}, {1, second, 1}},
          {},
          {},
          {}};
}

// Two writes of one item, the second one older.
Story stale(Act first, Act second) {
  return {fmt::format("{}, then an older {}", to_string(first), to_string(second)),
          {{0, first, 1}, {1, second, 0}},
          {},
          {},
          {}};
}

std::vector<Story> newer_delete(const Lab&) {
  return {newer(kAdd, kDelete)};
}
std::vector<Story> newer_add(const Lab&) {
  Story again{
      "ADD, DELETE, ADD, each newer", {{0, kAdd, 0}, {1, kDelete, 1}, {2, kAdd, 2}}, {}, {}, {}};
  return {newer(kDelete, kAdd), std::move(again)};
}
std::vector<Story> newer_same(const Lab&) {
  return {newer(kAdd, kAdd), newer(kDelete, kDelete)};
}
std::vector<Story> stale_delete(const Lab&) {
  return {stale(kAdd, kDelete)};
}
std::vector<Story> stale_add(const Lab&) {
  Story after{"ADD, a newer DELETE, then an ADD between them",
              {{0, kAdd, 0}, {1, kDelete, 2}, {2, kAdd, 1}},
              {},
              {},
              {}};
  return {stale(kDelete, kAdd), std::move(after)};
}
std::vector<Story> stale_same(const Lab&) {
  return {stale(kAdd, kAdd), stale(kDelete, kDelete)};
}

// Refreshed dates count: what lies between the two is stale.
std::vector<Story> refreshed(const Lab&) {
  return {{"ADD, a newer ADD, then a DELETE between them",
           {{0, kAdd, 0}, {1, kAdd, 2}, {2, kDelete, 1}},
           {},
           {},
           {}},
          {"DELETE, a newer DELETE, then an ADD between them",
           {{0, kDelete, 0}, {1, kDelete, 2}, {2, kAdd, 1}},
           {},
           {},
           {}}};
}

// Pairs that lie so far apart, in both orders of arrival.
std::vector<Story> apart(std::vector<std::pair<std::string, nanoseconds>> gaps,
                         std::vector<int> fractions) {
  std::vector<Story> stories;
  for (const auto& [name, gap] : gaps) {
    for (const int millis : fractions) {
      for (const bool newer_last : {true, false}) {
        const Act older = stories.size() / 2 % 2 == 0 ? kAdd : kDelete;
        Story story{fmt::format("{} {}, from .{:03}", name, newer_last ? "newer" : "older", millis),
                    {{0, newer_last ? older : other_than(older), newer_last ? 0 : 1},
                     {1, newer_last ? other_than(older) : older, newer_last ? 1 : 0}},
                    {},
                    millis * 1'000'000,
                    {nanoseconds(0), gap}};
        stories.push_back(std::move(story));
      }
    }
  }
  return stories;
}

std::vector<Story> one_millisecond(const Lab&) {
  return apart({{"one millisecond", milliseconds(1)}}, {7, 99, 123, 499, 998, 999});
}

std::vector<Story> small_gaps(const Lab& lab) {
  // An item that is used again and again moves on by each gap: long ones are for new items.
  if (!lab.generates_items()) return apart({{"10 ms", milliseconds(10)}}, {101, 899});
  return apart({{"10 ms", milliseconds(10)},
                {"90 ms", milliseconds(90)},
                {"999 ms", milliseconds(999)},
                {"one second", seconds(1)},
                {"59 s", seconds(59)},
                {"one minute", minutes(1)}},
               {101, 899});
}

// All orders in which three writes can arrive.
std::vector<Story> arrival_orders(const Lab&) {
  constexpr std::array<std::array<int, 3>, 6> kOrders{
      {{0, 1, 2}, {0, 2, 1}, {1, 0, 2}, {1, 2, 0}, {2, 0, 1}, {2, 1, 0}}};
  std::vector<Story> stories;
  for (const Act oldest : {kAdd, kDelete}) {
    for (const auto& order : kOrders) {
      Story story{fmt::format("arrival of the {}th, {}th and {}th oldest of three", order[0] + 1,
                              order[1] + 1, order[2] + 1),
                  {},
                  {},
                  {},
                  {}};
      for (int stage = 0; stage < 3; ++stage) {
        const int rank = order[static_cast<std::size_t>(stage)];
        story.writes.push_back({stage, rank == 1 ? other_than(oldest) : oldest, rank});
      }
      stories.push_back(std::move(story));
    }
  }
  Story often{"seven changes, each newer", {}, {}, {}, {}};
  for (int stage = 0; stage < 7; ++stage) {
    often.writes.push_back({stage, stage % 2 == 0 ? kAdd : kDelete, stage});
  }
  stories.push_back(std::move(often));
  return stories;
}

// Older and newer dates that only a comparison of instants gets right: texts, local formats, clocks
// of twelve hours and single fields go wrong.
std::vector<Story> across_boundaries(const Lab& lab) {
  struct Pair {
    std::string_view name;
    Civil older, newer;
  };
  const int y = to_civil(lab.start()).year - 1;
  const Pair pairs[] = {
      {"the turn of a day", {y, 5, 2, 23, 59, 59, 999}, {y, 5, 3, 0, 0, 0, 1}},
      {"the turn of a month", {y, 9, 30, 22, 10, 0, 501}, {y, 10, 1, 1, 5, 0, 502}},
      {"the turn of a year", {y - 1, 12, 31, 23, 59, 59, 999}, {y, 1, 1, 0, 0, 0, 1}},
      {"the same day of another year", {y - 1, 11, 20, 18, 0, 0, 301}, {y, 11, 2, 3, 0, 0, 302}},
      {"a later month with an earlier day", {y, 2, 28, 9, 0, 0, 41}, {y, 11, 3, 8, 0, 0, 42}},
      {"day 9 and day 10", {y, 6, 9, 15, 0, 0, 77}, {y, 6, 10, 4, 0, 0, 78}},
      {"9 and 10 o'clock", {y, 7, 7, 9, 59, 59, 611}, {y, 7, 7, 10, 0, 0, 612}},
      {"11 and 12 o'clock", {y, 7, 8, 11, 30, 0, 613}, {y, 7, 8, 12, 15, 0, 614}},
      {"12 and 13 o'clock", {y, 7, 9, 12, 45, 0, 615}, {y, 7, 9, 13, 1, 0, 616}},
      {"0 and 12 o'clock", {y, 7, 10, 0, 20, 0, 617}, {y, 7, 10, 12, 10, 0, 618}},
      {"minute 9 and minute 10", {y, 8, 1, 6, 9, 50, 711}, {y, 8, 1, 6, 10, 5, 712}},
      {"September and October", {y, 9, 9, 9, 9, 9, 901}, {y, 10, 8, 8, 8, 8, 801}},
      {"an hour that summer time repeats", {y, 10, 26, 0, 30, 0, 5}, {y, 10, 26, 1, 15, 0, 6}},
      {"an hour that summer time skips", {y, 3, 30, 1, 59, 0, 7}, {y, 3, 30, 2, 1, 0, 8}},
  };
  std::vector<Story> stories;
  for (const auto& pair : pairs) {
    const std::vector<Instant> dates{to_instant(pair.older), to_instant(pair.newer)};
    if (!lab.takes_date(dates.front())) continue;
    for (const bool newer_last : {true, false}) {
      const Act older = stories.size() / 2 % 2 == 0 ? kAdd : kDelete;
      stories.push_back(
          {fmt::format("across {}, the {} one last", pair.name, newer_last ? "newer" : "older"),
           {{0, newer_last ? older : other_than(older), newer_last ? 0 : 1},
            {1, newer_last ? other_than(older) : older, newer_last ? 1 : 0}},
           dates,
           {},
           {}});
    }
  }
  return stories;
}

// Dates whose texts have different lengths.
std::vector<Story> other_digits(const Lab&) {
  struct Pair {
    int older_nanos, older_digits, newer_nanos, newer_digits;
  };
  std::vector<Story> stories;
  for (const Pair& pair :
       {Pair{0, 0, 1'000'000, 3}, Pair{90'000'000, 2, 100'000'000, 1},
        Pair{499'000'000, 3, 500'000'000, 1}, Pair{100'000'000, 1, 101'000'000, 3},
        Pair{120'000'000, 6, 150'000'000, 2}, Pair{0, 3, 2'000'000, 6}}) {
    for (const bool newer_last : {true, false}) {
      const StoryWrite older{newer_last ? 0 : 1, newer_last ? kAdd : kDelete, 0, pair.older_digits};
      const StoryWrite newest{newer_last ? 1 : 0, newer_last ? kDelete : kAdd, 1,
                              pair.newer_digits};
      stories.push_back(
          {fmt::format("{} and {} fraction digits, the {} one last", pair.older_digits,
                       pair.newer_digits, newer_last ? "newer" : "older"),
           {older, newest},
           {},
           pair.older_nanos,
           {nanoseconds(0), nanoseconds(pair.newer_nanos - pair.older_nanos)}});
    }
  }
  return stories;
}

// A date of an hour ago is newer than what is stored, and so it counts: the time of arrival says
// nothing.
std::vector<Story> late_arrivals(const Lab& lab) {
  std::vector<Story> stories;
  for (const auto age : {hours(1), hours(5), hours(20)}) {
    const Instant base = lab.start().plus(-age).plus(milliseconds(417));
    stories.push_back({fmt::format("two changes of {} h ago", age.count()),
                       {{0, kAdd, 0}, {1, kDelete, 1}},
                       {base, base.plus(seconds(31) + milliseconds(4))},
                       {},
                       {}});
  }
  return stories;
}

Check merge(std::string_view id, std::string_view title, std::string_view steps,
            std::string_view hint, std::string_view wave, std::vector<Story> (*stories)(const Lab&),
            std::vector<std::string_view> needs) {
  return {.id = id,
          .clause = "4.4",
          .title = title,
          .applies = Applies::kTwoWay,
          .needs = std::move(needs),
          .steps = steps,
          .control = "Items with a single write show it.",
          .hint = hint,
          .depth = wave == "pairs" ? Depth::kStandard : Depth::kQuick,
          .stories = stories,
          .wave = wave};
}

}  // namespace

std::vector<Check> merge_checks() {
  const std::vector<std::string_view> basics = {"write.array", "list.complete"};
  const std::vector<std::string_view> newer_wins = {"merge.newer-delete", "merge.newer-add"};
  const std::vector<std::string_view> both = {"merge.newer-delete", "merge.newer-add",
                                              "merge.stale-delete", "merge.stale-add"};
  return {
      merge("merge.newer-delete", "A newer DELETE replaces an ADD",
            "POST of an ADD, POST of a newer DELETE, GET.",
            "The first write wins: inserts only, or an update that fails in silence.", "newer",
            newer_delete, basics),
      merge("merge.newer-add", "A newer ADD replaces a DELETE",
            "POST of a DELETE, POST of a newer ADD, GET; and ADD, DELETE, ADD.",
            "A removal is kept for ever.", "newer", newer_add, basics),
      merge("merge.newer-same", "A newer date replaces an older one of the same action",
            "POST of an ADD, POST of a newer ADD, GET; and the same with DELETE.",
            "An action that is there already is passed over, and its date with it.", "newer",
            newer_same, basics),
      merge("merge.stale-delete", "An older DELETE changes nothing",
            "POST of an ADD, POST of an older DELETE, GET.",
            "What arrives last wins: compare actionDate before writing.", "stale", stale_delete,
            newer_wins),
      merge("merge.stale-add", "An older ADD changes nothing: no favourite comes back",
            "POST of a DELETE, POST of an older ADD, GET.",
            "The date of a removal is forgotten, or not compared.", "stale", stale_add, newer_wins),
      merge("merge.stale-same", "An older date of the same action changes nothing",
            "POST of an ADD, POST of an older ADD, GET; and the same with DELETE.",
            "The date is rolled back.", "stale", stale_same, newer_wins),
      merge(
          "merge.refreshed-date", "A refreshed date counts against what lies before it",
          "POST of an ADD, of a newer ADD, of a DELETE between them, GET; and the other way round.",
          "The date is not refreshed where the action stays the same.", "stale", refreshed,
          {"merge.newer-same", "merge.stale-delete", "merge.stale-add"}),
      merge("merge.arrival-order", "The order of arrival does not matter",
            "Three writes of one item in all six orders, and seven in a row, GET.",
            "State that depends on history.", "pairs", arrival_orders, both),
      merge("merge.one-millisecond", "One millisecond decides",
            "Pairs of writes one millisecond apart, in both orders, GET.",
            "Dates are compared in whole seconds, or as floating-point numbers.", "pairs",
            one_millisecond, both),
      merge("merge.small-gaps", "Small differences decide",
            "Pairs of writes 10 ms to one minute apart, in both orders, GET.",
            "Dates are compared field by field, or rounded.", "pairs", small_gaps, both),
      merge("merge.other-digits", "Dates compare as instants, not as text",
            "Pairs of writes whose dates have different numbers of fraction digits, in both "
            "orders, GET.",
            "As text, \"12Z\" is after \"12.001Z\": compare parsed instants.", "pairs",
            other_digits, {"merge.one-millisecond", "date.fraction-digits"}),
      merge("merge.across-boundaries", "Days, months, years and hours compare rightly",
            "Pairs of writes on both sides of such a boundary, in both orders, GET.",
            "Compared as text in a local form, or in one field only.", "pairs", across_boundaries,
            {"merge.one-millisecond", "date.calendar"}),
      merge("merge.late-arrival", "A change that arrives hours late counts by its date",
            "Pairs of writes 1 to 20 hours old, GET.",
            "Compared with now, or refused as too old: devices are offline for a day.", "pairs",
            late_arrivals, {"merge.newer-delete", "date.hours"}),
  };
}

}  // namespace favsync::contract
