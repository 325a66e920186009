// What partners leave out of a list, put into it, or do to its form.
#include <algorithm>

#include "simulation/partner_switch.h"

namespace favsync::simulation {
namespace {

using namespace std::chrono_literals;
using enum Property;

bool replace_all(std::string& text, std::string_view from, std::string_view to) {
  bool any = false;
  for (auto at = text.find(from); at != std::string::npos; at = text.find(from, at + to.size())) {
    text.replace(at, from.size(), to);
    any = true;
  }
  return any;
}

std::string lower_case(std::string text) {
  std::ranges::transform(text, text.begin(), [](char c) {
    return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c;
  });
  return text;
}

std::vector<Favorite> rows_of(const std::map<std::string, Favorite>& rows) {
  std::vector<Favorite> list;
  for (const auto& [item, favorite] : rows) list.push_back(favorite);
  return list;
}

bool set_list(std::vector<Favorite>& list, std::vector<Favorite> other) {
  if (list == other) return false;
  list = std::move(other);
  return true;
}

// Another switch may have spoilt the list already.
bool is_list(const PartnerReply& reply) {
  return reply.status == 200 && reply.body.size() >= 2 && reply.body.front() == '[';
}

std::string elements_of(const PartnerReply& reply) {
  return is_list(reply) ? reply.body.substr(1, reply.body.size() - 2) : std::string();
}

bool set_body(PartnerReply& reply, std::string body) {
  if (!is_list(reply)) return false;
  reply.body = std::move(body);
  return true;
}

bool every(SwitchNotes& notes, int nth) {
  return ++notes.count % nth == 0;
}

constexpr PropertySet kHides{kConverges, kNoLostUpdate};

const std::vector<PartnerSwitch> kSwitches = {
    {.id = "drops-removals",
     .rows = "18",
     .story = "Leaves removed items out of the list.",
     .excuses = kHides,
     .show =
         [](Visit&, std::vector<Favorite>& list) {
           return std::erase_if(list,
                                [](const Favorite& f) { return f.action == Action::kDelete; }) > 0;
         }},
    {.id = "deltas-only",
     .rows = "19",
     .story = "Lists only what changed since the last reading.",
     .excuses = kHides | PropertySet{kSendingEnds},
     .show =
         [](Visit& v, std::vector<Favorite>& list) {
           auto before = std::exchange(v.notes.rows, v.account.rows);
           return std::erase_if(list, [&](const Favorite& f) {
                    const auto found = before.find(f.item);
                    return found != before.end() && found->second == f;
                  }) > 0;
         }},
    {.id = "empty-after-outage",
     .rows = "20",
     .story = "Lists nothing, now and then, though it has favourites.",
     .is_passing = true,
     .show = [](Visit& v,
                std::vector<Favorite>& list) { return every(v.notes, 2) && set_list(list, {}); }},
    {.id = "restored-from-backup",
     .rows = "21",
     .story = "Goes back to what it held four readings before, once.",
     .excuses = kAtTheEnd,
     .is_passing = true,
     .show =
         [](Visit& v, std::vector<Favorite>& list) {
           if (++v.notes.count == 2) v.notes.rows = v.account.rows;
           if (v.notes.count != 6) return false;
           v.account.rows = v.notes.rows;
           return set_list(list, rows_of(v.account.rows));
         }},
    {.id = "first-page-only",
     .rows = "22",
     .story = "Lists the first two favourites, and a link to more.",
     .excuses = kHides,
     .show =
         [](Visit&, std::vector<Favorite>& list) {
           if (list.size() <= 2) return false;
           list.resize(2);
           return true;
         }},
    {.id = "envelope",
     .rows = "23",
     .story = "Puts the array into an object.",
     .excuses = kHides,
     .get_reply = [](Visit&,
                     PartnerReply& r) { return set_body(r, R"({"data":)" + r.body + '}'); }},
    {.id = "object-for-array",
     .rows = "24",
     .story = "Prints the list as an object with numbers for names.",
     .excuses = kHides,
     .get_reply =
         [](Visit&, PartnerReply& r) {
           return set_body(r, r.body == "[]" ? "{}" : R"({"0":)" + elements_of(r) + '}');
         }},
    {.id = "lone-object",
     .rows = "25",
     .story = "Prints a list of one as the object alone.",
     .excuses = kHides,
     .get_reply =
         [](Visit& v, PartnerReply& r) {
           return v.account.rows.size() == 1 && set_body(r, elements_of(r));
         }},
    {.id = "null-when-empty",
     .rows = "26",
     .story = "Answers null for a user without favourites.",
     .excuses = kHides,
     .get_reply = [](Visit&, PartnerReply& r) { return r.body == "[]" && set_body(r, "null"); }},
    {.id = "204-when-empty",
     .rows = "26",
     .story = "Answers 204 for a user without favourites.",
     .get_reply =
         [](Visit&, PartnerReply& r) {
           if (r.body != "[]") return false;
           r.status = 204;
           r.body.clear();
           return true;
         }},
    {.id = "history-listed",
     .rows = "27",
     .story = "Lists every value that an item ever had.",
     .excuses = {kConverges},
     .show = [](Visit& v,
                std::vector<Favorite>& list) { return set_list(list, v.account.history); }},
    {.id = "other-verbs",
     .rows = "28",
     .story = "Prints add and remove for ADD and DELETE.",
     .excuses = kHides,
     .element =
         [](Visit&, const Favorite& f, PrintedElement& e) {
           e.action = f.action == Action::kAdd ? "\"add\"" : "\"remove\"";
           return true;
         }},
    {.id = "folds-case-of-ids",
     .rows = "29",
     .story = "Prints ids in lower case.",
     .excuses = kHides,
     .element =
         [](Visit&, const Favorite&, PrintedElement& e) {
           const auto former = std::exchange(e.item, lower_case(e.item));
           return former != e.item;
         }},
    {.id = "ids-as-numbers",
     .rows = "29",
     .story = "Prints ids of digits as numbers.",
     .excuses = kHides,
     .element =
         [](Visit&, const Favorite& f, PrintedElement& e) {
           if (f.item.find_first_not_of("0123456789") != std::string::npos) return false;
           e.item = std::to_string(std::stoi(f.item));
           return true;
         }},
    {.id = "normalises-ids",
     .rows = "30",
     .story = "Composes the accents of ids.",
     .excuses = kHides,
     .element = [](Visit&, const Favorite&,
                   PrintedElement& e) { return replace_all(e.item, "e\u0301", "\u00e9"); }},
    {.id = "escapes-ids",
     .rows = "31",
     .story = "Prints ids with the escapes of HTML.",
     .excuses = kHides,
     .element = [](Visit&, const Favorite&,
                   PrintedElement& e) { return replace_all(e.item, "&", "&amp;"); }},
    {.id = "foreign-ids",
     .rows = "32",
     .story = "Lists a session of last year too.",
     .show =
         [](Visit&, std::vector<Favorite>& list) {
           list.push_back({"last-year", Action::kAdd, Timestamp::from_unix(1'462'185'912)});
           return true;
         }},
    {.id = "duplicate-rows",
     .rows = "40",
     .story = "Lists every favourite twice.",
     .show =
         [](Visit&, std::vector<Favorite>& list) {
           auto twice = list;
           twice.insert(twice.end(), list.begin(), list.end());
           return set_list(list, std::move(twice));
         }},
    {.id = "replica-lag",
     .rows = "42",
     .story = "Lists what it held five seconds ago.",
     .show =
         [](Visit& v, std::vector<Favorite>& list) {
           v.notes.past.emplace_back(v.now, v.account.rows);
           std::map<std::string, Favorite> old;
           for (const auto& [when, rows] : v.notes.past) {
             if (when <= v.now.plus(-5s)) old = rows;
           }
           return set_list(list, rows_of(old));
         },
     .post_reply =
         [](Visit& v, PartnerReply&) {
           v.notes.past.emplace_back(v.now, v.account.rows);
           return false;
         }},
    {.id = "wrong-user",
     .rows = "45",
     .story = "A shared cache answers with the list of whoever asked last.",
     .excuses = kAtTheEnd | PropertySet{kNoResurrection, kSendingEnds},
     .show =
         [](Visit& v, std::vector<Favorite>& list) {
           // Each account has notes of its own, and the neighbour's list stands for the cache's.
           const auto self = static_cast<std::size_t>(&v.account - v.everybody.data());
           return every(v.notes, 3) &&
                  set_list(list, rows_of(v.everybody[(self + 1) % v.everybody.size()].rows));
         }},
    {.id = "sticky-list",
     .rows = "70",
     .story = "Goes on saying that nothing changed, with the list of the first reading.",
     .is_passing = true,
     .show =
         [](Visit& v, std::vector<Favorite>& list) {
           if (v.notes.count++ == 0) v.notes.list = list;
           return set_list(list, v.notes.list);
         }},
    {.id = "duplicate-members",
     .rows = "72",
     .story = "Prints actionDate twice in an element.",
     .excuses = kHides,
     .element =
         [](Visit&, const Favorite&, PrintedElement& e) {
           e.more = ",\"actionDate\":\"2030-01-01T00:00:00.000Z\"";
           return true;
         }},
    {.id = "unknown-members",
     .rows = "2.6",
     .story = "Prints members that the contract does not know, deep ones too.",
     .element =
         [](Visit&, const Favorite&, PrintedElement& e) {
           e.more = R"(,"token":"x","room":{"floor":[1,[2,[3]]]},"seats":1e400)";
           return true;
         }},
    {.id = "shuffled",
     .rows = "3.1",
     .story = "Lists favourites in another order each time.",
     .show =
         [](Visit& v, std::vector<Favorite>& list) {
           if (list.size() < 2) return false;
           const auto by = ++v.notes.count % static_cast<int>(list.size());
           std::rotate(list.begin(), list.begin() + by, list.end());
           return by != 0;
         }},
};

}  // namespace

std::span<const PartnerSwitch> list_switches() {
  return kSwitches;
}

}  // namespace favsync::simulation
