#include "simulation/world.h"

#include <algorithm>

#include <fmt/format.h>

#include "simulation/round_client.h"
#include "sync_engine/in_memory_favorite_store.h"

namespace favsync::simulation {
namespace {

using namespace std::chrono_literals;

// The article's day. Far enough from any limit of dates for every skew.
constexpr std::int64_t kStartSeconds = 1'493'721'900;

std::chrono::nanoseconds tick_of(const Setup& setup) {
  if (!setup.has_partner_tick) return 0ns;
  for (const auto& chosen : setup.switches) {
    if (chosen.is->id == "floors-to-seconds" || chosen.is->id == "rounds-up-to-seconds") return 1s;
    if (chosen.is->id == "three-hundredths-clock") return 10ms;
  }
  return 0ns;
}

// Renews by the token book, and sees to it that a round asks once.
class Refresher final : public TokenRefresher {
 public:
  Refresher(TokenBook& tokens, Ledger& ledger, RoundSight& sight)
      : tokens_(tokens), ledger_(ledger), sight_(sight) {}

  Result<UserToken> refresh(std::string_view user, const UserToken& refused) override {
    if (++sight_.renewals > 1) {
      ledger_.breach(Property::kOneRenewalARound,
                     fmt::format("a round of {} renewed its token twice", user));
    }
    ledger_.tell([&] { return fmt::format("    {}'s token is renewed", user); });
    return tokens_.renew(sight_.user, refused);
  }

 private:
  TokenBook& tokens_;
  Ledger& ledger_;
  RoundSight& sight_;
};

}  // namespace

World::World(const Plan& plan, const RunOptions& options)
    : plan_(plan),
      setup_(plan.setup),
      options_(options),
      timeline_(Timestamp::from_unix(kStartSeconds)),
      ledger_(timeline_, options.tells),
      backend_clock_(timeline_),
      tokens_(setup_.users),
      partner_(setup_, timeline_, tokens_) {
  for (const auto& chosen : setup_.switches) excuses_ = excuses_ | chosen.is->excuses;
  const auto tick = tick_of(setup_);
  ledger_.set_tick(tick);
  round_options_.ties = setup_.ties;
  round_options_.max_batch = setup_.max_batch;
  round_options_.read_back = setup_.reads_back;
  round_options_.partner_tick = tick;
  round_options_.seed = plan.seed | 1;
  if (setup_.has_max_future) round_options_.max_future = 24h;
  store_ = options.make_store ? options.make_store() : std::make_unique<InMemoryFavoriteStore>();
  const auto step = std::max(1ms, std::chrono::duration_cast<std::chrono::milliseconds>(tick));
  for (int user = 0; user < setup_.users; ++user) {
    device_stores_.push_back(std::make_unique<DeviceStore>(store_, ledger_, user));
    for (int device = 0; device < setup_.devices; ++device) {
      const auto skew = setup_.device_skews[handhelds_.size()];
      handhelds_.push_back(std::make_unique<Handheld>(timeline_, skew, *device_stores_.back(),
                                                      user_name(user), backend_clock_, step));
    }
  }
}

World::Handheld& World::handheld(int user, int device) {
  return *handhelds_[static_cast<std::size_t>(user * setup_.devices + device)];
}

void World::act() {
  for (const auto& step : plan_.steps) happen(step);
}

void World::happen(const Step& step) {
  timeline_.pass(step.after);
  const char* user = user_name(step.user);
  const char* device = device_name(step.device);
  switch (step.kind) {
    case StepKind::kClick:
      return click(step);
    case StepKind::kSiteEdit:
      return site_edit(step);
    case StepKind::kRound:
      // Rounds within rounds within rounds tell nothing new.
      if (active_.size() < 2) run_round(step);
      return;
    case StepKind::kGoOffline:
      ledger_.tell([&] { return fmt::format("{}'s {} goes offline", user, device); });
      return handheld(step.user, step.device).device.go_offline();
    case StepKind::kGoOnline:
      return go_online(step.user, step.device);
    case StepKind::kDeviceClock:
      ledger_.tell([&] { return fmt::format("the clock of {}'s {} jumps", user, device); });
      return handheld(step.user, step.device).clock.jump(step.jump);
    case StepKind::kBackendClock:
      ledger_.tell([&] { return std::string("the backend's clock jumps"); });
      return backend_clock_.jump(step.jump);
    case StepKind::kExpireToken:
      ledger_.tell([&] { return fmt::format("{}'s token dies", user); });
      return tokens_.expire(tokens_.current(step.user).reveal());
  }
}

void World::click(const Step& step) {
  Device& device = handheld(step.user, step.device).device;
  const auto& item = setup_.items[static_cast<std::size_t>(step.item)];
  const auto done = step.action == Action::kAdd ? device.add(item) : device.remove(item);
  ledger_.tell([&] {
    const auto record = store_->find(user_name(step.user), item).value_or(std::nullopt);
    return fmt::format("{}'s {} {} {}: {}", user_name(step.user), device_name(step.device),
                       step.action == Action::kAdd ? "adds" : "removes", item,
                       !done ? done.error().message
                       : device.waiting() > 0
                           ? "waits on the device"
                           : "the store holds " + shown(state_of(record->favorite)));
  });
}

void World::site_edit(const Step& step) {
  const auto& item = setup_.items[static_cast<std::size_t>(step.item)];
  const Favorite edit = partner_.edit(step.user, item, step.action);
  ledger_.issue(step.user, edit);
  ledger_.tell(
      [&] { return fmt::format("{} at the partner: {}", user_name(step.user), shown(edit)); });
}

void World::go_online(int user, int device) {
  ledger_.tell(
      [&] { return fmt::format("{}'s {} comes online", user_name(user), device_name(device)); });
  // The device keeps what it could not deliver; here the store only fails rounds.
  (void)handheld(user, device).device.go_online();
}

int World::run_round(const Step& step) {
  ++outcome_.rounds;
  Passage passage(step, [this](const Step& within) { happen(within); });
  RoundSight sight;
  sight.user = step.user;
  for (auto& outer : active_) {
    if (outer.sight.user == step.user) sight.was_disturbed = outer.sight.was_disturbed = true;
  }
  ledger_.tell([&] { return fmt::format("the engine syncs {}", user_name(step.user)); });
  active_.push_back({sight, passage});
  const auto report = sync(step, passage, sight);
  active_.pop_back();
  tell_end(passage, report);
  outcome_.calls += passage.calls();
  outcome_.posts += sight.posts;
  if (passage.is_dead()) {
    // One process runs all rounds, and ends with all of them.
    for (auto& outer : active_) outer.passage.kill();
    has_crashed_ = true;
  }
  if (has_crashed_ && active_.empty()) restart();
  return sight.posts;
}

Result<SyncReport> World::sync(const Step& step, Passage& passage, RoundSight& sight) {
  RoundStore store(*store_, passage, ledger_, sight, setup_.ties);
  RoundClient client({setup_, timeline_, backend_clock_, tokens_, partner_, *store_, ledger_},
                     passage, sight);
  SabotagedParts bugs;
  const Sabotage* sabotage = options_.sabotage;
  if (sabotage != nullptr && sabotage->plant != nullptr) {
    bugs = sabotage->plant({store, client, backend_clock_, user_name(step.user),
                            tokens_.current((step.user + 1) % setup_.users)});
  }
  FavoriteStore& seen_store = bugs.store ? *bugs.store : store;
  PartnerClient& seen_client = bugs.client ? *bugs.client : static_cast<PartnerClient&>(client);
  Refresher refresher(tokens_, ledger_, sight);
  const bool may_write = !setup_.is_read_only || (sabotage && sabotage->ignores_read_only);
  auto engine =
      may_write ? SyncEngine::two_way(seen_client, seen_store, backend_clock_, round_options_)
                : SyncEngine::read_only(seen_client, seen_store, backend_clock_, round_options_);
  engine.set_token_refresher(&refresher);
  engine.set_sleeper([&](std::chrono::milliseconds wait, const Error&) {
    if (passage.is_dead()) return false;
    timeline_.pass(wait);
    return true;
  });
  return engine.sync({user_name(step.user), tokens_.current(step.user), "partner"});
}

void World::tell_end(const Passage& passage, const Result<SyncReport>& report) {
  ledger_.tell([&] {
    if (passage.is_dead()) return fmt::format("    the process ends at call {}", passage.calls());
    if (!report) return "    the round ends: " + report.error().message;
    std::string text =
        fmt::format("    done: pulled {}, pushed {}, kept {}, conflicts {}", report->pulled.size(),
                    report->pushed.size(), report->kept, report->conflicts.size());
    if (report->push_error) text += "; " + report->push_error->message;
    return text;
  });
}

void World::restart() {
  has_crashed_ = false;
  ++outcome_.crashes;
  if (!options_.make_store) return;
  std::vector<std::vector<FavoriteRecord>> before;
  for (int user = 0; user < setup_.users; ++user) {
    before.push_back(store_->load(user_name(user)).value_or(std::vector<FavoriteRecord>()));
  }
  store_.reset();
  store_ = options_.make_store();
  for (int user = 0; user < setup_.users; ++user) {
    const auto after = store_->load(user_name(user));
    if (after && *after == before[static_cast<std::size_t>(user)]) continue;
    ledger_.breach(Property::kAcknowledgedSurvives,
                   fmt::format("{}'s store is another after a crash", user_name(user)));
  }
}

Outcome World::outcome() && {
  outcome_.breaches = ledger_.breaches();
  outcome_.tale = ledger_.tale();
  outcome_.fired = partner_.fired();
  return std::move(outcome_);
}

Outcome run_plan(const Plan& plan, const RunOptions& options) {
  World world(plan, options);
  world.act();
  world.quiesce();
  world.judge();
  return std::move(world).outcome();
}

}  // namespace favsync::simulation
