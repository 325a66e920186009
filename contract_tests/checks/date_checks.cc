// Dates survive: §2.5, §4.2.
#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

Story one_write(std::string label, Instant at) {
  return {std::move(label), {{0, Act::kAdd, 0}}, {at}, std::nullopt, {}};
}

// Dates of the last day: each hour, on minutes and seconds of one and two digits.
std::vector<Story> clock_stories(const Lab& lab) {
  std::vector<Story> stories;
  const Instant end = lab.start().plus(-std::chrono::hours(1));
  const Civil last = to_civil(end);
  for (int back = 0; back < 24; ++back) {
    Civil civil = last;
    civil.minute = (back * 7) % 60;
    civil.second = (back * 13 + 5) % 60;
    civil.millis = 101 + back * 37;
    Instant at = to_instant(civil).plus(-std::chrono::hours(back));
    if (at > end) at = at.plus(-std::chrono::hours(24));
    stories.push_back(one_write("a date of the last day, " + to_text(at), at));
  }
  return stories;
}

std::vector<Story> millisecond_stories(const Lab&) {
  std::vector<Story> stories;
  for (const int millis :
       {0,   1,   5,   7,   9,   10,  11,  29,  40,  57,  58,  70,  98,  99,  100, 101, 110, 123,
        250, 333, 400, 499, 500, 501, 567, 700, 790, 798, 900, 989, 990, 995, 996, 997, 998, 999}) {
    Story story{fmt::format("milliseconds .{:03}", millis), {{0, Act::kAdd, 0}}, {}, {}, {}};
    story.nanos = millis * 1'000'000;
    stories.push_back(std::move(story));
  }
  return stories;
}

std::vector<Story> fraction_stories(const Lab&) {
  struct Form {
    int digits, nanos;
  };
  std::vector<Story> stories;
  for (const Form form : {Form{0, 0}, Form{1, 700'000'000}, Form{2, 120'000'000},
                          Form{2, 90'000'000}, Form{4, 123'400'000}, Form{6, 798'123'000},
                          Form{6, 7'000}, Form{7, 345'678'900}, Form{9, 987'654'321}}) {
    Story story{fmt::format("{} fraction digits", form.digits),
                {{0, Act::kAdd, 0, form.digits}},
                {},
                {},
                {}};
    story.nanos = form.nanos;
    stories.push_back(std::move(story));
  }
  return stories;
}

// Dates of the last two years, newest first: every month, days of one and two digits, ends of
// months, leap day, turns of the year, and the hours that a change to or from summer time skips or
// repeats.
std::vector<Instant> calendar(Instant now) {
  std::vector<Instant> dates;
  const int year = to_civil(now).year;
  const auto add = [&](Civil civil) {
    const Instant at = to_instant(civil);
    if (at < now.plus(-std::chrono::hours(26))) dates.push_back(at);
  };
  for (int y = year - 1; y <= year; ++y) {
    for (int month = 1; month <= 12; ++month) {
      add({y, month, 1 + (month * 5 + y) % 28, month * 2 - 1, 59 - month, month, 103 + month});
      add({y, month, 12, 23, 4, 9, 215 + month});
    }
    for (const int day : {28, 29, 30, 31}) add({y, 1, day, 10, 9, 8, 417 + day});
    add({y, 3, 31, 23, 59, 59, 999});
    add({y, 12, 31, 23, 59, 59, 998});
    add({y, 1, 1, 0, 0, 0, 1});
    add({y, 6, 30, 0, 0, 0, 3});
    add({y, 2, 28, 23, 59, 59, 997});
    add({y, 4, 5, 6, 7, 0, 0});
    for (int day = 8; day <= 14; ++day) add({y, 3, day, 2, 30, 0, 301 + day});  // America
    for (int day = 25; day <= 31; ++day) add({y, 3, day, 1 + day % 2, 30, 0, 401 + day});  // Europe
    for (int day = 25; day <= 31; ++day) add({y, 10, day, day % 3, 30, 0, 501 + day});
  }
  const int leap = year - (year - 1) % 4 - 1;
  if (year - leap <= 3) add({leap, 2, 29, 12, 0, 0, 111});
  if (year - leap <= 3) add({leap, 2, 29, 23, 59, 59, 998});
  std::sort(dates.rbegin(), dates.rend());
  return dates;
}

// Posts the calendar in parts, newest first. A partner may refuse dates beyond some age with a 4xx,
// whole arrays at a time; it may not refuse one and take an older one.
Finding calendar_survives(Lab& lab) {
  if (!lab.generates_items()) {
    return Finding::not_exercised("no-new-item", "old dates need ids that were never stored");
  }
  Account& account = lab.first();
  constexpr std::size_t kPart = 50;
  auto dates = calendar(lab.start());
  if (lab.options().depth == Depth::kDeep) {  // far from any real favourite, and valid all the same
    dates.push_back(to_instant({1970, 1, 1, 0, 0, 1, 5}));
    dates.push_back(to_instant({1969, 12, 31, 23, 59, 59, 7}));
  }
  std::optional<Posted> refused;
  Instant refused_from;
  for (std::size_t at = 0; at < dates.size(); at += kPart) {
    std::vector<Write> part;
    const auto items = lab.items(account, std::min(kPart, dates.size() - at));
    for (std::size_t i = 0; i < items.size(); ++i) {
      part.push_back({items[i], {i % 3 == 2 ? Act::kDelete : Act::kAdd, dates[at + i]}});
    }
    FAVSYNC_OR_RETURN(posted, lab.post(account, part));
    if (posted.acknowledged && !refused) continue;
    if (posted.acknowledged || posted.status / 100 != 4) {
      const Posted& shown = posted.acknowledged ? *refused : posted;
      return Finding::fail(
                 fmt::format("status-{}", shown.status),
                 fmt::format(
                     "an array of {} items with dates from {} on backwards was answered {}{}: {}",
                     part.size(), to_text(posted.acknowledged ? refused_from : dates[at]),
                     shown.status, posted.acknowledged ? ", though older ones are taken" : "",
                     clip(shown.body, 120)))
          .wanted("a 2xx for valid dates")
          .got(fmt::format("status {}", shown.status))
          .shown_by({shown.exchange});
    }
    if (!refused) {
      refused = posted;
      refused_from = dates[at];
    }
  }
  if (refused) lab.set_oldest_date(refused_from);
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (finding.passed() && refused) {
    finding.message = fmt::format("dates of {} and before are refused with {}, as a partner may",
                                  to_text(refused_from), refused->status);
  }
  return finding;
}

}  // namespace

std::vector<Check> date_checks() {
  const std::vector<std::string_view> basics = {"write.array", "list.complete"};
  return {
      {.id = "date.milliseconds",
       .clause = "2.5",
       .title = "Milliseconds survive, whatever they are",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST of items with 33 different milliseconds, from .000 to .999, then GET.",
       .hint = "Rounding, a floating-point epoch, or digits that are not padded with zeros.",
       .stories = millisecond_stories,
       .wave = "dates"},
      {.id = "date.fraction-digits",
       .clause = "2.5",
       .title = "The instant survives whatever the number of fraction digits",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps =
           "POST of items whose dates have 0 to 9 fraction digits; the same to the millisecond.",
       .control = "Three digits survive.",
       .hint =
           "\".7\" is 700 ms; what is finer than a millisecond may be cut, not the date refused.",
       .stories = fraction_stories,
       .wave = "dates"},
      {.id = "date.hours",
       .clause = "2.5",
       .title = "Every hour of the day survives",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST of 24 items, one for each hour of the last day, then GET.",
       .hint = "A clock of twelve hours, or a local time that is labelled as GMT.",
       .stories = clock_stories,
       .wave = "dates"},
      {.id = "date.calendar",
       .clause = "2.5",
       .title = "Dates through the year survive",
       .applies = Applies::kTwoWay,
       .needs = {"date.hours"},
       .steps = "POST of items with dates through two years: months, month ends, leap day, new "
                "year, the "
                "hours around changes of summer time; then GET.",
       .hint = "Months counted from 0, a local zone with summer time, a column without room.",
       .depth = Depth::kStandard,
       .run = calendar_survives},
  };
}

}  // namespace favsync::contract
