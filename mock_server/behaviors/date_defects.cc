#include <algorithm>
#include <cstdint>

#include "mock_server/behaviors/calendar.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

constexpr std::int64_t kMilli = 1'000'000;  // nanoseconds

bool set_date(Favorite& favorite, const Timestamp& date) {
  if (favorite.action_date == date) return false;
  favorite.action_date = date;
  return true;
}

Timestamp with_nanoseconds(const Timestamp& moment, std::int64_t nanoseconds) {
  return Timestamp::from_unix(moment.seconds(), 0).plus(std::chrono::nanoseconds(nanoseconds));
}

Timestamp floor_seconds(const Timestamp& moment, std::int64_t step) {
  const std::int64_t seconds = moment.seconds();
  return Timestamp::from_unix(seconds - (seconds % step + step) % step, 0);
}

// What SQL Server's datetime keeps: a day in 300ths of a second, shown as .000, .003, .007.
Timestamp round_to_300ths(const Timestamp& moment) {
  const std::int64_t ticks = (moment.nanoseconds() * 3 + 5 * kMilli) / (10 * kMilli);
  return with_nanoseconds(moment, (ticks * 10 + 1) / 3 * kMilli);
}

// Milliseconds below a hundred read as hundredths into a double, and cut: 29, 57 and 58 lose one.
Timestamp millis_from_double(const Timestamp& moment) {
  const std::int64_t millis = moment.nanoseconds() / kMilli;
  if (millis >= 100) return moment;
  const double hundredths = static_cast<double>(millis) / 100.0;
  const auto kept = static_cast<std::int64_t>(hundredths * 100.0);
  return with_nanoseconds(moment, kept * kMilli + moment.nanoseconds() % kMilli);
}

constexpr Behavior kBehaviors[] = {
    {.id = "restamps-on-post",
     .clause = "4.2",
     .story = "Stores the moment of receipt instead of actionDate.",
     .cure = "Does the column default to NOW(), or an ORM set updated_at by itself?",
     .hooks = {.take_item =
                   [](Visit& visit, Favorite& incoming) {
                     return set_date(incoming, visit.clock.now().floor_to_millis());
                   }}},
    {.id = "restamps-old-dates",
     .clause = "4.2",
     .story = "Replaces an actionDate that is more than a day old by the moment of receipt.",
     .cure = "Is a date that looks wrong \"repaired\" on the way in?",
     .hooks = {.take_item =
                   [](Visit& visit, Favorite& incoming) {
                     const Timestamp now = visit.clock.now();
                     return incoming.action_date < now.plus(-std::chrono::hours(24)) &&
                            set_date(incoming, now.floor_to_millis());
                   }}},
    {.id = "second-precision",
     .clause = "2.5",
     .story = "Cuts milliseconds off.",
     .cure = "Is the column DATETIME without fraction digits? DATETIME(3) keeps milliseconds.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_date(incoming, floor_seconds(incoming.action_date, 1));
                   }}},
    {.id = "rounds-to-second",
     .clause = "2.5",
     .story = "Rounds to the nearest second.",
     .cure = "Is the column DATETIME of MySQL 5.6 or later, which rounds? DATETIME(3) does not.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     const Timestamp half_later =
                         incoming.action_date.plus(std::chrono::milliseconds(500));
                     return set_date(incoming, floor_seconds(half_later, 1));
                   }}},
    {.id = "three-hundredths-clock",
     .clause = "2.5",
     .story = "Keeps 300ths of a second: milliseconds end in 0, 3 or 7.",
     .cure = "Is the column SQL Server's datetime? datetime2(3) keeps milliseconds.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_date(incoming, round_to_300ths(incoming.action_date));
                   }}},
    {.id = "millis-cut-from-double",
     .clause = "2.5",
     .story = "Some milliseconds below a hundred lose one: .029 comes back as .028.",
     .cure = "Are milliseconds cut, not rounded, out of floating-point numbers?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_date(incoming, millis_from_double(incoming.action_date));
                   }}},
    {.id = "dates-in-float",
     .clause = "2.5",
     .story = "Keeps seconds since 1970 in 32 bits of floating point: dates are minutes off.",
     .cure = "Is the column REAL or FLOAT? It has 24 bits; use BIGINT milliseconds.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     const auto kept = static_cast<float>(incoming.action_date.seconds());
                     return set_date(incoming,
                                     Timestamp::from_unix(static_cast<std::int64_t>(kept), 0));
                   }}},
    {.id = "minute-precision",
     .clause = "2.5",
     .story = "Cuts seconds off.",
     .cure = "Is the column SMALLDATETIME, or the text cut at the minute?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_date(incoming, floor_seconds(incoming.action_date, 60));
                   }}},
    {.id = "day-precision",
     .clause = "2.5",
     .story = "Keeps the day alone.",
     .cure = "Is the column DATE?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_date(incoming, floor_seconds(incoming.action_date, 86400));
                   }}},
    {.id = "dst-gap-shift",
     .clause = "2.5",
     .story = "Moves dates in the hour that local clocks skip in March by an hour.",
     .cure = "Is GMT stored in a local-time column? Run the process and the session in UTC.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return is_skipped_hour(incoming.action_date) &&
                            set_date(incoming, incoming.action_date.plus(std::chrono::hours(1)));
                   }}},
    {.id = "leap-day-moved",
     .clause = "2.5",
     .story = "Stores 29 February as 1 March.",
     .cure = "Is the calendar home-made, or the year that checks the day a fixed one?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     const WallTime wall = wall_time(incoming.action_date);
                     return wall.month == 2 && wall.day == 29 &&
                            set_date(incoming, incoming.action_date.plus(std::chrono::hours(24)));
                   }}},
    {.id = "before-1970-clamped",
     .clause = "2.5",
     .story = "Stores dates before 1970 as 1970-01-01.",
     .cure = "Is the column TIMESTAMP or unsigned?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return incoming.action_date < Timestamp() && set_date(incoming, Timestamp());
                   }}},
    {.id = "pads-single-digit-millis",
     .clause = "2.5",
     .story = "Milliseconds below 100 come back times ten or a hundred (.007 as .700).",
     .cure = "Are fraction digits filled up on the wrong side?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     std::int64_t millis = incoming.action_date.nanoseconds() / kMilli;
                     while (millis != 0 && millis < 100) millis *= 10;
                     return set_date(
                         incoming,
                         with_nanoseconds(
                             incoming.action_date,
                             millis * kMilli + incoming.action_date.nanoseconds() % kMilli));
                   }}},
};

}  // namespace

std::span<const Behavior> date_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
