// What partners do to dates.
#include <algorithm>

#include "simulation/partner_switch.h"

namespace favsync::simulation {
namespace {

using namespace std::chrono_literals;
using enum Property;

bool set_date(Timestamp& date, Timestamp other) {
  if (date == other) return false;
  date = other;
  return true;
}

bool set_text(std::string& text, std::string other) {
  if (text == other) return false;
  text = std::move(other);
  return true;
}

Timestamp floor_to_second(Timestamp date) {
  return Timestamp::from_unix(date.seconds());
}

// As a serialiser prints that leaves out trailing zeros: such texts sort wrongly.
std::string trimmed(Timestamp date) {
  std::string text = to_string(date);
  text.pop_back();
  while (text.back() == '0') text.pop_back();
  if (text.back() == '.') text.pop_back();
  return text + 'Z';
}

std::string with_offset(Timestamp date, std::chrono::hours offset) {
  std::string text = to_string(date.plus(offset));
  text.pop_back();
  return '"' + text + "+02:00\"";
}

// Such dates come back changed: what was made is not what stands at the end.
constexpr PropertySet kAltersDates{kConverges, kNoLostUpdate, kAcknowledgedSurvives,
                                   kRepeatIsHarmless};

const std::vector<PartnerSwitch> kSwitches = {
    {.id = "floors-to-seconds",
     .rows = "1",
     .story = "Keeps dates in whole seconds, rounded down.",
     .excuses = kAltersDates,
     .keep_date = [](Visit&, Timestamp& d) { return set_date(d, floor_to_second(d)); },
     .edit = [](Visit&,
                Favorite& f) { return set_date(f.action_date, floor_to_second(f.action_date)); }},
    {.id = "rounds-up-to-seconds",
     .rows = "2",
     .story = "Keeps dates in whole seconds, rounded up.",
     .excuses = kAltersDates,
     .keep_date = [](Visit&,
                     Timestamp& d) { return set_date(d, floor_to_second(d.plus(999'999'999ns))); }},
    {.id = "three-hundredths-clock",
     .rows = "3",
     .story = "Keeps dates in ticks of 1/300 s: milliseconds end in 0, 3 or 7.",
     .excuses = kAltersDates,
     .keep_date =
         [](Visit&, Timestamp& d) {
           constexpr std::uint32_t kLast[] = {0, 0, 3, 3, 3, 7, 7, 7, 7, 7};
           const std::uint32_t millis = d.nanoseconds() / 1'000'000;
           return set_date(
               d, Timestamp::from_unix(d.seconds(),
                                       (millis / 10 * 10 + kLast[millis % 10]) * 1'000'000));
         }},
    {.id = "restamps-on-receipt",
     .rows = "4",
     .story = "Stores the moment of receipt instead of actionDate.",
     .excuses = kAltersDates,
     .keep_date = [](Visit& v, Timestamp& d) { return set_date(d, v.now); }},
    {.id = "restamps-with-slow-clock",
     .rows = "5",
     .story = "Stores the moment of receipt by a clock that is 90 s slow.",
     .excuses = kAltersDates,
     .keep_date = [](Visit& v, Timestamp& d) { return set_date(d, v.now.plus(-90s)); }},
    {.id = "local-time-labelled-z",
     .rows = "6",
     .story = "Prints local time, two hours ahead, and calls it Z.",
     .excuses = kAltersDates,
     .element =
         [](Visit&, const Favorite& f, PrintedElement& e) {
           return set_text(e.date, '"' + to_string(f.action_date.plus(2h)) + '"');
         }},
    {.id = "no-zone",
     .rows = "7",
     .story = "Prints dates without a zone.",
     .excuses = kAltersDates,
     .element =
         [](Visit&, const Favorite&, PrintedElement& e) {
           if (!e.date.ends_with("Z\"")) return false;
           e.date.erase(e.date.size() - 2, 1);
           return true;
         }},
    {.id = "offset-instead-of-z",
     .rows = "8",
     .story = "Prints dates with an offset, the instant being right.",
     .element = [](Visit&, const Favorite& f,
                   PrintedElement& e) { return set_text(e.date, with_offset(f.action_date, 2h)); }},
    {.id = "compares-as-strings",
     .rows = "9",
     .story = "Compares dates as texts of varying width.",
     .excuses = kAltersDates,
     .take =
         [](const Favorite& stands, const Favorite& incoming, bool& takes) {
           const bool says = trimmed(incoming.action_date) > trimmed(stands.action_date);
           if (says == takes || stands.action_date == incoming.action_date) return false;
           takes = says;
           return true;
         }},
    {.id = "epoch-number",
     .rows = "10",
     .story = "Prints dates as numbers of milliseconds.",
     .excuses = kAltersDates,
     .element =
         [](Visit&, const Favorite& f, PrintedElement& e) {
           return set_text(e.date, std::to_string(f.action_date.unix_millis()));
         }},
    {.id = "date-only",
     .rows = "11",
     .story = "Prints the day alone.",
     .excuses = kAltersDates,
     .element = [](Visit&, const Favorite&,
                   PrintedElement& e) { return set_text(e.date, e.date.substr(0, 11) + '"'); }},
    {.id = "zero-date",
     .rows = "12",
     .story = "Prints the dates of removals as a null date's text, year 1.",
     .excuses = kAltersDates | PropertySet{kNoResurrection},
     .element =
         [](Visit&, const Favorite& f, PrintedElement& e) {
           return f.action == Action::kDelete && set_text(e.date, "\"0001-01-01T00:00:00Z\"");
         }},
    {.id = "far-future",
     .rows = "13",
     .story = "Dates what its own site does in the year 2099.",
     .excuses = kAltersDates,
     .edit =
         [](Visit&, Favorite& f) {
           return set_date(f.action_date,
                           std::max(f.action_date, Timestamp::from_unix(4'070'908'800)));
         }},
    {.id = "clock-minutes-ahead",
     .rows = "14",
     .story = "Dates what its own site does four minutes ahead.",
     .edit =
         [](Visit& v, Favorite& f) {
           return set_date(f.action_date, std::max(f.action_date, v.now.plus(4min)));
         }},
    {.id = "read-time-dates",
     .rows = "15",
     .story = "Prints the moment of reading as every date.",
     .excuses = kAltersDates | PropertySet{kSendingEnds, kNoResurrection},
     .show =
         [](Visit& v, std::vector<Favorite>& list) {
           for (auto& favorite : list) favorite.action_date = v.now;
           return !list.empty();
         }},
    {.id = "clock-set-back",
     .rows = "16",
     .story = "Dates what its own site does an hour back, and stores it all the same.",
     .excuses = {kAcknowledgedSurvives},
     .edit = [](Visit& v, Favorite& f) { return set_date(f.action_date, v.now.plus(-1h)); }},
    {.id = "fifteen-digit-fraction",
     .rows = "17",
     .story = "Prints dates with fifteen fraction digits.",
     .element =
         [](Visit&, const Favorite&, PrintedElement& e) {
           if (!e.date.ends_with("Z\"")) return false;
           e.date.insert(e.date.size() - 2, 12, '0');
           return true;
         }},
};

}  // namespace

std::span<const PartnerSwitch> date_switches() {
  return kSwitches;
}

}  // namespace favsync::simulation
