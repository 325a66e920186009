#include <algorithm>
#include <chrono>
#include <functional>
#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "mock_server/behaviors/calendar.h"
#include "mock_server/behaviors/item_text.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

using std::chrono::milliseconds;

constexpr milliseconds kSettle{300};
constexpr milliseconds kSlow{150};
constexpr milliseconds kColdStart{400};
constexpr std::string_view kJson = "application/json";

bool is_taken_post(const Visit& visit, const PartnerReply& reply) {
  return visit.endpoint == Endpoint::kPost && reply.status / 100 == 2;
}

bool is_list(const Visit& visit, const PartnerReply& reply) {
  return visit.endpoint == Endpoint::kList && reply.status == 200;
}

bool answer_post(const Visit& visit, PartnerReply& reply, int status, std::string_view type,
                 std::string body) {
  if (!is_taken_post(visit, reply)) return false;
  Delivery delivery = reply.delivery;
  std::function<void()> before_send = std::move(reply.before_send);
  reply = reply_with(status, type, std::move(body));
  if (type.empty()) (void)remove_header(reply, "Content-Type");
  reply.delivery = std::move(delivery);
  reply.before_send = std::move(before_send);
  return true;
}

bool rename_headers(PartnerReply& reply, std::string (*rename)(std::string_view)) {
  for (auto& [name, value] : reply.headers) name = rename(name);
  return !reply.headers.empty();
}

std::string upper_case(std::string_view text) {
  std::string upper(text);
  for (char& c : upper) {
    if (c >= 'a' && c <= 'z') c = static_cast<char>(c - ('a' - 'A'));
  }
  return upper;
}

bool hold_back(PartnerReply& reply, milliseconds delay) {
  reply.delivery.delay = std::max(reply.delivery.delay, delay);
  return true;
}

// What an item was before its last write, and until when that still shows.
std::string hidden_note(const Timestamp& until, const std::optional<Stored>& before) {
  std::string note = to_string(until);
  if (before)
    note += fmt::format("\n{}\n{}", to_string(before->action), to_string(before->action_date));
  return note;
}

std::string hidden_key(const Visit& visit, const std::string& item) {
  return visit.user->name() + '\n' + item;
}

bool note_hidden(Visit& visit, FavoriteRows&) {
  const Timestamp until = visit.clock.now().plus(kSettle);
  for (const Decision& one : visit.exchange.decisions) {
    if (one.verdict != Verdict::kApplied) continue;
    visit.notes->note(hidden_key(visit, one.favorite.item), hidden_note(until, one.before));
  }
  return false;
}

// True when the row is not to be listed at all yet.
bool show_before(Favorite& row, const std::string& note, const Timestamp& now, bool& changed) {
  const std::size_t first = note.find('\n');
  if (now >= parse_strict_timestamp(note.substr(0, first)).value_or(now)) return false;
  changed = true;
  if (first == std::string::npos) return true;
  const std::size_t second = note.find('\n', first + 1);
  row.action = parse_action(std::string_view(note).substr(first + 1, second - first - 1))
                   .value_or(row.action);
  row.action_date = parse_strict_timestamp(note.substr(second + 1)).value_or(row.action_date);
  return false;
}

bool hide_recent(Visit& visit, std::vector<Favorite>& rows) {
  const Timestamp now = visit.clock.now();
  bool changed = false;
  std::erase_if(rows, [&](Favorite& row) {
    const auto note = visit.notes->recall(hidden_key(visit, row.item));
    return note && show_before(row, *note, now, changed);
  });
  return changed;
}

bool answer_with_etag(Visit& visit, PartnerReply& reply) {
  if (!is_list(visit, reply)) return false;
  const std::string tag = fmt::format("\"{:016x}\"", std::hash<std::string_view>{}(reply.text()));
  set_header(reply, "ETag", tag);
  if (visit.request.header("If-None-Match") == tag) {
    reply.status = 304;
    reply.body = nullptr;
    (void)remove_header(reply, "Content-Type");
  }
  return true;
}

constexpr Behavior kBehaviors[] = {
    {.id = "post-201",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.1",
     .breaks = Breaks::kNothing,
     .story = "POST is answered 201 Created.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     return answer_post(visit, reply, 201, kJson, "{}");
                   }}},
    {.id = "post-202",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.1",
     .breaks = Breaks::kNothing,
     .story = "POST is answered 202 Accepted, and has taken effect.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     return answer_post(visit, reply, 202, kJson, R"({"status":"accepted"})");
                   }}},
    {.id = "post-204",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.1",
     .breaks = Breaks::kNothing,
     .story = "POST is answered 204 No Content.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!answer_post(visit, reply, 204, "", "")) return false;
                     reply.body = nullptr;
                     return true;
                   }}},
    {.id = "post-empty-body",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.1",
     .breaks = Breaks::kNothing,
     .story = "POST is answered 200 without a body.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     return answer_post(visit, reply, 200, "", "");
                   }}},
    {.id = "post-plain-ok",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.1",
     .breaks = Breaks::kNothing,
     .story = "POST is answered OK in plain text.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     return answer_post(visit, reply, 200, "text/plain", "OK");
                   }}},
    {.id = "post-lists-all",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.1",
     .breaks = Breaks::kNothing,
     .story = "POST is answered with the user's whole list.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     // Without a list it was another behaviour that took the POST, whoever sent it.
                     return is_taken_post(visit, reply) && visit.list != nullptr &&
                            answer_post(visit, reply, 200, kJson, *visit.list->printed());
                   }}},
    {.id = "post-echoes-body",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.1",
     .breaks = Breaks::kNothing,
     .story = "POST is answered with what was posted.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     return answer_post(visit, reply, 200, kJson, std::string(visit.request.body));
                   }}},
    {.id = "post-207",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.1",
     .breaks = Breaks::kNothing,
     .story = "POST is answered 207 with a status for each item.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     std::string results = "[";
                     for (const Decision& one : visit.exchange.decisions) {
                       results += fmt::format("{}{{\"status\":{}}}", results.size() > 1 ? "," : "",
                                              one.verdict == Verdict::kApplied ? 200 : 208);
                     }
                     return answer_post(visit, reply, 207, kJson, results + "]");
                   }}},
    {.id = "charset-parameter",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Content-Type says application/json; charset=UTF-8.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (find_header(reply, "Content-Type") != kJson) return false;
                     set_header(reply, "Content-Type", "application/json; charset=UTF-8");
                     return true;
                   }}},
    {.id = "chunked",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Bodies are sent in chunks.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (reply.text().empty()) return false;
                     reply.delivery.framing = Delivery::Framing::kChunked;
                     return true;
                   }}},
    {.id = "ends-with-the-connection",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Bodies have no length and end with the connection, as in HTTP/1.0.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (reply.text().empty()) return false;
                     reply.delivery.framing = Delivery::Framing::kUntilClose;
                     return true;
                   }}},
    {.id = "closes-each-connection",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "The connection closes after every answer.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     reply.delivery.close_after = true;
                     return true;
                   }}},
    {.id = "lower-case-headers",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Header names are in lower case.",
     .hooks = {.reply = [](Visit&,
                           PartnerReply& reply) { return rename_headers(reply, lower_ascii); }}},
    {.id = "upper-case-headers",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Header names are in upper case.",
     .hooks = {.reply = [](Visit&,
                           PartnerReply& reply) { return rename_headers(reply, upper_case); }}},
    {.id = "sets-cookies",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Every answer sets two cookies that mean nothing.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     reply.headers.emplace_back("Set-Cookie", "lb=node-3; Path=/");
                     reply.headers.emplace_back("Set-Cookie", "visit=1; Path=/; HttpOnly");
                     return true;
                   }}},
    {.id = "large-headers",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Every answer has four kilobytes of further headers.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     reply.headers.emplace_back("Content-Security-Policy",
                                                "default-src 'self' " + std::string(4000, 'x'));
                     return true;
                   }}},
    {.id = "clock-two-minutes-off",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "The Date header is two minutes behind.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     set_header(reply, "Date",
                                http_date(visit.clock.now().plus(-std::chrono::minutes(2))));
                     return true;
                   }}},
    {.id = "date-twice",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "The Date header stands twice, as a proxy and the server behind it set it.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     const std::string date = http_date(visit.clock.now());
                     reply.headers.emplace_back("Date", date);
                     reply.headers.emplace_back("Date", date);
                     return true;
                   }}},
    {.id = "early-hints",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "GET is answered 103 Early Hints first, as RFC 8297 has it.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_list(visit, reply)) return false;
                     reply.delivery.garbage_before =
                         "HTTP/1.1 103 Early Hints\r\nLink: </app.css>; rel=preload\r\n\r\n";
                     return true;
                   }}},
    {.id = "etag-and-304",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Lists have an ETag; a request that names it in If-None-Match gets 304.",
     .hooks = {.reply = answer_with_etag}},
    {.id = "gzip-when-asked",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Lists are compressed for whoever accepts gzip.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     const std::string accepted =
                         lower_ascii(visit.request.header("Accept-Encoding"));
                     if (!is_list(visit, reply) || accepted.find("gzip") == std::string::npos)
                       return false;
                     set_header(reply, "Content-Encoding",
                                "gzip");  // whoever sends it compresses the body
                     reply.headers.emplace_back("Vary", "Accept-Encoding");
                     return true;
                   }}},
    {.id = "private-and-vary",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Cache-Control says private, no-cache, and Vary: Authorization stands beside it.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_list(visit, reply)) return false;
                     set_header(reply, "Cache-Control", "private, no-cache");
                     reply.headers.emplace_back("Vary", "Authorization");
                     return true;
                   }}},
    {.id = "slow-150-ms",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "Every list and every POST takes 150 milliseconds.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     return (is_list(visit, reply) || is_taken_post(visit, reply)) &&
                            hold_back(reply, kSlow);
                   }}},
    {.id = "cold-start",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.5",
     .breaks = Breaks::kNothing,
     .story = "The first two requests take 400 milliseconds.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     return visit.notes->count("requests") <= 2 && hold_back(reply, kColdStart);
                   }}},
    {.id = "throttles-with-429",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.1",
     .breaks = Breaks::kNothing,
     .story = "Every 40th request is answered 429 with Retry-After: 1, and does nothing.",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     if (visit.notes->count("requests") % 40 != 0) return false;
                     visit.answer = refusal(429, "too_many_requests", "wait a second");
                     set_header(*visit.answer, "Retry-After", "1");
                     return true;
                   }}},
    {.id = "settles-in-300-ms",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.2",
     .breaks = Breaks::kNothing,
     .story = "A write shows 300 milliseconds later; the partner declares so (--settle 500ms).",
     .hooks = {.list_rows = hide_recent, .after_apply = note_hidden}},
};

}  // namespace

std::span<const Behavior> answer_quirks() {
  return kBehaviors;
}

}  // namespace favsync::mock
