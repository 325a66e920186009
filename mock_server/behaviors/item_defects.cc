#include <algorithm>
#include <string>
#include <string_view>
#include <utility>

#include "mock_server/behaviors/item_text.h"
#include "mock_server/behaviors/printed_list.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

bool set_item(Favorite& favorite, std::string item) {
  if (favorite.item == item || item.empty()) return false;  // an id is never empty
  favorite.item = std::move(item);
  return true;
}

// Takes the id of a stored row that the partner finds the same, as a collation does: the row keeps
// the id that came first.
bool join_same(Visit& visit, Favorite& incoming,
               bool (*same)(std::string_view stored, std::string_view incoming)) {
  if (visit.rows->find(incoming.item) != nullptr) return false;
  for (const Favorite& row : visit.rows->all()) {
    if (same(row.item, incoming.item)) return set_item(incoming, row.item);
  }
  return false;
}

bool print_item(PrintedRow& text, const std::string& item) {
  std::string json = json_string(item);
  if (text.item == json) return false;
  text.item = std::move(json);
  return true;
}

constexpr std::string_view kPrefix = "session_";

// Whether the first place at which they differ has no accent in either.
bool differ_in_plain_letters(std::string_view a, std::string_view b) {
  const auto [at, other] = std::mismatch(a.begin(), a.end(), b.begin(), b.end());
  const auto is_plain = [](char c) { return static_cast<unsigned char>(c) < 0x80; };
  return at != a.end() && other != b.end() && is_plain(*at) && is_plain(*other);
}

constexpr Behavior kBehaviors[] = {
    {.id = "folds-case",
     .clause = "2.1",
     .story = "Ids are stored in lower case.",
     .cure = "Is the id normalised on the way in? It is opaque.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, lower_ascii(incoming.item));
                   }}},
    {.id = "case-insensitive-collation",
     .clause = "2.1",
     .story = "Ids that differ in case only are one item, under the id that came first.",
     .cure = "Does the key column have a collation that ends in _ci? Use a binary one.",
     .hooks = {.take_item =
                   [](Visit& visit, Favorite& incoming) {
                     return join_same(visit, incoming, [](std::string_view a, std::string_view b) {
                       return lower_ascii(a) == lower_ascii(b);
                     });
                   }}},
    {.id = "accent-insensitive-collation",
     .clause = "2.1",
     .story = "Ids that differ in accents only are one item, under the id that came first.",
     .cure = "Does the key column have a collation that ends in _ai? Use a binary one.",
     .hooks = {.take_item =
                   [](Visit& visit, Favorite& incoming) {
                     return join_same(visit, incoming, [](std::string_view a, std::string_view b) {
                       // A long list need not be spelt anew for each item of an array.
                       if (differ_in_plain_letters(a, b)) return false;
                       return without_accents(a) == without_accents(b);
                     });
                   }}},
    {.id = "underscore-matches-any",
     .clause = "2.1",
     .story = "An underscore in an id matches any character of a stored one.",
     .cure = "Is the item looked up with LIKE instead of equality?",
     .hooks = {.take_item =
                   [](Visit& visit, Favorite& incoming) {
                     return join_same(
                         visit, incoming, [](std::string_view stored, std::string_view shown) {
                           return stored.size() == shown.size() &&
                                  std::equal(stored.begin(), stored.end(), shown.begin(),
                                             [](char a, char b) { return b == '_' || a == b; });
                         });
                   }}},
    {.id = "trims-leading-zeros",
     .clause = "2.1",
     .story = "session_007 comes back as session_7.",
     .cure = "Is the number in the id parsed and printed again?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, without_leading_zeros(incoming.item));
                   }}},
    {.id = "trims-blanks",
     .clause = "2.1",
     .story = "Blanks at either end of an id are cut off.",
     .cure = "Are all strings trimmed by a binder, or padded by a CHAR column?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, trimmed(incoming.item));
                   }}},
    {.id = "truncates-id-64",
     .clause = "2.1",
     .story = "Ids are cut after 64 bytes.",
     .cure = "Is the column VARCHAR(64) on a server that cuts silently?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, cut_at(incoming.item, 64));
                   }}},
    {.id = "truncates-id-255",
     .clause = "2.1",
     .story = "Ids are cut after 255 bytes.",
     .cure = "Is the column VARCHAR(255) on a server that cuts silently?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, cut_at(incoming.item, 255));
                   }}},
    {.id = "strips-prefix",
     .clause = "2.1",
     .story = "The prefix session_ is taken off.",
     .cure = "Is the database's own number listed instead of the id that came?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return incoming.item.size() > kPrefix.size() &&
                            incoming.item.starts_with(kPrefix) &&
                            set_item(incoming, incoming.item.substr(kPrefix.size()));
                   }}},
    {.id = "decodes-percent-and-plus",
     .clause = "2.1",
     .story = "%41 in an id comes back as A, + as a blank.",
     .cure = "Is a JSON string decoded as if it came from a form?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, url_decoded(incoming.item));
                   }}},
    {.id = "normalises-unicode",
     .clause = "2.1",
     .story = "Letters with a combining accent are composed: ids that differ come back equal.",
     .cure = "Is NFC applied to ids? Compare them byte for byte.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, composed(incoming.item));
                   }}},
    {.id = "emoji-become-question-marks",
     .clause = "2.1",
     .story = "Characters beyond U+FFFF come back as '?'.",
     .cure = "Is the column MySQL's utf8 (three bytes)? Use utf8mb4.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, replaced_from(incoming.item, 0x10000));
                   }}},
    {.id = "non-latin-becomes-question-marks",
     .clause = "2.1",
     .story = "Characters beyond U+00FF come back as '?'.",
     .cure = "Is the column or the connection in latin1?",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, replaced_from(incoming.item, 0x100));
                   }}},
    {.id = "backslash-eaten",
     .clause = "2.1",
     .story = "Backslashes in an id disappear.",
     .cure = "Is SQL built from strings, or stripslashes() called? Bind parameters.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     return set_item(incoming, replaced(incoming.item, "\\", ""));
                   }}},
    {.id = "quotes-doubled",
     .clause = "2.1",
     .story = "An apostrophe in an id is listed twice.",
     .cure = "Is the text escaped by hand and bound as well?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     return row.item.find('\'') != std::string::npos &&
                            print_item(text, replaced(row.item, "'", "''"));
                   }}},
    {.id = "html-escapes-id",
     .clause = "2.1",
     .story = "& < > and quotes in an id are listed as HTML entities.",
     .cure = "Does a filter against cross-site scripting run over JSON?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     const std::string escaped = html_escaped(row.item);
                     return escaped != row.item && print_item(text, escaped);
                   }}},
    {.id = "numeric-ids-as-numbers",
     .clause = "2.1",
     .story = "An id of digits alone is listed as a JSON number.",
     .cure = "Does the serialiser guess types (PHP's JSON_NUMERIC_CHECK)?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     const bool digits = std::all_of(row.item.begin(), row.item.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
                     if (!digits || row.item.empty() || row.item.size() > 18) return false;
                     text.item = std::to_string(std::stoll(row.item));
                     return true;
                   }}},
    {.id = "big-ids-through-double",
     .clause = "2.1",
     .story = "An id of 16 to 18 digits comes back with its last digits changed.",
     .cure = "Is the id a number in JavaScript? Beyond 2^53 digits are lost.",
     .hooks = {.take_item =
                   [](Visit&, Favorite& incoming) {
                     const std::string& item = incoming.item;
                     const bool digits = std::all_of(item.begin(), item.end(),
                                                     [](char c) { return c >= '0' && c <= '9'; });
                     if (!digits || item.size() < 16 || item.size() > 18) return false;
                     const auto through = static_cast<double>(std::stoll(item));
                     return set_item(incoming, std::to_string(static_cast<long long>(through)));
                   }}},
};

}  // namespace

std::span<const Behavior> item_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
