#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>
#include <utility>

#include "mock_server/behaviors/item_text.h"
#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"

namespace favsync::mock {
namespace {

bool is_list(const Visit& visit, const PartnerReply& reply) {
  return visit.endpoint == Endpoint::kList && reply.status == 200;
}

bool asks_for_gzip(const Visit& visit) {
  return lower_ascii(visit.request.header("Accept-Encoding")).find("gzip") != std::string::npos;
}

constexpr Behavior kBehaviors[] = {
    {.id = "action-written-twice",
     .clause = "3.1",
     .story = "Each favourite has its action twice.",
     .cure = "Is a member written by hand beside the serialiser, which writes it too?",
     .hooks = {.print_row =
                   [](Visit&, const Favorite&, PrintedRow& text) {
                     text.extra += ",\"action\":" + text.action;
                     return true;
                   }}},
    {.id = "gzip-promised-and-not-done",
     .clause = "3.1",
     .story = "Whoever accepts gzip gets a plain body that is labelled as compressed.",
     .cure = "Is Content-Encoding set by the application, and compression left to a proxy?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_list(visit, reply) || !asks_for_gzip(visit)) return false;
                     set_header(reply, "Content-Encoding", "deflate");
                     return true;
                   }}},
    {.id = "stale-etag",
     .clause = "4.2",
     .story = "The ETag stays the same whatever is written, and If-None-Match is answered 304.",
     .cure = "Is the ETag made from the user or the URL? Make it from the list.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_list(visit, reply)) return false;
                     const std::string tag = "\"" + visit.user->name() + "-1\"";
                     set_header(reply, "ETag", tag);
                     if (visit.request.header("If-None-Match") == tag) {
                       reply.status = 304;
                       reply.body = nullptr;
                       (void)remove_header(reply, "Content-Type");
                     }
                     return true;
                   }}},
    {.id = "token-in-answer",
     .clause = "1.4",
     .breaks = Breaks::kShould,
     .story = "Each list comes with the user's token in a header.",
     .cure = "Is a debugging header left in? Answers end up in logs.",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_list(visit, reply) || !visit.token) return false;
                     set_header(reply, "X-Session", *visit.token);
                     return true;
                   }}},
    {.id = "bytes-after-the-body",
     .clause = "3.5",
     .breaks = Breaks::kShould,
     .story = "Two more bytes follow each list than Content-Length says.",
     .cure = "Does a template end in an empty line that the length does not count?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_list(visit, reply)) return false;
                     reply.delivery.extra_after = "\r\n";
                     return true;
                   }}},
    {.id = "dates-through-double",
     .clause = "2.5",
     .story = "Dates are shown a microsecond early: .798 as .797999.",
     .cure = "Are seconds since 1970 kept in floating point? Keep whole milliseconds.",
     .hooks = {.print_row =
                   [](Visit&, const Favorite& row, PrintedRow& text) {
                     const Timestamp early = row.action_date.plus(-std::chrono::microseconds(1));
                     text.action_date = "\"" + to_string(early) + "\"";
                     return true;
                   }}},
};

}  // namespace

std::span<const Behavior> answer_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
