#include "mock_server/behavior_set.h"

#include <algorithm>

#include "mock_server/behaviors/printed_list.h"
#include "wire/favorites_codec.h"

namespace favsync::mock {
namespace {

std::size_t position(const Behavior& behavior) {
  return static_cast<std::size_t>(&behavior - all_behaviors().data());
}

}  // namespace

FiredCounters::FiredCounters() : counts_(all_behaviors().size()) {}

void FiredCounters::add(const Behavior& behavior) {
  ++counts_[position(behavior)];
}

std::uint64_t FiredCounters::of(const Behavior& behavior) const {
  return counts_[position(behavior)];
}

void FiredCounters::reset() {
  for (auto& count : counts_) count = 0;
}

BehaviorSet::BehaviorSet(std::vector<Active> active, std::shared_ptr<FiredCounters> counters)
    : active_(std::move(active)), counters_(std::move(counters)) {
  std::sort(active_.begin(), active_.end(), [](const Active& a, const Active& b) {
    return position(*a.behavior) < position(*b.behavior);
  });
}

template <auto kHook, typename... Args>
void BehaviorSet::run(Visit& visit, Args&&... args) const {
  for (const Active& active : active_) {
    const auto hook = active.behavior->hooks.*kHook;
    if (hook == nullptr) continue;
    visit.notes = active.notes;
    visit.count_fired = [counters = counters_, behavior = active.behavior] {
      counters->add(*behavior);
    };
    if (hook(visit, args...)) note_fired(visit, *active.behavior);
  }
}

void BehaviorSet::note_fired(Visit& visit, const Behavior& behavior) const {
  auto& acted = visit.exchange.behaviors;
  if (std::find(acted.begin(), acted.end(), behavior.id) != acted.end()) return;
  acted.push_back(behavior.id);  // once a request, however many favourites it touched
  counters_->add(behavior);
}

PartnerReply BehaviorSet::answer(Visit& visit, std::size_t max_body_bytes) const {
  PartnerReply reply = decide(visit, max_body_bytes);
  run<&Hooks::reply>(visit, reply);
  return reply;
}

PartnerReply BehaviorSet::decide(Visit& visit, std::size_t max_body_bytes) const {
  run<&Hooks::on_request>(visit);
  if (visit.answer) return *std::move(visit.answer);

  Route route = find_route(visit.request.method, visit.request.path, visit.read_only);
  visit.endpoint = route.endpoint;
  if (route.endpoint == Endpoint::kNone) return std::move(route.reply);

  visit.token = find_token(visit.auth, visit.request.headers, visit.request.query);
  if (visit.token) {
    const TokenLookup lookup = visit.state.find_token(*visit.token);
    if (lookup.issued) visit.become(lookup.issued->user);
    visit.standing = lookup.standing;
  }
  run<&Hooks::authorize>(visit);
  if (visit.user) visit.exchange.user = visit.user->name();
  if (visit.answer) return *std::move(visit.answer);
  if (visit.standing != Standing::kGood || visit.list == nullptr) {
    return unauthorized_reply(visit.auth, visit.token.has_value(), visit.standing);
  }
  return visit.endpoint == Endpoint::kList ? decide_list(visit)
                                           : decide_post(visit, max_body_bytes);
}

PartnerReply BehaviorSet::decide_list(Visit& visit) const {
  std::vector<Favorite> rows = visit.list->rows();
  run<&Hooks::list_rows>(visit, rows);
  std::vector<PrintedRow> printed;
  printed.reserve(rows.size());
  for (const Favorite& row : rows) {
    run<&Hooks::print_row>(visit, row, printed.emplace_back(print_row(row)));
  }
  std::string body = print_list(printed);
  run<&Hooks::print_list>(visit, printed, body);
  if (visit.answer) return *std::move(visit.answer);
  return list_reply(std::make_shared<const std::string>(std::move(body)));
}

PartnerReply BehaviorSet::decide_post(Visit& visit, std::size_t max_body_bytes) const {
  if (visit.request.body.size() > max_body_bytes) return too_large_reply(max_body_bytes);
  Result<std::vector<Favorite>> read = parse_favorites(visit.request.body);
  if (read) {
    visit.posted = *std::move(read);
  } else {
    visit.refusal = read.error().message;
  }
  run<&Hooks::read_body>(visit);
  if (visit.answer) return *std::move(visit.answer);
  if (!visit.refusal || !visit.posted.empty()) {
    if (visit.scratch) {
      apply(visit, *visit.scratch);
    } else {
      visit.list->edit([&](FavoriteRows& rows) { apply(visit, rows); });
    }
  }
  if (visit.answer) return *std::move(visit.answer);
  if (visit.refusal) {
    PartnerReply reply = bad_body_reply(*visit.refusal);
    reply.status = visit.refusal_status;
    return reply;
  }
  return accepted_reply(visit.exchange.decisions);
}

void BehaviorSet::apply(Visit& visit, FavoriteRows& rows) const {
  visit.rows = &rows;
  for (const Favorite& posted : visit.posted) {
    Favorite incoming = posted;
    std::vector<const Behavior*> altered;
    for (const Active& active : active_) {
      if (active.behavior->hooks.take_item == nullptr) continue;
      visit.notes = active.notes;
      if (active.behavior->hooks.take_item(visit, incoming)) altered.push_back(active.behavior);
    }
    const Favorite* stored = rows.find(incoming.item);
    Decision decision{incoming, judge(stored, incoming), std::nullopt, ""};
    if (stored != nullptr) decision.before = Stored{stored->action, stored->action_date};
    run<&Hooks::decide>(visit, stored, incoming, decision.verdict);
    decision.favorite = incoming;
    if (decision.verdict == Verdict::kApplied ||
        decision.verdict != judge(rows.find(posted.item), posted)) {
      for (const Behavior* behavior : altered) note_fired(visit, *behavior);
    }
    if (decision.verdict == Verdict::kApplied) rows.put(incoming);
    visit.exchange.decisions.push_back(std::move(decision));
  }
  run<&Hooks::after_apply>(visit, rows);
  visit.rows = nullptr;
}

void BehaviorSet::restart(const std::vector<Favorite>& seed, FavoriteList& list) const {
  list.edit([&](FavoriteRows& rows) {
    for (const Active& active : active_) {
      const auto hook = active.behavior->hooks.on_restart;
      if (hook != nullptr && hook(*active.notes, seed, rows)) counters_->add(*active.behavior);
    }
  });
}

}  // namespace favsync::mock
