#include "mock_server/partner_api.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "mock_server/behavior_set.h"
#include "mock_server/director.h"
#include "mock_server/honest_replies.h"
#include "wire/favorites_codec.h"

namespace favsync::mock {
namespace {

constexpr std::size_t kMaxRefusedBodyBytes = 2048;

std::string known_fingerprint(const TokenLookup& lookup, const std::string& token) {
  if (lookup.issued) return lookup.issued->fingerprint;
  const Result<UserToken> made = UserToken::make(token);
  return made ? made->fingerprint() : "token:malformed";
}

// Keeps what was refused, so that a person can see why, without the secret that came with it.
void record_refusal(Exchange& exchange, std::string_view body, std::string why,
                    const std::optional<std::string>& token) {
  std::string kept(body.substr(0, kMaxRefusedBodyBytes));
  if (token) {
    if (const Result<UserToken> made = UserToken::make(*token)) kept = redact(kept, *made);
  }
  exchange.refused_body = std::move(kept);
  exchange.why = std::move(why);
}

// The body of a POST that ends after its first `count` favourites; what is no list stays as it is.
std::string first_favorites(std::string_view body, std::size_t count) {
  Result<std::vector<Favorite>> posted = parse_favorites(body);
  if (!posted || posted->size() <= count) return std::string(body);
  posted->resize(count);
  return print_favorites(*posted);
}

}  // namespace

struct PartnerApi::Switches {
  std::mutex changing;  // one change at a time; taken before the other
  mutable std::mutex mutex;
  std::shared_ptr<FiredCounters> counters = std::make_shared<FiredCounters>();
  std::shared_ptr<BehaviorSet> set;  // null when nothing is active
};

PartnerApi::PartnerApi(Scenario scenario, Options options)
    : clock_(options.clock != nullptr ? *options.clock : system_clock_),
      options_(options),
      scenario_(std::make_shared<const Scenario>(std::move(scenario))),
      state_(clock_),
      journal_(options.journal),
      switches_(std::make_unique<Switches>()),
      director_(std::make_unique<Director>(*this, clock_, detours_, options.seed)) {
  reset_all();
}

PartnerApi::PartnerApi(Scenario scenario) : PartnerApi(std::move(scenario), Options{}) {}

PartnerApi::~PartnerApi() = default;

std::shared_ptr<const Scenario> PartnerApi::scenario() const {
  const std::lock_guard lock(scenario_mutex_);
  return scenario_;
}

void PartnerApi::load(Scenario scenario) {
  auto fresh = std::make_shared<const Scenario>(std::move(scenario));
  {
    const std::lock_guard lock(scenario_mutex_);
    scenario_ = std::move(fresh);
  }
  reset_all();
}

PartnerReply PartnerApi::handle(const PartnerRequest& request) {
  const auto began = std::chrono::steady_clock::now();
  Exchange arrival;
  arrival.received = clock_.now();
  arrival.connection = request.connection;
  arrival.method = request.method;
  arrival.path = request.path;
  arrival.body_bytes = request.body.size();
  const std::uint64_t number = journal_.open(std::move(arrival));

  if (detours_.any()) return handle_directed(request, number, began);
  Exchange exchange;
  PartnerReply reply;
  answer(*scenario(), request, exchange, reply);
  settle(number, std::move(exchange), reply, began);
  return reply;
}

PartnerReply PartnerApi::handle_directed(const PartnerRequest& request, std::uint64_t number,
                                         std::chrono::steady_clock::time_point began) {
  const ScenarioPtr scenario = this->scenario();
  Plan plan;
  if (detours_.has(Detours::kDirector) || detours_.has(Detours::kHolds)) {
    director_->catch_up();  // a token may be issued only now
    const auto token = find_token(scenario->auth, request.headers, request.query);
    const TokenLookup lookup = token ? state_.find_token(*token) : TokenLookup{};
    plan = director_->see_request(endpoint_of(request.method, request.path),
                                  lookup.issued ? lookup.issued->user->name() : "");
  }
  HoldPtr hold = director_->take_hold(Position::Kind::kBeforeApply, plan, number);
  if (hold == nullptr && plan.delay_before.count() == 0) {
    return carry_out(request, number, plan, began);
  }
  PartnerReply parked;
  parked.exchange = number;
  parked.delivery.delay = std::exchange(plan.delay_before, std::chrono::milliseconds(0));
  parked.hold = std::move(hold);
  if (parked.hold == nullptr) parked.delayed_since = clock_.now();
  parked.complete = [this, number, plan = std::move(plan), began,
                     owned = std::make_shared<const OwnedRequest>(request)] {
    return carry_out(owned->view(), number, plan, began);
  };
  return parked;
}

PartnerReply PartnerApi::carry_out(const PartnerRequest& request, std::uint64_t number,
                                   const Plan& plan, std::chrono::steady_clock::time_point began) {
  const ScenarioPtr scenario = this->scenario();
  Exchange exchange;
  PartnerReply reply;
  if (plan.has_effect() && plan.position.kind == Position::Kind::kBeforeApply) {
    const auto token = find_token(scenario->auth, request.headers, request.query);
    record_token(request, token, token ? state_.find_token(*token) : TokenLookup{}, exchange);
    reply = answer_without_effect();
  } else if (plan.has_effect() && plan.position.kind == Position::Kind::kPartialApply) {
    const std::string cut = first_favorites(request.body, plan.position.favorites);
    PartnerRequest partial = request;
    partial.body = cut;
    answer_any(*scenario, partial, exchange, reply);
  } else {
    answer_any(*scenario, request, exchange, reply);
  }
  deform(reply, plan, clock_);
  reply.delivery.delay += plan.delay_after;
  reply.hold = director_->take_hold(Position::Kind::kAfterApply, plan, number);
  // Now, while the journal does not show the request: who sees it there may move the clock at once.
  if (reply.hold == nullptr) reply.delayed_since = clock_.now();
  exchange.faults = plan.faults;
  exchange.steps = plan.steps;
  settle(number, std::move(exchange), reply, began);
  return reply;
}

void PartnerApi::settle(std::uint64_t number, Exchange exchange, PartnerReply& reply,
                        std::chrono::steady_clock::time_point began) {
  exchange.status = reply.status;
  exchange.reply_bytes = reply.text().size();
  exchange.handling = std::chrono::steady_clock::now() - began;
  exchange.phase = Phase::kCommitted;
  if (reply.before_send) {
    // A late writer: what it does is part of the story, so its moment is recorded too.
    exchange.phase = Phase::kDecided;
    reply.before_send = [this, number, commit = std::move(reply.before_send)] {
      commit();
      journal_.mark(number, Phase::kCommitted);
    };
  }
  journal_.settle(number, std::move(exchange));
  reply.exchange = number;
}

std::uint64_t PartnerApi::record_refused(const PartnerRequest& request, int status,
                                         std::string_view why) {
  Exchange exchange;
  exchange.received = clock_.now();
  exchange.connection = request.connection;
  exchange.method = request.method;
  exchange.path = request.path;
  exchange.body_bytes = request.body.size();
  const auto token = find_token(scenario()->auth, request.headers, request.query);
  record_token(request, token, token ? state_.find_token(*token) : TokenLookup{}, exchange);
  exchange.status = status;
  exchange.why = why;
  exchange.phase = Phase::kCommitted;
  return journal_.open(std::move(exchange));
}

void PartnerApi::answer_any(const Scenario& scenario, const PartnerRequest& request,
                            Exchange& exchange, PartnerReply& reply) {
  if (detours_.has(Detours::kBehaviors)) {
    answer_with_behaviors(scenario, request, exchange, reply);
  } else {
    answer(scenario, request, exchange, reply);
  }
}

void PartnerApi::answer(const Scenario& scenario, const PartnerRequest& request, Exchange& exchange,
                        PartnerReply& reply) {
  Route route = find_route(request.method, request.path, read_only_);
  const std::optional<std::string> token =
      find_token(scenario.auth, request.headers, request.query);
  const TokenLookup lookup = token ? state_.find_token(*token) : TokenLookup{};
  record_token(request, token, lookup, exchange);
  if (route.endpoint == Endpoint::kNone) {
    reply = std::move(route.reply);
    return;
  }
  if (lookup.standing != Standing::kGood) {
    reply = unauthorized_reply(scenario.auth, token.has_value(), lookup.standing);
    return;
  }
  FavoriteList& favorites = lookup.issued->user->favorites();
  if (route.endpoint == Endpoint::kList) {
    reply = list_reply(favorites.printed());
    return;
  }
  if (request.body.size() > options_.max_body_bytes) {
    reply = too_large_reply(options_.max_body_bytes);
    return;
  }
  Result<std::vector<Favorite>> posted = parse_favorites(request.body);
  if (!posted) {
    reply = bad_body_reply(posted.error().message);
    record_refusal(exchange, request.body, std::move(posted.error().message), token);
    return;
  }
  exchange.decisions = favorites.apply(*std::move(posted));
  reply = accepted_reply(exchange.decisions);
}

void PartnerApi::answer_with_behaviors(const Scenario& scenario, const PartnerRequest& request,
                                       Exchange& exchange, PartnerReply& reply) {
  std::shared_ptr<BehaviorSet> set;
  {
    const std::lock_guard lock(switches_->mutex);
    set = switches_->set;
  }
  if (set == nullptr) {  // switched off since the test
    answer(scenario, request, exchange, reply);
    return;
  }
  const std::optional<std::string> token =
      find_token(scenario.auth, request.headers, request.query);
  record_token(request, token, token ? state_.find_token(*token) : TokenLookup{}, exchange);
  Visit visit(request, state_, clock_, scenario, read_only_, exchange);
  reply = set->answer(visit, options_.max_body_bytes);
  if (visit.refusal) record_refusal(exchange, request.body, *visit.refusal, token);
}

void PartnerApi::record_token(const PartnerRequest& request,
                              const std::optional<std::string>& token, const TokenLookup& lookup,
                              Exchange& exchange) const {
  if (token) exchange.token = known_fingerprint(lookup, *token);
  if (lookup.issued) exchange.user = lookup.issued->user->name();
  if (request.query.empty()) return;
  exchange.query = request.query;
  if (!token) return;
  if (const Result<UserToken> made = UserToken::make(*token)) {
    exchange.query = redact(exchange.query, *made);
  }
}

Status PartnerApi::activate(BehaviorKind kind, std::span<const std::string> ids) {
  const std::lock_guard changing(switches_->changing);
  return activate_alone(kind, ids);
}

Status PartnerApi::switch_behavior(std::string_view id, bool on) {
  const Behavior* behavior = find_behavior(id);
  if (behavior == nullptr) {
    return tl::unexpected(look_up_behavior(BehaviorKind::kDefect, id).error());
  }
  const std::lock_guard changing(switches_->changing);
  std::vector<std::string> ids;
  for (const std::string_view known : active(behavior->kind)) {
    if (known != id) ids.emplace_back(known);
  }
  if (on) ids.emplace_back(id);
  return activate_alone(behavior->kind, ids);
}

Status PartnerApi::activate_alone(BehaviorKind kind, std::span<const std::string> ids) {
  std::vector<const Behavior*> wanted;
  for (const std::string& id : ids) {
    const Result<const Behavior*> behavior = look_up_behavior(kind, id);
    if (!behavior) return tl::unexpected(behavior.error());
    if (std::find(wanted.begin(), wanted.end(), *behavior) == wanted.end()) {
      wanted.push_back(*behavior);
    }
  }
  const std::lock_guard lock(switches_->mutex);
  std::vector<BehaviorSet::Active> active;
  const auto before =
      switches_->set ? switches_->set->active() : std::span<const BehaviorSet::Active>();
  for (const BehaviorSet::Active& kept : before) {
    if (kept.behavior->kind != kind) active.push_back(kept);
  }
  for (const Behavior* behavior : wanted) {
    const auto known = std::find_if(before.begin(), before.end(), [&](const auto& candidate) {
      return candidate.behavior == behavior;
    });
    active.push_back(
        known != before.end()
            ? *known
            : BehaviorSet::Active{behavior, std::make_shared<Notebook>(options_.seed)});
  }
  switches_->set = active.empty()
                       ? nullptr
                       : std::make_shared<BehaviorSet>(std::move(active), switches_->counters);
  detours_.set(Detours::kBehaviors, switches_->set != nullptr);
  return {};
}

std::vector<std::string_view> PartnerApi::active(BehaviorKind kind) const {
  std::vector<std::string_view> ids;
  const std::lock_guard lock(switches_->mutex);
  if (switches_->set == nullptr) return ids;
  for (const BehaviorSet::Active& active : switches_->set->active()) {
    if (active.behavior->kind == kind) ids.push_back(active.behavior->id);
  }
  return ids;
}

std::uint64_t PartnerApi::fired(std::string_view id) const {
  const Behavior* behavior = find_behavior(id);
  return behavior == nullptr ? 0 : switches_->counters->of(*behavior);
}

void PartnerApi::reset_all() {
  const std::lock_guard loading(loading_);
  const ScenarioPtr scenario = this->scenario();
  {
    // Fresh notes: a behaviour that stays active begins anew as well.
    const std::lock_guard lock(switches_->mutex);
    switches_->set.reset();
    detours_.set(Detours::kBehaviors, false);
    switches_->counters->reset();
  }
  // The clock first, for lifetimes of tokens start by it; the script last, for it acts on the rest.
  director_->reset_clock(*scenario);
  state_.load(*scenario);
  read_only_ = scenario->read_only;
  journal_.clear();
  activate_known(BehaviorKind::kDefect, scenario->defects);
  activate_known(BehaviorKind::kQuirk, scenario->quirks);
  director_->begin(*scenario);
  director_->catch_up();
}

void PartnerApi::reset_faults() {
  director_->set_faults(scenario()->faults);
}

void PartnerApi::reset_clock() {
  director_->reset_clock(*scenario());
}

void PartnerApi::activate_known(BehaviorKind kind, std::vector<std::string> ids) {
  std::erase_if(ids, [&](const std::string& id) { return !look_up_behavior(kind, id); });
  (void)activate(kind, ids);  // cannot fail: only known ids are left
}

void PartnerApi::restart() {
  std::shared_ptr<BehaviorSet> set;
  {
    const std::lock_guard lock(switches_->mutex);
    set = switches_->set;
  }
  if (set == nullptr) return;
  const ScenarioPtr scenario = this->scenario();
  for (const UserPtr& user : state_.users()) {
    const auto scripted =
        std::find_if(scenario->users.begin(), scenario->users.end(),
                     [&](const Scenario::User& known) { return known.name == user->name(); });
    static const std::vector<Favorite> kNothing;
    set->restart(scripted == scenario->users.end() ? kNothing : scripted->favorites,
                 user->favorites());
  }
}

}  // namespace favsync::mock
