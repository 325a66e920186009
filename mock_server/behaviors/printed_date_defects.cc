#include <cmath>
#include <string>

#include <fmt/format.h>

#include "mock_server/behaviors/calendar.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

// Sets the JSON text of the date.
bool set_json(PrintedRow& text, std::string json) {
  if (text.action_date == json) return false;
  text.action_date = std::move(json);
  return true;
}

bool set_text(PrintedRow& text, const std::string& date) {
  return set_json(text, '"' + date + '"');
}

// Prints another moment in the contract's form.
bool set_moment(PrintedRow& text, const Favorite& row, const Timestamp& moment) {
  return moment != row.action_date && set_text(text, to_string(moment));
}

std::string zulu(const WallTime& wall) {
  return date_and_time(wall, 'T') + millis(wall) + 'Z';
}

// The year that the ISO week of the day belongs to: what 'YYYY' means in some date patterns.
std::int64_t week_year(const Timestamp& moment) {
  const int since_monday = (weekday(moment) + 6) % 7;
  const Timestamp thursday = moment.plus(std::chrono::hours(24 * (3 - since_monday)));
  return wall_time(thursday).year;
}

constexpr Behavior kBehaviors[] = {
    {.id = "local-time-labelled-z",
     .clause = "4.2",
     .story = "Prints local time, two hours ahead, and calls it Z.",
     .cure = "Is 'Z' a literal in the pattern while the formatter runs in local time?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     return set_moment(text, row, row.action_date.plus(std::chrono::hours(2)));
                   }}},
    {.id = "summer-time-shift",
     .clause = "4.2",
     .story = "Dates in summer come back one hour later.",
     .cure = "Is a fixed winter offset taken off a local time that has summer time?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     return is_summer_time(row.action_date) &&
                            set_moment(text, row, row.action_date.plus(std::chrono::hours(1)));
                   }}},
    {.id = "twelve-hour-clock",
     .clause = "4.2",
     .story = "Hours after noon lose twelve; midnight is printed as 12.",
     .cure = "Is it 'hh' where the pattern needs 'HH'?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     WallTime wall = wall_time(row.action_date);
                     wall.hour = wall.hour % 12 == 0 ? 12 : wall.hour % 12;
                     return set_moment(text, row, moment_of(wall));
                   }}},
    {.id = "month-off-by-one",
     .clause = "4.2",
     .story = "Prints the month one too small; January becomes 00.",
     .cure = "Is it JavaScript's getMonth(), which counts from 0, without + 1?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     WallTime wall = wall_time(row.action_date);
                     wall.month -= 1;
                     return set_text(text, zulu(wall));
                   }}},
    {.id = "minutes-printed-as-month",
     .clause = "4.2",
     .story = "Prints the month where the minutes belong.",
     .cure = "Is it 'MM' where the pattern needs 'mm'?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     WallTime wall = wall_time(row.action_date);
                     wall.minute = wall.month;
                     return set_moment(text, row, moment_of(wall));
                   }}},
    {.id = "day-month-swapped",
     .clause = "4.2",
     .story = "Swaps day and month where the day is 12 or less.",
     .cure = "Is the date read back as dd/mm by a parser that expects mm/dd?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     WallTime wall = wall_time(row.action_date);
                     if (wall.day > 12) return false;
                     std::swap(wall.day, wall.month);
                     return set_moment(text, row, moment_of(wall));
                   }}},
    {.id = "week-year",
     .clause = "4.2",
     .story = "Around New Year prints the year of the week instead of the year.",
     .cure = "Is it 'YYYY' (week year) where the pattern needs 'yyyy'?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     WallTime wall = wall_time(row.action_date);
                     wall.year = week_year(row.action_date);
                     return set_moment(text, row, moment_of(wall));
                   }}},
    {.id = "evening-is-next-day",
     .clause = "4.2",
     .story = "After 22:00 GMT prints tomorrow's date with today's time.",
     .cure = "Are date and time formatted separately, one of them in local time?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     return wall_time(row.action_date).hour >= 22 &&
                            set_moment(text, row, row.action_date.plus(std::chrono::hours(24)));
                   }}},
    {.id = "midnight-as-24",
     .clause = "2.4",
     .story = "Prints the hour after midnight as 24.",
     .cure = "Is it 'kk' where the pattern needs 'HH'?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     WallTime wall = wall_time(row.action_date);
                     if (wall.hour != 0) return false;
                     wall.hour = 24;
                     return set_text(text, zulu(wall));
                   }}},
    {.id = "unpadded-millis",
     .clause = "2.5",
     .story = "Prints .007 as .7.",
     .cure = "Is the number of milliseconds joined on without leading zeros?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     const WallTime wall = wall_time(row.action_date);
                     if (wall.nanoseconds / 1'000'000 >= 100 || wall.nanoseconds < 1'000'000)
                       return false;
                     return set_text(text, fmt::format("{}.{}Z", date_and_time(wall, 'T'),
                                                       wall.nanoseconds / 1'000'000));
                   }}},
    {.id = "two-digit-fraction",
     .clause = "2.5",
     .story = "Prints hundredths of a second and drops the rest.",
     .cure = "Does the pattern have two fraction digits?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     const WallTime wall = wall_time(row.action_date);
                     if (wall.nanoseconds % 10'000'000 == 0) return false;
                     return set_text(text, fmt::format("{}.{:02}Z", date_and_time(wall, 'T'),
                                                       wall.nanoseconds / 10'000'000));
                   }}},
    {.id = "unpadded-numbers",
     .clause = "2.4",
     .story = "Prints months, days and hours below 10 with one digit.",
     .cure = "Is the date joined together by hand?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     const WallTime wall = wall_time(row.action_date);
                     if (wall.month >= 10 && wall.day >= 10 && wall.hour >= 10) return false;
                     return set_text(text, fmt::format("{:04}-{}-{}T{}:{:02}:{:02}{}Z", wall.year,
                                                       wall.month, wall.day, wall.hour, wall.minute,
                                                       wall.second, millis(wall)));
                   }}},
    {.id = "no-zone",
     .clause = "2.4",
     .story = "Prints dates without a zone.",
     .cure = "Is a naive date-time printed? Add the UTC zone before.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     const WallTime wall = wall_time(row.action_date);
                     return set_text(text, date_and_time(wall, 'T') + millis(wall));
                   }}},
    {.id = "offset-not-gmt",
     .clause = "2.4",
     .story = "Prints the right moment in local time with +02:00.",
     .cure = "Is the date converted to UTC before it is printed?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     const WallTime wall = wall_time(row.action_date.plus(std::chrono::hours(2)));
                     return set_text(text, date_and_time(wall, 'T') + millis(wall) + "+02:00");
                   }}},
    {.id = "epoch-number",
     .clause = "2.4",
     .story = "Prints milliseconds since 1970 as a number.",
     .cure = "Is the date serialised as the language's number of milliseconds?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     return set_json(text, std::to_string(row.action_date.unix_millis()));
                   }}},
    {.id = "space-for-t",
     .clause = "2.4",
     .story = "Prints a blank between date and time.",
     .cure = "Is the database's own text handed on?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     const WallTime wall = wall_time(row.action_date);
                     return set_text(text, date_and_time(wall, ' ') + millis(wall) + 'Z');
                   }}},
    {.id = "http-date",
     .clause = "2.4",
     .story = "Prints dates as HTTP does: Tue, 02 May 2017 10:45:12 GMT.",
     .cure = "Is the language's toUTCString() or a header formatter used?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     return set_text(text, http_date(row.action_date));
                   }}},
};

}  // namespace

std::span<const Behavior> printed_date_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
