#include <algorithm>
#include <set>
#include <string>
#include <utility>

#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"
#include "wire/favorites_codec.h"

namespace favsync::mock {
namespace {

constexpr std::size_t kSilentLimit = 50;

bool keep_only(Visit& visit, std::size_t first, std::size_t count) {
  if (visit.posted.size() <= count) return false;
  const auto begin = visit.posted.begin() + static_cast<std::ptrdiff_t>(first);
  visit.posted = {begin, begin + static_cast<std::ptrdiff_t>(count)};
  return true;
}

bool work_on_copy(Visit& visit) {
  if (!visit.refusal) visit.scratch = visit.copy_rows();
  return false;
}

bool show_after_next_post(Visit& visit) {
  if (visit.refusal || visit.posted.empty()) return false;
  const auto pending =
      visit.notes->list(visit.user->name(), [] { return std::vector<Favorite>(); });
  (void)visit.list->apply(pending->rows());
  visit.scratch = visit.copy_rows();
  pending->assign(visit.posted);
  return true;
}

// Someone whose token is good POSTs to a read-only partner.
bool is_read_only_post(Visit& visit) {
  if (!visit.read_only || visit.request.method != "POST" || visit.request.path != kPostPath) {
    return false;
  }
  const auto token = find_token(visit.auth, visit.request.headers, visit.request.query);
  if (!token) return false;
  const TokenLookup lookup = visit.state.find_token(*token);
  if (lookup.standing != Standing::kGood) return false;
  visit.user = lookup.issued->user;
  return true;
}

constexpr Behavior kBehaviors[] = {
    {.id = "first-item-only",
     .clause = "4.2",
     .story = "Stores the first item of an array and answers 200 for all.",
     .cure = "Is only body[0] read?",
     .hooks = {.read_body = [](Visit& visit) { return keep_only(visit, 0, 1); }}},
    {.id = "last-item-only",
     .clause = "4.2",
     .story = "Stores the last item of an array and answers 200 for all.",
     .cure = "Does each turn of the loop overwrite the same variable?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return visit.posted.size() > 1 && keep_only(visit, visit.posted.size() - 1, 1);
                   }}},
    {.id = "last-item-skipped",
     .clause = "4.2",
     .story = "Leaves out the last item of an array of several.",
     .cure = "Does the loop end one too early?",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     return visit.posted.size() > 1 && keep_only(visit, 0, visit.posted.size() - 1);
                   }}},
    {.id = "batch-limit-silent-50",
     .clause = "4.9",
     .story = "Stores the first 50 items of an array and answers 200 for all.",
     .cure = "Is there a batch size without a second batch?",
     .hooks = {.read_body = [](Visit& visit) { return keep_only(visit, 0, kSilentLimit); }}},
    {.id = "loses-every-50th-item",
     .clause = "4.2",
     .story = "Every 50th item that would be stored is not, with 200.",
     .cure = "Does a bulk writer drop the row at which it flushes?",
     .hooks = {.decide =
                   [](Visit& visit, const Favorite*, Favorite&, Verdict& verdict) {
                     if (verdict != Verdict::kApplied || visit.notes->count("items") % 50 != 0)
                       return false;
                     verdict = Verdict::kRejected;
                     return true;
                   }}},
    {.id = "replace-all",
     .clause = "4.3",
     .story = "The posted array becomes the whole list.",
     .cure = "Is it DELETE all, then INSERT? Write the items that came, only those.",
     .hooks = {.after_apply =
                   [](Visit& visit, FavoriteRows& rows) {
                     std::set<std::string_view> posted;
                     for (const Decision& one : visit.exchange.decisions)
                       posted.insert(one.favorite.item);
                     if (posted.empty()) return false;
                     std::vector<Favorite> kept = rows.copy();
                     std::erase_if(kept,
                                   [&](const Favorite& row) { return !posted.contains(row.item); });
                     if (kept.size() == rows.size()) return false;
                     rows.assign(std::move(kept));
                     return true;
                   }}},
    {.id = "ack-and-drop",
     .clause = "4.2",
     .story = "POST is answered 200 and forgotten.",
     .cure = "Is the transaction committed? Does the endpoint do anything yet?",
     .hooks = {.read_body = work_on_copy,
               .reply = [](Visit& visit,
                           PartnerReply&) { return visit.scratch && visit.applied_any(); }}},
    {.id = "delete-ignored",
     .clause = "4.2",
     .story = "DELETE is answered 200 and ignored.",
     .cure = "Is only ADD handled?",
     .hooks = {.decide =
                   [](Visit&, const Favorite*, Favorite& incoming, Verdict& verdict) {
                     if (incoming.action != Action::kDelete || verdict != Verdict::kApplied)
                       return false;
                     verdict = Verdict::kRejected;
                     return true;
                   }}},
    {.id = "updates-only",
     .clause = "4.2",
     .story = "Items that are not stored yet are answered 200 and ignored.",
     .cure = "Is it an UPDATE without an INSERT?",
     .hooks = {.decide =
                   [](Visit&, const Favorite* stored, Favorite&, Verdict& verdict) {
                     if (stored != nullptr || verdict != Verdict::kApplied) return false;
                     verdict = Verdict::kRejected;
                     return true;
                   }}},
    {.id = "ignores-unknown-delete",
     .clause = "4.2",
     .story = "The removal of an item that is not stored leaves no trace.",
     .cure = "Is a removal only an UPDATE? An older ADD that comes later would win.",
     .hooks = {.decide =
                   [](Visit&, const Favorite* stored, Favorite& incoming, Verdict& verdict) {
                     if (stored != nullptr || incoming.action != Action::kDelete ||
                         verdict != Verdict::kApplied) {
                       return false;
                     }
                     verdict = Verdict::kRejected;
                     return true;
                   }}},
    {.id = "unknown-delete-sinks-batch",
     .clause = "4.2",
     .story = "The removal of an item that is not stored makes the partner answer 404 to all.",
     .cure = "Is \"not found\" an error? The removal is what has to be kept.",
     .hooks = {.read_body =
                   [](Visit& visit) {
                     const bool unknown = std::any_of(
                         visit.posted.begin(), visit.posted.end(), [&](const Favorite& one) {
                           return one.action == Action::kDelete && !visit.list->find(one.item);
                         });
                     if (unknown) visit.answer = refusal(404, "not_found", "no such favourite");
                     return unknown;
                   }}},
    {.id = "hard-delete",
     .clause = "2.3",
     .story = "A removed favourite vanishes from the list.",
     .cure = "Is the row deleted? Keep it with action DELETE and the date.",
     .hooks = {.after_apply =
                   [](Visit& visit, FavoriteRows& rows) {
                     bool erased = false;
                     for (const Favorite& one : visit.applied()) {
                       const Favorite* row = rows.find(one.item);
                       if (row != nullptr && row->action == Action::kDelete)
                         erased |= rows.erase(one.item);
                     }
                     return erased;
                   }}},
    {.id = "duplicate-rows",
     .clause = "2.2",
     .story = "Each write of an item that is stored adds a row.",
     .cure = "Is there a unique key on (user, item)?",
     .hooks = {.after_apply =
                   [](Visit& visit, FavoriteRows& rows) {
                     bool doubled = false;
                     for (const Decision& one : visit.exchange.decisions) {
                       if (!one.before || one.verdict == Verdict::kOlder) continue;
                       const Favorite* row = rows.find(one.favorite.item);
                       if (row == nullptr) continue;  // another behaviour took it away
                       rows.append(Favorite(*row));
                       doubled = true;
                     }
                     return doubled;
                   }}},
    {.id = "visible-after-next-post",
     .clause = "4.2",
     .story = "A write shows when the next one comes.",
     .cure = "Is the buffer flushed, the transaction committed, before the answer?",
     .hooks = {.read_body = show_after_next_post}},
    {.id = "500-though-applied",
     .clause = "4.1",
     .story = "POST is carried out and answered 500.",
     .cure = "What throws after the commit?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (visit.endpoint != Endpoint::kPost || reply.status != 200) return false;
                     reply = refusal(500, "internal_error", "mail server not reached");
                     return true;
                   }}},
    {.id = "post-answers-302",
     .clause = "4.1",
     .story = "POST is carried out and answered with a redirect.",
     .cure = "Is it a form handler that redirects after the post?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (visit.endpoint != Endpoint::kPost || reply.status != 200) return false;
                     reply = reply_with(302, "text/html", "");
                     set_header(reply, "Location", kListPath);
                     return true;
                   }}},
    {.id = "read-only-that-writes",
     .clause = "6.1",
     .story = "A read-only partner refuses POST with 405, and writes all the same.",
     .cure = "Is the method refused before the handler runs, or after?",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     if (!is_read_only_post(visit)) return false;
                     Result<std::vector<Favorite>> posted = parse_favorites(visit.request.body);
                     if (posted)
                       visit.exchange.decisions = visit.user->favorites().apply(*std::move(posted));
                     return visit.applied_any();
                   }},
     .needs_read_only = true},
    {.id = "read-only-accepts-200",
     .clause = "6.1",
     .story = "A read-only partner answers POST with 200 and does nothing.",
     .cure = "Is there a catch-all route? Answer 405 with Allow: GET.",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     if (!is_read_only_post(visit)) return false;
                     visit.answer = accepted_reply({});
                     return true;
                   }},
     .needs_read_only = true},
    {.id = "read-only-500",
     .clause = "6.1",
     .story = "A read-only partner answers POST with 500.",
     .cure = "Is the missing handler an error of its own? Answer 405 with Allow: GET.",
     .hooks = {.on_request =
                   [](Visit& visit) {
                     if (!is_read_only_post(visit)) return false;
                     visit.answer = refusal(500, "internal_error", "not implemented");
                     return true;
                   }},
     .needs_read_only = true},
};

}  // namespace

std::span<const Behavior> write_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
