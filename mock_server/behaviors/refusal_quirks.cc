#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include <nlohmann/json.hpp>

#include "mock_server/behaviors/item_text.h"
#include "mock_server/behaviors/raw_body.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxItems = 100;
constexpr std::size_t kMaxIdBytes = 200;

bool refuse(Visit& visit, int status, std::string message) {
  visit.posted.clear();
  visit.refusal = std::move(message);
  visit.refusal_status = status;
  return true;
}

// Refuses the whole array when `bad` finds one of it bad.
template <typename Bad>
bool refuse_if(Visit& visit, int status, const char* message, Bad bad) {
  return !visit.refusal && std::any_of(visit.posted.begin(), visit.posted.end(), bad) &&
         refuse(visit, status, message);
}

// The items that can be read, out of an array of which the honest reader refused one.
std::vector<Favorite> good_items(const Visit& visit) {
  std::vector<Favorite> good;
  const json document = raw_json(visit.request.body);
  if (!document.is_array()) return good;
  for (const json& element : document) {
    if (const auto favorite = read_element(element, {}, {})) good.push_back(*favorite);
  }
  return good;
}

bool is_plain(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' ||
         c == '-' || c == '.' || c == ':';
}

// The value of a parameter in a raw query, as it stands.
std::string_view parameter(std::string_view query, std::string_view name) {
  while (!query.empty()) {
    const std::string_view pair = query.substr(0, query.find('&'));
    if (pair.starts_with(name) && pair.size() > name.size() && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
    query.remove_prefix(std::min(pair.size() + 1, query.size()));
  }
  return {};
}

bool take_token_from_query(Visit& visit) {
  if (visit.token) return false;
  const std::string token = url_decoded(parameter(visit.request.query, "access_token"));
  const TokenLookup lookup = visit.state.find_token(token);
  if (lookup.standing != Standing::kGood) return false;
  visit.token = token;
  visit.become(lookup.issued->user);
  return true;
}

bool is_refusal(const PartnerReply& reply) {
  return reply.status == 401;
}

// Answers a POST to a read-only partner otherwise than with 405.
bool refuse_read_only(const Visit& visit, PartnerReply& reply, int status) {
  if (!visit.read_only || visit.request.path != kPostPath || reply.status != 405) return false;
  reply = refusal(status, status == 404 ? "not_found" : "not_implemented", "read-only");
  return true;
}

constexpr Behavior kBehaviors[] = {
    {.id = "403-without-token",
     .kind = BehaviorKind::kQuirk,
     .clause = "1.3",
     .breaks = Breaks::kShould,
     .story = "A missing or unknown token is answered 403.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (!is_refusal(reply)) return false;
                     reply = refusal(403, "forbidden", "sign in first");
                     return true;
                   }}},
    {.id = "several-challenges",
     .kind = BehaviorKind::kQuirk,
     .clause = "1.4",
     .breaks = Breaks::kNothing,
     .story = "The 401 offers further schemes beside the one that is used.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (!is_refusal(reply)) return false;
                     reply.headers.emplace_back("WWW-Authenticate", "Negotiate");
                     reply.headers.emplace_back("WWW-Authenticate",
                                                "Digest realm=\"a, b\", nonce=\"c\"");
                     return true;
                   }}},
    {.id = "html-401",
     .kind = BehaviorKind::kQuirk,
     .clause = "1.4",
     .breaks = Breaks::kNothing,
     .story = "The 401 has an HTML page for its body.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (!is_refusal(reply)) return false;
                     const std::string challenge(find_header(reply, "WWW-Authenticate"));
                     reply = reply_with(401, "text/html", "<html><h1>401 Unauthorized</h1></html>");
                     set_header(reply, "WWW-Authenticate", challenge);
                     return true;
                   }}},
    {.id = "empty-401",
     .kind = BehaviorKind::kQuirk,
     .clause = "1.4",
     .breaks = Breaks::kNothing,
     .story = "The 401 has no body.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (!is_refusal(reply)) return false;
                     reply.body = nullptr;
                     (void)remove_header(reply, "Content-Type");
                     return true;
                   }}},
    {.id = "problem-json",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.7",
     .breaks = Breaks::kNothing,
     .story = "Errors are application/problem+json, as RFC 9457 has it.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (reply.status < 400) return false;
                     set_header(reply, "Content-Type", "application/problem+json");
                     return true;
                   }}},
    {.id = "token-in-query-too",
     .kind = BehaviorKind::kQuirk,
     .clause = "1.1",
     .breaks = Breaks::kNothing,
     .story = "A good token is taken as ?access_token= as well, as RFC 6750 allows.",
     .hooks = {.authorize = take_token_from_query}},
    {.id = "422-for-bad-items",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.7",
     .breaks = Breaks::kNothing,
     .story = "A body that is JSON, but no array of favourites, is answered 422.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     const std::string_view body = visit.request.body;
                     if (!visit.refusal || !json::accept(body.begin(), body.end())) return false;
                     visit.refusal_status = 422;
                     return true;
                   }}},
    {.id = "partial-batch-400",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.7",
     .breaks = Breaks::kNothing,
     .story = "Of an array with a bad item the others are stored; the answer is 400 all the same.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     if (!visit.refusal) return false;
                     visit.posted = good_items(visit);
                     return !visit.posted.empty();
                   }}},
    {.id = "skips-bad-items-200",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.7",
     .breaks = Breaks::kShould,
     .story = "Of an array with a bad item the others are stored, and the answer is 200.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     if (!visit.refusal) return false;
                     visit.posted = good_items(visit);
                     if (visit.posted.empty()) return false;
                     visit.refusal.reset();
                     return true;
                   }}},
    {.id = "refuses-over-100-items",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.9",
     .breaks = Breaks::kNothing,
     .story = "An array of more than 100 items is refused whole with 413.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return visit.posted.size() > kMaxItems &&
                            refuse(visit, 413, "at most 100 items");
                   }}},
    {.id = "refuses-long-ids",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.1",
     .breaks = Breaks::kNothing,
     .story = "An id of more than 200 bytes is refused with 422, and the whole array with it.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return refuse_if(
                         visit, 422, "item is longer than 200 bytes",
                         [](const Favorite& one) { return one.item.size() > kMaxIdBytes; });
                   }}},
    {.id = "refuses-odd-ids",
     .kind = BehaviorKind::kQuirk,
     .clause = "2.1",
     .breaks = Breaks::kNothing,
     .story = "An id with other than letters, digits and _-.: is refused with 422, with its array.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return refuse_if(
                         visit, 422,
                         "item may hold letters, digits and _-.:", [](const Favorite& one) {
                           return !std::all_of(one.item.begin(), one.item.end(), is_plain);
                         });
                   }}},
    {.id = "refuses-future-dates",
     .kind = BehaviorKind::kQuirk,
     .clause = "4.4",
     .breaks = Breaks::kNothing,
     .story = "A date more than five minutes ahead is refused with 422, and its whole array.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     const Timestamp bound = visit.clock.now().plus(std::chrono::minutes(5));
                     return refuse_if(visit, 422, "actionDate lies in the future",
                                      [&](const Favorite& one) { return one.action_date > bound; });
                   }}},
    {.id = "head-405",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "HEAD is refused with 405.",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     if (visit.request.method != "HEAD") return false;
                     visit.answer = refusal(405, "method_not_allowed", "use GET");
                     set_header(*visit.answer, "Allow", "GET, POST");
                     return true;
                   }}},
    {.id = "options-404",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "OPTIONS is answered 404.",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     if (visit.request.method != "OPTIONS") return false;
                     visit.answer = refusal(404, "not_found", "no such resource");
                     return true;
                   }}},
    {.id = "wrong-method-404",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "A wrong method on a known path is answered 404 instead of 405.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (reply.status != 405) return false;
                     reply = refusal(404, "not_found", "no such resource");
                     return true;
                   }}},
    {.id = "trailing-slash-too",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "The endpoints answer with a slash behind their path as well.",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     const std::string_view path = visit.request.path;
                     if (path.size() < 2 || path.back() != '/') return false;
                     visit.request.path = path.substr(0, path.size() - 1);
                     return visit.request.path == kListPath || visit.request.path == kPostPath;
                   }}},
    {.id = "page-at-root",
     .kind = BehaviorKind::kQuirk,
     .clause = "3.1",
     .breaks = Breaks::kNothing,
     .story = "GET / answers 200 with a page for people.",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     if (visit.request.path != "/" || visit.request.method != "GET") return false;
                     visit.answer = reply_with(200, "text/html", "<html><h1>Event API</h1></html>");
                     return true;
                   }}},
    {.id = "read-only-404",
     .kind = BehaviorKind::kQuirk,
     .clause = "6.1",
     .breaks = Breaks::kNothing,
     .story = "A read-only partner answers POST with 404.",
     .hooks = {.reply = [](Visit& visit,
                           PartnerReply& reply) { return refuse_read_only(visit, reply, 404); }},
     .needs_read_only = true},
    {.id = "read-only-501",
     .kind = BehaviorKind::kQuirk,
     .clause = "6.1",
     .breaks = Breaks::kNothing,
     .story = "A read-only partner answers POST with 501.",
     .hooks = {.reply = [](Visit& visit,
                           PartnerReply& reply) { return refuse_read_only(visit, reply, 501); }},
     .needs_read_only = true},
};

}  // namespace

std::span<const Behavior> refusal_quirks() {
  return kBehaviors;
}

}  // namespace favsync::mock
