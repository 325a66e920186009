// What partners do to favourites that are sent to them.
#include <algorithm>

#include "simulation/partner_switch.h"

namespace favsync::simulation {
namespace {

using namespace std::chrono_literals;
using enum Property;

bool answer(PartnerReply& reply, int status, std::string body) {
  reply.status = status;
  reply.body = std::move(body);
  return true;
}

// The item that some partners have something against.
bool is_unwanted(const Favorite& favorite) {
  return favorite.item.find_first_of("57&") != std::string::npos;
}

std::size_t count_adds(const PartnerAccount& account) {
  return static_cast<std::size_t>(std::ranges::count_if(
      account.rows, [](const auto& row) { return row.second.action == Action::kAdd; }));
}

constexpr PropertySet kLoses = kAtTheEnd;

const std::vector<PartnerSwitch> kSwitches = {
    {.id = "bad-item-sinks-batch",
     .rows = "33",
     .story = "Refuses a whole POST for an item that it does not know.",
     .excuses = kLoses,
     .instead_of_post =
         [](Visit&, std::vector<Favorite>& sent, PartnerReply& r) {
           return std::ranges::any_of(sent, is_unwanted) &&
                  answer(r, 400, R"({"error":"unknown item"})");
         }},
    {.id = "silent-item-drop",
     .rows = "34",
     .story = "Answers 200 and does not store an item that it does not know.",
     .excuses = kLoses,
     .filter_post =
         [](Visit&, std::vector<Favorite>& sent) { return std::erase_if(sent, is_unwanted) > 0; }},
    {.id = "business-refusal",
     .rows = "35",
     .story = "Refuses a third favourite: the sessions are full.",
     .excuses = kLoses,
     .instead_of_post =
         [](Visit& v, std::vector<Favorite>& sent, PartnerReply& r) {
           const bool adds = std::ranges::any_of(
               sent, [](const Favorite& f) { return f.action == Action::kAdd; });
           return adds && count_adds(v.account) >= 2 && answer(r, 409, R"({"error":"full"})");
         }},
    {.id = "reports-failed-items",
     .rows = "35",
     .story = "Answers 200 with a list of failed items, and does not store them.",
     .excuses = kLoses,
     .filter_post =
         [](Visit&, std::vector<Favorite>& sent) { return std::erase_if(sent, is_unwanted) > 0; },
     .post_reply = [](Visit&,
                      PartnerReply& r) { return answer(r, 200, R"({"failed":["full"]})"); }},
    {.id = "full-replacement",
     .rows = "36",
     .story = "Takes a POST for the whole list, and forgets all else.",
     .excuses = kLoses,
     .filter_post =
         [](Visit& v, std::vector<Favorite>&) {
           const bool any = !v.account.rows.empty();
           v.account.rows.clear();
           return any;
         }},
    {.id = "blind-overwrite",
     .rows = "37",
     .story = "Stores whatever arrives last, older dates too.",
     .excuses = kLoses | PropertySet{kRepeatIsHarmless},
     .take = [](const Favorite& stands, const Favorite& incoming,
                bool& takes) { return !std::exchange(takes, true) && stands != incoming; }},
    {.id = "accepts-equal-dates",
     .rows = "38",
     .story = "Lets an equal date replace.",
     .take =
         [](const Favorite& stands, const Favorite& incoming, bool& takes) {
           if (stands.action_date != incoming.action_date || takes) return false;
           takes = true;
           return stands.action != incoming.action;
         }},
    {.id = "repeat-is-an-error",
     .rows = "39",
     .story = "Answers 409 to what it holds already.",
     .instead_of_post =
         [](Visit& v, std::vector<Favorite>& sent, PartnerReply& r) {
           const auto is_known = [&](const Favorite& f) {
             const auto found = v.account.rows.find(f.item);
             return found != v.account.rows.end() && found->second == f;
           };
           return std::ranges::any_of(sent, is_known) && std::ranges::all_of(sent, is_known) &&
                  answer(r, 409, R"({"error":"already a favourite"})");
         }},
    {.id = "toggles",
     .rows = "41",
     .story = "An ADD of what is added removes it.",
     .excuses = kLoses | PropertySet{kRepeatIsHarmless},
     .filter_post =
         [](Visit& v, std::vector<Favorite>& sent) {
           bool any = false;
           for (auto& favorite : sent) {
             const auto found = v.account.rows.find(favorite.item);
             if (found == v.account.rows.end() || found->second.action != favorite.action) continue;
             // Its date is moved, as a partner that toggles stamps each click.
             favorite.action = favorite.action == Action::kAdd ? Action::kDelete : Action::kAdd;
             favorite.action_date =
                 std::max(favorite.action_date, found->second.action_date).plus(1ms);
             any = true;
           }
           return any;
         }},
    {.id = "echo-with-new-date",
     .rows = "43",
     .story = "What was sent comes back with the moment at which a webhook returned it.",
     .excuses = kLoses | PropertySet{kRepeatIsHarmless},
     .keep_date =
         [](Visit& v, Timestamp& date) {
           const auto former = std::exchange(date, std::max(date, v.now).plus(1ms));
           return former != date;
         }},
    {.id = "loses-one-of-two-posts",
     .rows = "44",
     .story = "Of two POSTs within a second the later is acknowledged and lost.",
     .excuses = kLoses,
     .filter_post =
         [](Visit& v, std::vector<Favorite>& sent) {
           const bool is_lost = v.notes.count++ > 0 && v.now < v.notes.moment.plus(1s);
           v.notes.moment = v.now;
           if (is_lost) sent.clear();
           return is_lost;
         }},
    {.id = "answers-202",
     .rows = "42",
     .story = "Answers 202 to what it stored.",
     .post_reply = [](Visit&, PartnerReply& r) { return answer(r, 202, ""); }},
    {.id = "half-answers-207",
     .rows = "34",
     .story = "Stores the first of an array, and answers 207.",
     .excuses = kLoses,
     .filter_post =
         [](Visit&, std::vector<Favorite>& sent) {
           if (sent.size() < 2) return false;
           sent.resize(1);
           return true;
         },
     .post_reply = [](Visit&, PartnerReply& r) { return answer(r, 207, "[]"); }},
};

}  // namespace

std::span<const PartnerSwitch> write_switches() {
  return kSwitches;
}

}  // namespace favsync::simulation
