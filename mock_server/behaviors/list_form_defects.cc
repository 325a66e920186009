#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "mock_server/behaviors/calendar.h"
#include "mock_server/behaviors/item_text.h"
#include "mock_server/behaviors/printed_list.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"
#include "wire/utf8.h"

namespace favsync::mock {
namespace {

using PrintedRows = std::vector<PrintedRow>;

bool set_action(PrintedRow& text, const Favorite& row, Action of, std::string json) {
  if (row.action != of) return false;
  text.action = std::move(json);
  return true;
}

bool set_body(std::string& body, std::string other) {
  return std::exchange(body, other) != other;
}

bool answer_empty(Visit& visit, const PrintedRows& rows, PartnerReply reply) {
  if (!rows.empty()) return false;
  visit.answer = std::move(reply);
  return true;
}

constexpr std::string_view kBom = "\xef\xbb\xbf";

// UTF-8 up to U+00FF as single bytes.
std::string latin1(std::string_view text) {
  std::string result;
  while (!text.empty()) {
    const std::size_t length = utf8_length(text);
    const auto lead = static_cast<unsigned char>(text.front());
    if (length == 2 && (lead == 0xc2 || lead == 0xc3)) {
      const auto trail = static_cast<unsigned char>(text[1]);
      result += static_cast<char>((lead & 3) << 6 | (trail & 0x3f));
    } else {
      result += text.substr(0, length == 0 ? 1 : length);
    }
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return result;
}

constexpr Behavior kBehaviors[] = {
    {.id = "lowercase-action",
     .clause = "2.3",
     .story = "Prints add and delete in lower case.",
     .cure = "Is an enum's own name printed?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     return set_body(text.action, lower_ascii(text.action));
                   }}},
    {.id = "remove-for-delete",
     .clause = "2.3",
     .story = "Prints REMOVE instead of DELETE.",
     .cure = "Is the database's own word handed on?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     return set_action(text, row, Action::kDelete, "\"REMOVE\"");
                   }}},
    {.id = "action-as-boolean",
     .clause = "2.3",
     .story = "Prints true and false as actions.",
     .cure = "Is the is_favorite column handed on?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     text.action = row.action == Action::kAdd ? "true" : "false";
                     return true;
                   }}},
    {.id = "no-action-on-add",
     .clause = "2.3",
     .story = "Leaves the action out where it is ADD.",
     .cure = "Does the serialiser leave out default values?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     return set_action(text, row, Action::kAdd, "");
                   }}},
    {.id = "null-date-on-delete",
     .clause = "2.3",
     .story = "A removed favourite has null for its date.",
     .cure = "Is the date a column of the row that was removed?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     if (row.action != Action::kDelete) return false;
                     text.action_date = "null";
                     return true;
                   }}},
    {.id = "id-instead-of-item",
     .clause = "2.1",
     .story = "The identifier stands in a member called id.",
     .cure = "Are members renamed to the house style? The contract names them.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     text.extra += ",\"id\":" + std::exchange(text.item, "");
                     return true;
                   }}},
    {.id = "envelope",
     .clause = "3.1",
     .story = "Wraps the list into {\"favorites\":[…]}.",
     .cure = "Does a response wrapper of the framework apply?",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows&, std::string& body) {
                     return set_body(body, fmt::format(R"({{"favorites":{}}})", body));
                   }}},
    {.id = "object-instead-of-array-for-one",
     .clause = "3.1",
     .story = "A single favourite is printed without the brackets.",
     .cure = "Is the JSON made from XML? One element looks like no list there.",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows& rows, std::string& body) {
                     return rows.size() == 1 && set_body(body, print_row_object(rows.front()));
                   }}},
    {.id = "object-with-index-keys",
     .clause = "3.1",
     .story = "When a removed favourite is in the list, prints {\"0\":…,\"1\":…}.",
     .cure = "Does PHP print an array with gaps? Use array_values().",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows& rows, std::string& body) {
                     std::string object = "{";
                     bool gap = false;
                     for (std::size_t i = 0; i < rows.size(); ++i) {
                       gap |= rows[i].action == "\"DELETE\"";
                       object += fmt::format("{}\"{}\":{}", i == 0 ? "" : ",", i,
                                             print_row_object(rows[i]));
                     }
                     return gap && set_body(body, object + "}");
                   }}},
    {.id = "null-when-empty",
     .clause = "3.2",
     .story = "A user without favourites gets null.",
     .cure = "Is a nil list printed? Make an empty one.",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows& rows, std::string& body) {
                     return rows.empty() && set_body(body, "null");
                   }}},
    {.id = "404-when-empty",
     .clause = "3.2",
     .story = "A user without favourites gets 404.",
     .cure = "Is \"no rows\" taken for \"no such resource\"?",
     .hooks = {.print_list =
                   [](Visit& visit, const PrintedRows& rows, std::string&) {
                     return answer_empty(visit, rows, refusal(404, "not_found", "no favourites"));
                   }}},
    {.id = "204-when-empty",
     .clause = "3.2",
     .story = "A user without favourites gets 204 and no body.",
     .cure = "Does the framework turn an empty list into No Content?",
     .hooks = {.print_list =
                   [](Visit& visit, const PrintedRows& rows, std::string&) {
                     PartnerReply nothing;
                     nothing.status = 204;
                     return answer_empty(visit, rows, std::move(nothing));
                   }}},
    {.id = "trailing-comma",
     .clause = "3.1",
     .story = "A comma stands behind the last favourite.",
     .cure = "Is the JSON written by a template?",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows& rows, std::string& body) {
                     return !rows.empty() && body.back() == ']' &&
                            set_body(body, body.substr(0, body.size() - 1) + ",]");
                   }}},
    {.id = "single-quotes",
     .clause = "3.1",
     .story = "Strings stand in single quotes.",
     .cure = "Is the language's own notation printed instead of JSON?",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows& rows, std::string& body) {
                     return !rows.empty() && set_body(body, replaced(body, "\"", "'"));
                   }}},
    {.id = "json-in-a-string",
     .clause = "3.1",
     .story = "The list is one JSON string with JSON in it.",
     .cure = "Is the list serialised twice?",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows&, std::string& body) {
                     return set_body(
                         body, '"' + replaced(replaced(body, "\\", "\\\\"), "\"", "\\\"") + '"');
                   }}},
    {.id = "warning-before-json",
     .clause = "3.1",
     .story = "A warning of the interpreter stands before the list.",
     .cure = "Is display_errors on in production?",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows&, std::string& body) {
                     return set_body(
                         body, "<br />\n<b>Warning</b>: Undefined index in favorites.php\n" + body);
                   }}},
    {.id = "bom",
     .clause = "3.1",
     .story = "A byte order mark stands before the list.",
     .cure = "Is the file or the encoder set to \"UTF-8 with BOM\"?",
     .hooks = {.print_list =
                   [](Visit&, const PrintedRows&, std::string& body) {
                     return set_body(body, std::string(kBom) + body);
                   }}},
    {.id = "latin1",
     .clause = "3.1",
     .story = "The list is in ISO 8859-1.",
     .cure = "Is the connection or the encoder in latin1?",
     .hooks = {.print_list = [](Visit&, const PrintedRows&,
                                std::string& body) { return set_body(body, latin1(body)); }}},
    {.id = "wrong-content-length",
     .clause = "3.1",
     .story = "Content-Length counts characters instead of bytes, and is two short here.",
     .cure = "Is the length taken before encoding, or by hand?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (visit.endpoint != Endpoint::kList || reply.text().size() < 2) return false;
                     reply.delivery.content_length_skew = -2;
                     return true;
                   }}},
    {.id = "body-cut-short",
     .clause = "3.1",
     .story = "The connection closes before the end of a long list (more than 512 bytes).",
     .cure = "Is the connection closed before the buffer is flushed?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (visit.endpoint != Endpoint::kList || reply.text().size() <= 512)
                       return false;
                     reply.delivery.cut_after_bytes = 512;
                     return true;
                   }}},
    {.id = "mislabelled-deflate",
     .clause = "3.1",
     .story = "Content-Encoding says deflate, the body is plain.",
     .cure = "Does a proxy unpack the body and keep the header?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (visit.endpoint != Endpoint::kList || reply.status != 200) return false;
                     set_header(reply, "Content-Encoding", "deflate");
                     return true;
                   }}},
    {.id = "text-html-type",
     .clause = "3.5",
     .breaks = Breaks::kShould,
     .story = "Content-Type says text/html.",
     .cure = "Is the header set? It is the language's default.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (visit.endpoint != Endpoint::kList || reply.status != 200) return false;
                     set_header(reply, "Content-Type", "text/html; charset=utf-8");
                     return true;
                   }}},
    {.id = "cacheable-by-all",
     .clause = "3.5",
     .breaks = Breaks::kShould,
     .story = "Cache-Control says public, max-age=600.",
     .cure = "Is the rule for pictures applied to the API? Send no-store.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (visit.endpoint != Endpoint::kList || reply.status != 200) return false;
                     set_header(reply, "Cache-Control", "public, max-age=600");
                     return true;
                   }}},
    {.id = "clock-an-hour-off",
     .clause = "3.5",
     .breaks = Breaks::kShould,
     .story = "The Date header is an hour ahead.",
     .cure = "Is the server's clock set by NTP, in UTC?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     set_header(reply, "Date",
                                http_date(visit.clock.now().plus(std::chrono::hours(1))));
                     return true;
                   }}},
};

}  // namespace

std::span<const Behavior> list_form_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
