#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "mock_server/behaviors/item_text.h"
#include "mock_server/behaviors/printed_list.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

using Rows = std::vector<Favorite>;
using PrintedRows = std::vector<PrintedRow>;
using nlohmann::ordered_json;

constexpr std::size_t kHistory = 150;

bool set_text(std::string& text, std::string other) {
  return std::exchange(text, other) != other;
}

// Rewrites the fraction of a date that ends in Z; other texts stay.
bool set_fraction(PrintedRow& text, std::string (*rewrite)(std::string_view digits)) {
  const std::size_t zone = text.action_date.rfind("Z\"");
  const std::size_t point = text.action_date.find('.');
  if (zone == std::string::npos) return false;
  const std::size_t end = std::min(point, zone);
  const std::string_view digits =
      point < zone ? std::string_view(text.action_date).substr(point + 1, zone - point - 1) : "";
  const std::string fraction = rewrite(digits);
  return set_text(text.action_date, text.action_date.substr(0, end) +
                                        (fraction.empty() ? "" : "." + fraction) + "Z\"");
}

std::string padded(std::string_view digits, std::size_t count) {
  std::string result(digits);
  if (result.size() < count) result.append(count - result.size(), '0');
  return result;
}

template <typename Order>
bool sort_rows(Rows& rows, Order before) {
  if (std::is_sorted(rows.begin(), rows.end(), before)) return false;
  std::stable_sort(rows.begin(), rows.end(), before);
  return true;
}

// Prints the list again with other white space or escapes; a body that is not JSON any more stays.
bool reprint(std::string& body, int indent, bool ascii_only) {
  const ordered_json document = ordered_json::parse(body, nullptr, false);
  return !document.is_discarded() && set_text(body, document.dump(indent, ' ', ascii_only));
}

std::string escaped_letters(std::string_view json_string) {
  std::string result;
  for (const char c : json_string) {
    const bool letter = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
    // Letters behind a backslash belong to an escape.
    if (letter && (result.empty() || result.back() != '\\')) {
      result += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
    } else {
      result += c;
    }
  }
  return result;
}

constexpr Behavior kBehaviors[] = {
    {.id = "plus-zero-offset",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.4",
     .breaks = Breaks::kShould,
     .story = "Prints +00:00 instead of Z.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     return set_text(text.action_date,
                                     replaced(text.action_date, "Z\"", "+00:00\""));
                   }}},
    {.id = "short-fraction",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.5",
     .breaks = Breaks::kShould,
     .story = "Leaves out trailing zeros of the fraction, and the fraction when it is zero.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     return set_fraction(text, [](std::string_view digits) {
                       const std::size_t last = digits.find_last_not_of('0');
                       return std::string(
                           digits.substr(0, last == std::string_view::npos ? 0 : last + 1));
                     });
                   }}},
    {.id = "six-fraction-digits",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.5",
     .breaks = Breaks::kShould,
     .story = "Prints microseconds.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     return set_fraction(text,
                                         [](std::string_view digits) { return padded(digits, 6); });
                   }}},
    {.id = "nine-fraction-digits",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.5",
     .breaks = Breaks::kShould,
     .story = "Prints nanoseconds.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     return set_fraction(text,
                                         [](std::string_view digits) { return padded(digits, 9); });
                   }}},
    {.id = "extra-members",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.6",
     .breaks = Breaks::kNothing,
     .story = "Favourites have members that the contract does not know.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     text.extra += R"(,"title":"Opening","rating":null,"seats":120)";
                     return true;
                   }}},
    {.id = "nested-extra-members",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.6",
     .breaks = Breaks::kNothing,
     .story = "Favourites have objects and arrays in further members.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     text.extra +=
                         R"(,"room":{"name":"Hall 1","floor":{"number":-1}},"tags":[["a",[]],{}])";
                     return true;
                   }}},
    {.id = "misleading-extra-members",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.6",
     .breaks = Breaks::kNothing,
     .story = "Further members are named much like the contract's, in other cases.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     text.extra +=
                         R"(,"Item":"other","action_date":"2001-01-01","ACTION":"NONE","id":1)";
                     return true;
                   }}},
    {.id = "members-reordered",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.6",
     .breaks = Breaks::kNothing,
     .story = "Prints action first and item last.",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows& rows, std::string& body) {
                     if (rows.empty() || body != print_list(rows)) return false;
                     ordered_json turned = ordered_json::array();
                     const ordered_json document = ordered_json::parse(body, nullptr, false);
                     if (document.is_discarded()) return false;
                     for (const ordered_json& row : document) {
                       ordered_json& object = turned.emplace_back(ordered_json::object());
                       std::vector<std::string> names;
                       for (const auto& [name, value] : row.items()) names.push_back(name);
                       for (auto name = names.rbegin(); name != names.rend(); ++name)
                         object[*name] = row[*name];
                     }
                     return set_text(body, turned.dump());
                   }}},
    {.id = "pretty-json",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "Prints with line breaks and indentation.",
     .hooks = {.print_list = [](Visit&, const PrintedRows&,
                                std::string& body) { return reprint(body, 4, false); }}},
    {.id = "white-space-around",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "Blank lines stand before the list, and one line break behind it.",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows&, std::string& body) {
                     return set_text(body, "\r\n \t" + body + "\n");
                   }}},
    {.id = "unicode-escapes",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.1",
     .breaks = Breaks::kNothing,
     .story = "Characters beyond ASCII are printed as \\u escapes.",
     .hooks = {.print_list = [](Visit&, const PrintedRows&,
                                std::string& body) { return reprint(body, -1, true); }}},
    {.id = "letters-escaped",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.1",
     .breaks = Breaks::kNothing,
     .story = "Every letter of an id is printed as a \\u escape.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     return set_text(text.item, escaped_letters(text.item));
                   }}},
    {.id = "slashes-escaped",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.1",
     .breaks = Breaks::kNothing,
     .story = "Slashes in ids are printed as \\/.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     return set_text(text.item, replaced(text.item, "/", "\\/"));
                   }}},
    {.id = "member-names-escaped",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.6",
     .breaks = Breaks::kNothing,
     .story = "The names of members are printed with \\u escapes.",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows&, std::string& body) {
                     return set_text(body, replaced(replaced(body, "\"item\":", "\"\\u0069tem\":"),
                                                    "\"action\":", "\"a\\u0063tion\":"));
                   }}},
    {.id = "reverse-order",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "Lists in the reverse order of arrival.",
     .hooks = {.list_rows =
                   [](Visit&, Rows& rows) {
                     std::reverse(rows.begin(), rows.end());
                     return rows.size() > 1;
                   }}},
    {.id = "newest-first",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "Lists by date, newest first.",
     .hooks = {.list_rows =
                   [](Visit&, Rows& rows) {
                     return sort_rows(rows, [](const Favorite& a, const Favorite& b) {
                       return a.is_newer_than(b);
                     });
                   }}},
    {.id = "sorted-by-item",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "Lists by id.",
     .hooks = {.list_rows =
                   [](Visit&, Rows& rows) {
                     return sort_rows(rows, [](const Favorite& a, const Favorite& b) {
                       return a.item < b.item;
                     });
                   }}},
    {.id = "removals-first",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "Lists removed favourites before the others.",
     .hooks = {.list_rows =
                   [](Visit&, Rows& rows) {
                     return sort_rows(rows, [](const Favorite& a, const Favorite& b) {
                       return a.action > b.action;
                     });
                   }}},
    {.id = "shuffled-order",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.4",
     .breaks = Breaks::kNothing,
     .story = "Lists in another order each time.",
     .hooks = {.list_rows =
                   [](Visit& visit, Rows& rows) {
                     const Rows before = rows;
                     for (std::size_t i = rows.size(); i > 1; --i) {
                       std::swap(rows[i - 1], rows[visit.notes->random() % i]);
                     }
                     return rows != before;
                   }}},
    {.id = "long-history",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.3",
     .breaks = Breaks::kNothing,
     .story = "Every user has 150 more favourites from years ago, most of them removed.",
     .hooks = {.list_rows =
                   [](Visit&, Rows& rows) {
                     const Timestamp begin = Timestamp::from_unix(1'200'000'000, 123'000'000);
                     for (std::size_t i = 0; i < kHistory; ++i) {
                       rows.push_back({fmt::format("archive-{:03}", i),
                                       i % 5 == 0 ? Action::kAdd : Action::kDelete,
                                       begin.plus(std::chrono::hours(7 * i))});
                     }
                     return true;
                   }}},
};

}  // namespace

std::span<const Behavior> printing_quirks() {
  return kBehaviors;
}

}  // namespace favsync::mock
