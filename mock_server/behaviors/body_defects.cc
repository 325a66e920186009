#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "mock_server/behaviors/item_text.h"
#include "mock_server/behaviors/raw_body.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"
#include "wire/favorites_codec.h"

namespace favsync::mock {
namespace {

using nlohmann::json;

constexpr std::size_t kFatalNesting = 32;
constexpr std::size_t kSmallBuffer = 4096;
constexpr std::size_t kOneTooFew = 99;

// Takes a body that the honest reader refused, if it can be read with that much leniency.
bool take_refused(Visit& visit, const Leniency& leniency) {
  if (!visit.refusal) return false;
  auto read = read_carelessly(visit.request.body, leniency, visit.clock.now().floor_to_millis());
  if (!read || read->empty()) return false;
  visit.refusal.reset();
  visit.posted = *std::move(read);
  return true;
}

bool refuse(Visit& visit, std::string message) {
  visit.posted.clear();
  visit.refusal = std::move(message);
  return true;
}

bool answer(Visit& visit, PartnerReply reply) {
  visit.answer = std::move(reply);
  return true;
}

bool is_json(std::string_view body) {
  return json::accept(body.begin(), body.end());
}

// Calls `look` with the text of each date of a body that was taken; false when none returns true.
bool any_date(Visit& visit, bool (*look)(std::string_view date)) {
  if (visit.refusal) return false;
  const json document = raw_json(visit.request.body);
  if (!document.is_array()) return false;
  return std::any_of(document.begin(), document.end(), [&](const json& element) {
    const auto date = element.find("actionDate");
    return date != element.end() && date->is_string() && look(date->get_ref<const std::string&>());
  });
}

// The digits between the point and the zone.
std::string_view fraction(std::string_view date) {
  const std::size_t point = date.find('.');
  if (point == std::string_view::npos) return {};
  date.remove_prefix(point + 1);
  return date.substr(0, date.find_first_not_of("0123456789"));
}

// Reads the fraction as a number of milliseconds: ".5" is 5 ms.
bool read_fraction_as_millis(Visit& visit) {
  if (visit.refusal) return false;
  const json document = raw_json(visit.request.body);
  if (!document.is_array() || document.size() != visit.posted.size()) return false;
  bool changed = false;
  for (std::size_t i = 0; i < document.size(); ++i) {
    const auto text = document[i].find("actionDate");
    if (text == document[i].end() || !text->is_string()) continue;  // another defect took it
    const auto digits = fraction(text->get_ref<const std::string&>());
    if (digits.empty() || digits.size() > 2) continue;
    Timestamp& date = visit.posted[i].action_date;
    const Timestamp read = Timestamp::from_unix(date.seconds(), 0)
                               .plus(std::chrono::milliseconds(std::stoi(std::string(digits))));
    changed |= std::exchange(date, read) != read;
  }
  return changed;
}

bool apply_up_to_first_bad(Visit& visit) {
  if (!visit.refusal) return false;
  const json document = raw_json(visit.request.body);
  if (!document.is_array()) return false;
  std::vector<Favorite> good;
  for (const json& element : document) {
    const auto favorite = read_element(element, {}, {});
    if (!favorite) break;
    good.push_back(*favorite);
  }
  if (good.empty()) return false;
  visit.posted = std::move(good);
  visit.refusal.reset();
  return true;
}

bool crash_on_nesting(Visit& visit) {
  if (nesting(visit.request.body) <= kFatalNesting) return false;
  PartnerReply nothing;
  nothing.status = 500;
  nothing.delivery.drop_before_headers = true;
  std::vector<Favorite> at_start;
  for (const Scenario::User& user : visit.scenario.users) {
    if (user.name == visit.user->name()) at_start = user.favorites;
  }
  visit.list->assign(std::move(at_start));
  return answer(visit, std::move(nothing));
}

bool keep_unicode_escapes(Visit& visit) {
  if (visit.refusal || visit.request.body.find("\\u") == std::string_view::npos) return false;
  auto read = parse_favorites(replaced(visit.request.body, "\\u", "\\\\u"));
  return read && std::exchange(visit.posted, *read) != *read;
}

constexpr Behavior kBehaviors[] = {
    {.id = "default-add",
     .clause = "4.7",
     .story = "A favourite without an action is added.",
     .cure = "Does the field default to ADD? Without it the favourite is not one.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return take_refused(visit, {.missing_action_adds = true});
                   }}},
    {.id = "default-now",
     .clause = "4.7",
     .story = "A favourite without a readable date gets the moment of receipt.",
     .cure = "Does the field default to NOW(), or a parse error to the current time?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return take_refused(visit, {.missing_date_is_now = true});
                   }}},
    {.id = "else-means-delete",
     .clause = "4.7",
     .story = "Every action but ADD removes the favourite.",
     .cure = "Is it if (action == \"ADD\") … else …? Test for DELETE, refuse the rest.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return take_refused(visit, {.other_action_deletes = true});
                   }}},
    {.id = "date-rollover",
     .clause = "4.7",
     .story = "30 February is stored as 2 March.",
     .cure = "Is the date parser lenient (setLenient, mktime)? Switch it to strict.",
     .hooks = {.read_body =
                   [](Visit& visit) { return take_refused(visit, {.dates_carry = true}); }}},
    {.id = "half-applies-bad-array",
     .clause = "4.7",
     .story = "An array with a bad item is applied up to it and answered 200; the rest is lost.",
     .cure = "Is the array checked before the first item is stored?",
     .hooks = {.read_body = apply_up_to_first_bad}},
    {.id = "bad-json-clears",
     .clause = "4.7",
     .story = "A body that is not JSON empties the list.",
     .cure = "Does a parse error become an empty list that replaces the old one?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     if (!visit.refusal || is_json(visit.request.body) ||
                         visit.list->rows().empty())
                       return false;
                     visit.list->assign({});
                     return true;
                   }}},
    {.id = "crashes-on-nesting",
     .clause = "4.7",
     .story =
         "A deeply nested body kills the process; it comes back with what it had at its start.",
     .cure = "Does the JSON parser recurse without a limit, and are writes flushed late?",
     .hooks = {.read_body = crash_on_nesting}},
    {.id = "500-on-bad-json",
     .clause = "4.7",
     .breaks = Breaks::kShould,
     .story = "A body that cannot be read is answered 500.",
     .cure = "Is the parser's exception caught?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     if (!visit.refusal) return false;
                     visit.refusal_status = 500;
                     return true;
                   }}},
    {.id = "200-on-bad-json",
     .clause = "4.7",
     .story = "A body that cannot be read is answered 200 and ignored.",
     .cure = "Is the parser's exception swallowed?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return visit.refusal && answer(visit, accepted_reply({}));
                   }}},
    {.id = "object-taken-as-array",
     .clause = "4.7",
     .breaks = Breaks::kShould,
     .story = "A lone object is taken for an array of one.",
     .cure = "Does the binder accept single values as arrays?",
     .hooks = {.read_body =
                   [](Visit& visit) { return take_refused(visit, {.lone_object = true}); }}},
    {.id = "refuses-unknown-members",
     .clause = "2.6",
     .breaks = Breaks::kShould,
     .story = "A favourite with a member that is not known is refused with 400.",
     .cure = "Does the binder fail on unknown properties?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     if (visit.refusal) return false;
                     const json document = raw_json(visit.request.body);
                     const bool extra =
                         std::any_of(document.begin(), document.end(),
                                     [](const json& element) { return element.size() > 3; });
                     return extra && refuse(visit, "unknown member");
                   }}},
    {.id = "empty-refused",
     .clause = "4.3",
     .breaks = Breaks::kShould,
     .story = "An empty array is answered 400.",
     .cure = "Is \"at least one\" validated? Nothing to do is no error.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return !visit.refusal && visit.posted.empty() &&
                            refuse(visit, "the array is empty");
                   }}},
    {.id = "500-on-empty",
     .clause = "4.3",
     .breaks = Breaks::kShould,
     .story = "An empty array is answered 500.",
     .cure = "Is an INSERT without VALUES built from it?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return !visit.refusal && visit.posted.empty() &&
                            answer(visit,
                                   refusal(500, "internal_error", "syntax error near VALUES"));
                   }}},
    {.id = "empty-clears",
     .clause = "4.3",
     .story = "An empty array empties the list.",
     .cure = "Is the array taken for the whole new list?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     if (visit.refusal || !visit.posted.empty() || visit.list->rows().empty())
                       return false;
                     visit.list->assign({});
                     return true;
                   }}},
    {.id = "limit-is-99",
     .clause = "4.9",
     .story = "An array of 100 items is refused with 413.",
     .cure = "Is it < 100 where <= 100 is meant?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return visit.posted.size() > kOneTooFew &&
                            answer(visit, refusal(413, "too_many_items",
                                                  "fewer than 100 items are taken"));
                   }}},
    {.id = "drops-large-bodies",
     .clause = "4.9",
     .story = "A body above 4 KiB ends in a closed connection without an answer.",
     .cure = "Is the request buffer of fixed size?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     if (visit.request.body.size() <= kSmallBuffer) return false;
                     PartnerReply nothing;
                     nothing.status = 500;
                     nothing.delivery.drop_before_headers = true;
                     return answer(visit, std::move(nothing));
                   }}},
    {.id = "chunked-seen-as-empty",
     .clause = "4.1",
     .breaks = Breaks::kShould,
     .story = "A body that is sent in chunks is taken for an empty one and refused.",
     .cure = "Is the body read by Content-Length alone?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return lower_ascii(visit.request.header("Transfer-Encoding")) == "chunked" &&
                            refuse(visit, "the body is empty");
                   }}},
    {.id = "exact-content-type",
     .clause = "4.1",
     .breaks = Breaks::kShould,
     .story = "Content-Type: application/json; charset=utf-8 is refused with 415.",
     .cure = "Is the header compared as a whole, with its parameters?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     const std::string_view type = visit.request.header("Content-Type");
                     return type.starts_with("application/json") && type.size() > 16 &&
                            answer(visit, refusal(415, "unsupported_media_type",
                                                  "expected application/json"));
                   }}},
    {.id = "needs-three-digits",
     .clause = "2.5",
     .story = "A date with other than three fraction digits is refused with 400.",
     .cure = "Is the date pattern fixed at .SSS?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return any_date(
                                visit,
                                [](std::string_view date) { return fraction(date).size() != 3; }) &&
                            refuse(visit, "actionDate must have three fraction digits");
                   }}},
    {.id = "fraction-read-as-millis",
     .clause = "2.5",
     .story = "The fraction .5 is stored as 5 milliseconds.",
     .cure = "Is the text behind the point parsed as a whole number?",
     .hooks = {.read_body = read_fraction_as_millis}},
    {.id = "unicode-escapes-kept",
     .clause = "2.1",
     .story = "\\u0073 in an id is stored as six characters instead of an s.",
     .cure = "Is JSON cut up with patterns instead of a parser?",
     .hooks = {.read_body = keep_unicode_escapes}},
};

}  // namespace

std::span<const Behavior> body_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
