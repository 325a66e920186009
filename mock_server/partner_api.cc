#include "mock_server/partner_api.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include "mock_server/behavior_set.h"
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

}  // namespace

struct PartnerApi::Switches {
  mutable std::mutex mutex;
  std::shared_ptr<FiredCounters> counters = std::make_shared<FiredCounters>();
  std::shared_ptr<BehaviorSet> set;  // null when nothing is active
  std::atomic<bool> any{false};      // whether `set` is there: what the clean path tests
};

PartnerApi::PartnerApi(Scenario scenario, Options options)
    : clock_(options.clock != nullptr ? *options.clock : system_clock_),
      scenario_(std::move(scenario)),
      options_(options),
      state_(clock_),
      journal_(options.journal),
      switches_(std::make_unique<Switches>()) {
  reset_all();
}

PartnerApi::PartnerApi(Scenario scenario) : PartnerApi(std::move(scenario), Options{}) {}

PartnerApi::~PartnerApi() = default;

PartnerReply PartnerApi::handle(const PartnerRequest& request) {
  const auto began = std::chrono::steady_clock::now();
  Exchange arrival;
  arrival.received = clock_.now();
  arrival.connection = request.connection;
  arrival.method = request.method;
  arrival.path = request.path;
  arrival.body_bytes = request.body.size();
  const std::uint64_t number = journal_.open(std::move(arrival));

  Exchange exchange;
  PartnerReply reply;
  if (switches_->any.load(std::memory_order_acquire)) {
    answer_with_behaviors(request, exchange, reply);
  } else {
    answer(request, exchange, reply);
  }
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
  return reply;
}

void PartnerApi::answer(const PartnerRequest& request, Exchange& exchange, PartnerReply& reply) {
  Route route = find_route(request.method, request.path, read_only_);
  const std::optional<std::string> token =
      find_token(scenario_.auth, request.headers, request.query);
  const TokenLookup lookup = token ? state_.find_token(*token) : TokenLookup{};
  record_token(request, token, lookup, exchange);
  if (route.endpoint == Endpoint::kNone) {
    reply = std::move(route.reply);
    return;
  }
  if (lookup.standing != Standing::kGood) {
    reply = unauthorized_reply(scenario_.auth, token.has_value(), lookup.standing);
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

void PartnerApi::answer_with_behaviors(const PartnerRequest& request, Exchange& exchange,
                                       PartnerReply& reply) {
  std::shared_ptr<BehaviorSet> set;
  {
    const std::lock_guard lock(switches_->mutex);
    set = switches_->set;
  }
  if (set == nullptr) {  // switched off since the test
    answer(request, exchange, reply);
    return;
  }
  const std::optional<std::string> token =
      find_token(scenario_.auth, request.headers, request.query);
  record_token(request, token, token ? state_.find_token(*token) : TokenLookup{}, exchange);
  Visit visit(request, state_, clock_, scenario_, read_only_, exchange);
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
  switches_->any.store(switches_->set != nullptr, std::memory_order_release);
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
  {
    // Fresh notes: a behaviour that stays active begins anew as well.
    const std::lock_guard lock(switches_->mutex);
    switches_->set.reset();
    switches_->any.store(false, std::memory_order_release);
    switches_->counters->reset();
  }
  state_.load(scenario_);
  read_only_ = scenario_.read_only;
  journal_.clear();
  activate_known(BehaviorKind::kDefect, scenario_.defects);
  activate_known(BehaviorKind::kQuirk, scenario_.quirks);
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
  for (const UserPtr& user : state_.users()) {
    const auto scripted =
        std::find_if(scenario_.users.begin(), scenario_.users.end(),
                     [&](const Scenario::User& known) { return known.name == user->name(); });
    static const std::vector<Favorite> kNothing;
    set->restart(scripted == scenario_.users.end() ? kNothing : scripted->favorites,
                 user->favorites());
  }
}

}  // namespace favsync::mock
