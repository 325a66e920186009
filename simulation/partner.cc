#include "simulation/partner.h"

#include <algorithm>
#include <utility>

#include "wire/favorites_codec.h"

namespace favsync::simulation {
namespace {

using namespace std::chrono_literals;

PrintedElement printed(const Favorite& favorite) {
  // The codec escapes the item; the rest is cut off again.
  const Favorite alone[] = {favorite};
  const std::string text = print_favorites(alone);
  const auto item_at = text.find("\"item\":") + 7;
  auto end = item_at + 1;
  while (text[end] != '"') end += text[end] == '\\' ? 2u : 1u;
  return {text.substr(item_at, end + 1 - item_at),
          '"' + std::string(to_string(favorite.action)) + '"',
          '"' + to_string(favorite.action_date) + '"',
          {}};
}

}  // namespace

Partner::Partner(const Setup& setup, const Timeline& timeline, TokenBook& tokens)
    : setup_(setup),
      tokens_(tokens),
      clock_(timeline, setup.partner_skew),
      accounts_(static_cast<std::size_t>(setup.users)),
      notes_(setup.switches.size(),
             std::vector<SwitchNotes>(static_cast<std::size_t>(setup.users))),
      fired_(setup.switches.size()) {}

template <typename Hook, typename... Arguments>
bool Partner::ask(Hook hook, Caller& caller, Arguments&... arguments) {
  bool any = false;
  const auto user = static_cast<std::size_t>(caller.user);
  for (std::size_t i = 0; i < setup_.switches.size(); ++i) {
    const PartnerSwitch& each = *setup_.switches[i].is;
    if (each.*hook == nullptr || (each.is_passing && !has_troubles_)) continue;
    Visit visit{accounts_[user],         accounts_, notes_[i][user], clock_.now(),
                caller.is_token_expired, false};
    const bool changed = (each.*hook)(visit, arguments...);
    caller.expire_token = caller.expire_token || visit.expire_token;
    fired_[i] += changed ? 1 : 0;
    any = any || changed;
  }
  return any;
}

bool Partner::ignores_expiry() {
  for (std::size_t i = 0; i < setup_.switches.size(); ++i) {
    if (!setup_.switches[i].is->ignores_expiry) continue;
    ++fired_[i];
    return true;
  }
  return false;
}

bool Partner::admit(std::string_view token, Caller& caller, PartnerReply& reply) {
  caller.user = tokens_.owner(token);
  if (caller.user >= 0) {
    caller.is_token_expired = tokens_.is_expired(token);
    if (!caller.is_token_expired || ignores_expiry()) {
      caller.is_token_expired = false;
      return true;
    }
  }
  reply.status = 401;
  reply.www_authenticate = "Bearer error=\"invalid_token\"";
  return false;
}

PartnerReply Partner::get(std::string_view token) {
  PartnerReply reply;
  Caller caller;
  if (admit(token, caller, reply)) {
    std::vector<Favorite> list;
    for (const auto& [item, favorite] : account(caller.user).rows) list.push_back(favorite);
    ask(&PartnerSwitch::show, caller, list);
    reply.status = 200;
    reply.content_type = "application/json";
    reply.body = print(caller, list);
  }
  if (caller.user >= 0) ask(&PartnerSwitch::get_reply, caller, reply);
  if (caller.expire_token) tokens_.expire(token);
  return reply;
}

PartnerReply Partner::post(std::string_view token, std::string_view body) {
  PartnerReply reply;
  Caller caller;
  if (!admit(token, caller, reply)) return reply;
  auto sent = parse_favorites(body);
  if (setup_.is_read_only || !sent) {
    reply.status = setup_.is_read_only ? 405 : 400;
    return reply;
  }
  if (ask(&PartnerSwitch::instead_of_post, caller, *sent, reply)) return reply;
  ask(&PartnerSwitch::filter_post, caller, *sent);
  for (auto& favorite : *sent) take(caller, std::move(favorite));
  reply.status = 200;
  ask(&PartnerSwitch::post_reply, caller, reply);
  return reply;
}

void Partner::take(Caller& caller, Favorite favorite) {
  ask(&PartnerSwitch::keep_date, caller, favorite.action_date);
  PartnerAccount& mine = accounts_[static_cast<std::size_t>(caller.user)];
  const auto stands = mine.rows.find(favorite.item);
  if (stands == mine.rows.end()) return put(mine, favorite);
  bool takes = favorite.is_newer_than(stands->second);
  if (favorite.action_date == stands->second.action_date) {
    const bool is_removal = favorite.action == Action::kDelete;
    takes = setup_.partner_ties == PartnerTie::kTakesEqual ||
            (setup_.partner_ties == PartnerTie::kRemovalWins && is_removal) ||
            (setup_.partner_ties == PartnerTie::kAddWins && !is_removal);
  }
  for (std::size_t i = 0; i < setup_.switches.size(); ++i) {
    const auto hook = setup_.switches[i].is->take;
    if (hook != nullptr && hook(stands->second, favorite, takes)) ++fired_[i];
  }
  if (takes && stands->second != favorite) put(mine, favorite);
}

void Partner::put(PartnerAccount& account, const Favorite& favorite) {
  account.rows.insert_or_assign(favorite.item, favorite);
  account.history.push_back(favorite);
}

Favorite Partner::edit(int user, const std::string& item, Action action) {
  Caller caller;
  caller.user = user;
  PartnerAccount& mine = accounts_[static_cast<std::size_t>(user)];
  Favorite favorite{item, action, clock_.now().floor_to_millis()};
  if (const auto stands = mine.rows.find(item); stands != mine.rows.end()) {
    favorite.action_date =
        std::max(favorite.action_date, stands->second.action_date.floor_to_millis().plus(1ms));
  }
  ask(&PartnerSwitch::edit, caller, favorite);
  put(mine, favorite);
  return favorite;
}

std::string Partner::print(Caller& caller, const std::vector<Favorite>& list) {
  const bool has_odd_elements = std::ranges::any_of(
      setup_.switches, [](const ChosenSwitch& chosen) { return chosen.is->element != nullptr; });
  if (!has_odd_elements) return print_favorites(list);
  std::string body = "[";
  for (const auto& favorite : list) {
    PrintedElement element = printed(favorite);
    ask(&PartnerSwitch::element, caller, favorite, element);
    if (body.size() > 1) body += ',';
    body += "{\"item\":" + element.item + ",\"action\":" + element.action +
            ",\"actionDate\":" + element.date + element.more + '}';
  }
  return body + ']';
}

}  // namespace favsync::simulation
