#include "mock_server/mock_server.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <random>
#include <span>
#include <stdexcept>

#include <fmt/format.h>

#include "mock_server/admin_api.h"
#include "mock_server/admin_port.h"
#include "mock_server/director.h"
#include "mock_server/faults/fault_spec.h"
#include "mock_server/listener.h"
#include "mock_server/partner_api.h"
#include "mock_server/partner_port.h"

namespace favsync {
namespace {

using mock::BehaviorKind;

constexpr std::string_view kLoopback = "127.0.0.1";

std::string random_instance() {
  std::random_device device;
  return fmt::format("{:08x}{:08x}", device(), device());
}

Status add_behaviors(BehaviorKind kind, const std::vector<std::string>& ids,
                     std::vector<std::string>& active) {
  for (const std::string& id : ids) {
    const auto found = mock::look_up_behavior(kind, id);
    if (!found) return tl::unexpected(found.error());
    if (std::find(active.begin(), active.end(), id) == active.end()) active.push_back(id);
  }
  return {};
}

Result<mock::Scenario> complete_scenario(const MockServer::Options& options) {
  mock::Scenario scenario = options.scenario;
  if (auto added = add_behaviors(BehaviorKind::kQuirk, options.quirks, scenario.quirks); !added) {
    return tl::unexpected(added.error());
  }
  if (auto added = add_behaviors(BehaviorKind::kDefect, options.defects, scenario.defects);
      !added) {
    return tl::unexpected(added.error());
  }
  scenario.read_only |= options.read_only;
  if (options.auth) scenario.auth = *options.auth;
  if (options.clock_setting) scenario.clock = *options.clock_setting;
  scenario.faults.insert(scenario.faults.end(), options.faults.begin(), options.faults.end());
  return scenario;
}

}  // namespace

MockUser& MockUser::token(std::string text, std::optional<std::chrono::seconds> lifetime) {
  const Result<UserToken> token = UserToken::make(std::move(text));
  if (!token) throw std::invalid_argument(token.error().message);
  const Status issued = api_->state().issue_token(name_, *token, lifetime);
  if (!issued) throw std::invalid_argument(issued.error().message);
  return *this;
}

MockUser& MockUser::adds(std::string item, Timestamp at) {
  return puts(std::move(item), Action::kAdd, at);
}

MockUser& MockUser::deletes(std::string item, Timestamp at) {
  return puts(std::move(item), Action::kDelete, at);
}

MockUser& MockUser::puts(std::string item, Action action, Timestamp at) {
  const Favorite favorite{std::move(item), action, at};
  api_->state().user(name_)->favorites().edit(
      [&favorite](mock::FavoriteRows& rows) { rows.put(favorite); });
  return *this;
}

std::vector<Favorite> MockUser::favorites() const {
  api_->director().catch_up();
  return api_->state().user(name_)->favorites().rows();
}

// Destroyed from the bottom up: ports before what they call.
struct MockServer::Parts {
  Parts(mock::Scenario scenario, const Options& options)
      : api(std::move(scenario), {.clock = options.clock,
                                  .journal = options.journal,
                                  .max_body_bytes = options.max_body_bytes,
                                  .seed = options.seed}),
        admin_api(
            api, [this] { return facts(); }, [this] { drop_stalled(); }) {
    api.director().set_waker([this] { recheck(); });
  }

  mock::ServerFacts facts() {
    const std::lock_guard lock(mutex);
    return {.instance = instance,
            .partner_url = url,
            .admin_url = admin_url,
            .started = started,
            .open_connections = partner ? partner->reactor().open_connections() : 0};
  }
  void drop_stalled() {
    const std::lock_guard lock(mutex);
    if (partner) partner->reactor().drop_stalled();
  }

  void recheck() {
    // A step that a request has set off: this is the reactor's own thread, which would wait for
    // itself; and whoever holds the lock may wait for it.
    if (mock::Reactor::is_own_thread()) {
      if (mock::Reactor* own = serving.load()) own->recheck();
      return;
    }
    const std::lock_guard lock(mutex);
    if (partner) partner->reactor().recheck();
  }

  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  const std::string instance = random_instance();
  std::string url, admin_url;
  int port = 0;
  std::optional<int> admin_number;
  mock::PartnerApi api;
  mock::AdminApi admin_api;
  std::atomic<mock::Reactor*> serving{nullptr};  // the port's; for its own thread alone
  std::mutex mutex;                              // guards what follows and the addresses
  std::unique_ptr<mock::PartnerPort> partner;
  std::unique_ptr<mock::AdminPort> admin;
};

Result<std::unique_ptr<MockServer::Parts>> MockServer::assemble(const Options& options) {
  Result<mock::Scenario> scenario = complete_scenario(options);
  if (!scenario) return tl::unexpected(scenario.error());
  auto parts = std::make_unique<Parts>(std::move(*scenario), options);

  mock::PartnerPort::Options partner;
  partner.bind_address = options.bind_address;
  partner.port = options.port;
  partner.serving.limits.max_body_bytes = options.max_body_bytes;
  partner.serving.request_timeout = options.request_timeout;
  partner.serving.instance = parts->instance;
  partner.serving.clock = &parts->api.clock();
  partner.serving.hooks = {
      .on_connect = [api = &parts->api] { return api->director().see_connection(); },
      .on_refused =
          [api = &parts->api](const mock::PartnerRequest& request, const mock::Refusal& refusal) {
            return api->record_refused(request, refusal.status, refusal.message);
          },
      .on_done = [api = &parts->api](std::span<const std::uint64_t> exchanges,
                                     mock::Phase phase) { api->journal().mark(exchanges, phase); }};
  auto opened = mock::PartnerPort::open(
      partner,
      [api = &parts->api](const mock::PartnerRequest& request) { return api->handle(request); });
  if (!opened) return tl::unexpected(opened.error());
  {
    const std::lock_guard lock(parts->mutex);
    parts->port = (*opened)->port();
    parts->url = "http://" + mock::authority(options.bind_address, parts->port);
    parts->partner = std::move(*opened);
    parts->serving = &parts->partner->reactor();
  }
  if (options.admin_port) {
    const std::string loopback(kLoopback);
    auto admin =
        mock::AdminPort::open(loopback, *options.admin_port, parts->instance, parts->admin_api);
    if (!admin) return tl::unexpected(admin.error());
    const std::lock_guard lock(parts->mutex);
    parts->admin_number = (*admin)->port();
    parts->admin_url = "http://" + mock::authority(loopback, (*admin)->port());
    parts->admin = std::move(*admin);
  }
  return parts;
}

Result<std::unique_ptr<MockServer>> MockServer::start(const Options& options) {
  auto parts = assemble(options);
  if (!parts) return tl::unexpected(parts.error());
  return std::unique_ptr<MockServer>(new MockServer(std::move(*parts)));
}

MockServer::MockServer(std::unique_ptr<Parts> parts) : parts_(std::move(parts)) {}

MockServer::MockServer() : MockServer(Options{}) {}

MockServer::MockServer(const Options& options) {
  auto parts = assemble(options);
  if (!parts) throw std::runtime_error(parts.error().message);
  parts_ = std::move(*parts);
}

MockServer::~MockServer() {
  stop();
}

void MockServer::stop() {
  std::unique_ptr<mock::AdminPort> admin;
  std::unique_ptr<mock::PartnerPort> partner;
  {
    const std::lock_guard lock(parts_->mutex);
    admin = std::move(parts_->admin);
    partner = std::move(parts_->partner);
  }
  parts_->api.director().cancel_holds();  // an admin call may wait for one
  // Outside the lock: an admin call under way, which is waited for, may take it.
  admin.reset();
  partner.reset();
}

void MockServer::drop_stalled() {
  parts_->drop_stalled();
}

int MockServer::port() const {
  return parts_->port;
}
std::string MockServer::url() const {
  return parts_->url;
}
std::string MockServer::admin_url() const {
  return parts_->admin_url;
}
std::optional<int> MockServer::admin_port() const {
  return parts_->admin_number;
}
const std::string& MockServer::instance() const {
  return parts_->instance;
}

Status MockServer::load(const Options& options) {
  Result<mock::Scenario> scenario = complete_scenario(options);
  if (!scenario) return tl::unexpected(scenario.error());
  parts_->api.load(*std::move(scenario));
  parts_->drop_stalled();
  return {};
}

MockUser MockServer::user(std::string_view name) {
  parts_->api.state().user(name);
  return MockUser(parts_->api, std::string(name));
}

mock::Journal& MockServer::journal() {
  return parts_->api.journal();
}
std::uint64_t MockServer::fired(std::string_view behavior) const {
  return parts_->api.fired(behavior);
}
std::string MockServer::fault(std::string_view spec) {
  const Result<mock::Fault> fault = mock::parse_fault(spec);
  if (!fault) throw std::invalid_argument(fault.error().message);
  return parts_->api.director().add_fault(*fault);
}

void MockServer::clear_faults() {
  parts_->api.director().set_faults({});
}

std::uint64_t MockServer::fault_fired(std::string_view id) const {
  for (const mock::FaultStatus& fault : parts_->api.director().faults()) {
    if (fault.id == id) return fault.fired;
  }
  return 0;
}

void MockServer::step(std::string_view json) {
  Result<mock::Step> step = mock::parse_step(json);
  if (!step) throw std::invalid_argument(step.error().message);
  parts_->api.director().add_step(*std::move(step));
}

MockClock MockServer::clock() {
  return MockClock(parts_->api);
}

MockHold MockServer::hold_next(mock::On on, std::string_view user, mock::Position position) {
  mock::HoldPtr hold = parts_->api.director().hold({}, on, std::string(user), position);
  if (hold == nullptr) throw std::invalid_argument("holds: too many wait already; release some");
  return MockHold(parts_->api, std::move(hold));
}

MockHold MockServer::hold_next_post(std::string_view user, mock::Position position) {
  return hold_next(mock::On::kPost, user, position);
}

MockHold MockServer::hold_next_get(std::string_view user, mock::Position position) {
  return hold_next(mock::On::kGet, user, position);
}

std::vector<std::string> MockServer::complaints() const {
  parts_->api.director().catch_up();
  std::vector<std::string> all = parts_->api.director().unconsumed();
  for (const mock::Exchange& exchange : parts_->api.journal().find()) {
    if (exchange.method == "OPTIONS" ||
        mock::endpoint_of(exchange.method, exchange.path) != mock::On::kAny) {
      continue;
    }
    all.push_back(
        fmt::format("exchange {}: {} {}: a partner has GET /getUserFavorites and POST "
                    "/postUserFavorites alone; answered {}",
                    exchange.number, exchange.method, exchange.path, exchange.status));
  }
  return all;
}

mock::PartnerApi& MockServer::api() {
  return parts_->api;
}

}  // namespace favsync
