#include "mock_server/mock_server.h"

#include <algorithm>
#include <mutex>
#include <random>
#include <stdexcept>

#include <fmt/format.h>

#include "mock_server/admin_api.h"
#include "mock_server/admin_port.h"
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
            api, [this] { return facts(); }, [this] { drop_stalled(); }) {}

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

  const std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  const std::string instance = random_instance();
  std::string url, admin_url;
  int port = 0;
  std::optional<int> admin_number;
  mock::PartnerApi api;
  mock::AdminApi admin_api;
  std::mutex mutex;  // guards what follows and the addresses
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
  partner.serving.clock = options.clock;
  auto opened = mock::PartnerPort::open(
      partner,
      [api = &parts->api](const mock::PartnerRequest& request) { return api->handle(request); });
  if (!opened) return tl::unexpected(opened.error());
  {
    const std::lock_guard lock(parts->mutex);
    parts->port = (*opened)->port();
    parts->url = "http://" + mock::authority(options.bind_address, parts->port);
    parts->partner = std::move(*opened);
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
mock::PartnerApi& MockServer::api() {
  return parts_->api;
}

}  // namespace favsync
