#include "sync_engine/fleet.h"

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <optional>
#include <thread>
#include <unordered_map>
#include <utility>

#include "sync_engine/fleet_partner.h"

namespace favsync {
namespace {

using SteadyClock = std::chrono::steady_clock;

constexpr std::uint64_t kLongestParking = 12;  // cycles

// A user whose token the partner refused.
struct Parking {
  std::string fingerprint;  // of that token
  std::uint64_t cycles = 0;
  std::uint64_t until = 0;  // the first cycle in which it is tried again
};

void add_report(FleetCycle& cycle, const SyncReport& report) {
  cycle.pulled += report.pulled.size();
  cycle.pushed += report.pushed.size();
  cycle.unsent += report.unsent.size();
  cycle.rejected += report.rejected.size();
  cycle.conflicts += report.conflicts.size();
  cycle.not_modified += report.not_modified;
  cycle.requests += static_cast<std::uint64_t>(report.requests);
}

bool is_refusal_of_token(ErrorCode code) {
  return code == ErrorCode::kUnauthorized || code == ErrorCode::kForbidden;
}

}  // namespace

Result<FleetLine> FleetLine::make(const HttpPartnerOptions& options, bool read_only) {
  FleetLine line;
  if (read_only) {
    auto reader = HttpPartnerReader::make(options);
    if (!reader) return tl::unexpected(reader.error());
    line.reader = *std::move(reader);
  } else {
    auto client = HttpPartnerClient::make(options);
    if (!client) return tl::unexpected(client.error());
    line.client = *std::move(client);
  }
  return line;
}

struct Fleet::Parts {
  Parts(FleetOptions given, FavoriteStore& records, const Clock& time)
      : options(std::move(given)), store(records), clock(time) {
    options.jobs = std::max(options.jobs, 1);
  }

  FleetPartner& partner_of(const std::string& url);
  void queue_users(std::span<const FleetUser> users, FleetCycle& cycle);
  void work(std::span<const FleetUser> users, const Listener& listener, FleetCycle& cycle);
  FleetPartner* next_partner();
  Result<SyncReport> round(const FleetUser& user, FleetPartner& partner);
  Result<SyncReport> round_on(FleetLine& line, const FleetUser& user, FleetPartner& partner);
  Result<FleetLine> take_line(FleetPartner& partner);
  void give_line(FleetPartner& partner, FleetLine line);
  bool wait(std::chrono::nanoseconds time);
  Status pass_gate(FleetPartner& partner);
  void note(const FleetUser& user, FleetPartner& partner, const Result<SyncReport>& result,
            FleetCycle& cycle);

  FleetOptions options;
  FavoriteStore& store;
  const Clock& clock;
  TokenRefresher* refresher = nullptr;

  std::mutex listener_mutex;  // never taken with the other, so a listener may call stop()
  std::mutex mutex;           // of all that follows
  std::condition_variable stop_asked;
  std::optional<SteadyClock::time_point> stop_at;  // set by stop(): the end of the grace
  std::map<std::string, FleetPartner> partners;
  std::unordered_map<std::string, Parking> parkings;  // by user
  std::size_t idle_lines = 0;
  std::uint64_t cycle_number = 0;
};

Fleet::Fleet(FleetOptions options, FavoriteStore& store, const Clock& clock)
    : parts_(std::make_unique<Parts>(std::move(options), store, clock)) {}
Fleet::~Fleet() = default;

void Fleet::set_token_refresher(TokenRefresher* refresher) {
  parts_->refresher = refresher;
}

void Fleet::stop() {
  const std::lock_guard lock(parts_->mutex);
  if (!parts_->stop_at) parts_->stop_at = SteadyClock::now() + parts_->options.grace;
  parts_->stop_asked.notify_all();
}

FleetCycle Fleet::run(std::span<const FleetUser> users, const Listener& listener) {
  const auto began = SteadyClock::now();
  FleetCycle cycle;
  cycle.users = users.size();
  {
    const std::lock_guard lock(parts_->mutex);
    ++parts_->cycle_number;
    parts_->queue_users(users, cycle);
  }
  const auto count =
      std::min<std::size_t>(users.size(), static_cast<std::size_t>(parts_->options.jobs));
  std::vector<std::thread> threads;
  for (std::size_t i = 0; i < count; ++i) {
    threads.emplace_back([&] { parts_->work(users, listener, cycle); });
  }
  for (auto& thread : threads) thread.join();
  for (const auto& [url, partner] : parts_->partners) {
    cycle.stopped += partner.queue.size();
    if (partner.users == 0) continue;
    cycle.partners.push_back({url, partner.breaker.state(), partner.breaker.counts(), partner.users,
                              partner.synced, partner.failed});
  }
  cycle.duration = SteadyClock::now() - began;
  return cycle;
}

FleetPartner& Fleet::Parts::partner_of(const std::string& url) {
  return partners.try_emplace(url, url, clock, options.breaker, options.rate).first->second;
}

void Fleet::Parts::queue_users(std::span<const FleetUser> users, FleetCycle& cycle) {
  for (auto& [url, partner] : partners) {
    partner.queue.clear();
    partner.users = partner.synced = partner.failed = 0;
  }
  // Taken from the end, so the file's first user is the first to be synced.
  for (std::size_t i = users.size(); i-- > 0;) {
    auto& partner = partner_of(users[i].url);
    ++partner.users;
    const auto parked = parkings.find(users[i].name);
    if (parked != parkings.end() && parked->second.fingerprint == users[i].token.fingerprint() &&
        cycle_number < parked->second.until) {
      ++cycle.parked;
    } else {
      partner.queue.push_back(i);
    }
  }
}

// The lock is held.
FleetPartner* Fleet::Parts::next_partner() {
  FleetPartner* least = nullptr;
  for (auto& [url, partner] : partners) {
    if (partner.queue.empty()) continue;
    if (least == nullptr || partner.under_way < least->under_way) least = &partner;
  }
  return least;
}

void Fleet::Parts::work(std::span<const FleetUser> users, const Listener& listener,
                        FleetCycle& cycle) {
  std::unique_lock lock(mutex);
  while (!stop_at) {
    FleetPartner* partner = next_partner();
    if (partner == nullptr) return;
    const FleetUser& user = users[partner->queue.back()];
    partner->queue.pop_back();
    ++partner->under_way;
    lock.unlock();
    const auto began = SteadyClock::now();
    const auto result = round(user, *partner);
    const auto duration = SteadyClock::now() - began;
    lock.lock();
    --partner->under_way;
    note(user, *partner, result, cycle);
    if (!listener) continue;
    lock.unlock();
    {
      const std::lock_guard one_at_a_time(listener_mutex);
      listener({user, result, duration});
    }
    lock.lock();
  }
}

Result<SyncReport> Fleet::Parts::round(const FleetUser& user, FleetPartner& partner) {
  auto line = take_line(partner);
  if (!line) return tl::unexpected(line.error());
  auto result = round_on(*line, user, partner);
  give_line(partner, *std::move(line));
  return result;
}

Result<SyncReport> Fleet::Parts::round_on(FleetLine& line, const FleetUser& user,
                                          FleetPartner& partner) {
  auto engine = line.reader ? SyncEngine::read_only(*line.reader, store, clock, options.round)
                            : SyncEngine::two_way(*line.client, store, clock, options.round);
  engine.set_sleeper([this](std::chrono::milliseconds time, const Error&) { return wait(time); });
  engine.set_gate([this, &partner] { return pass_gate(partner); });
  engine.set_circuit_breaker(&partner.breaker);
  engine.set_token_refresher(refresher);
  return engine.sync({user.name, user.token, user.url});
}

Result<FleetLine> Fleet::Parts::take_line(FleetPartner& partner) {
  {
    const std::lock_guard lock(mutex);
    if (!partner.idle.empty()) {
      auto line = std::move(partner.idle.back());
      partner.idle.pop_back();
      --idle_lines;
      return line;
    }
  }
  auto http = options.http;
  http.base_url = partner.url;
  return FleetLine::make(http, options.read_only);
}

void Fleet::Parts::give_line(FleetPartner& partner, FleetLine line) {
  const std::lock_guard lock(mutex);
  // Each holds a socket and a thread: with a thousand partners they can't all be kept.
  if (idle_lines >= 2 * static_cast<std::size_t>(options.jobs)) return;
  partner.idle.push_back(std::move(line));
  ++idle_lines;
}

// Returns early with false when stop() is called.
bool Fleet::Parts::wait(std::chrono::nanoseconds time) {
  std::unique_lock lock(mutex);
  return !stop_asked.wait_for(lock, time, [this] { return stop_at.has_value(); });
}

Status Fleet::Parts::pass_gate(FleetPartner& partner) {
  const auto stopped = [] { return fail(ErrorCode::kCancelled, "stopped before the request"); };
  const auto now = SteadyClock::now();
  const auto pause = partner.bucket.take(now);
  if (pause.count() > 0 && wait(pause)) return {};
  std::unique_lock lock(mutex);
  if (!stop_at) return {};
  if (now + pause > *stop_at) return stopped();
  // A round under way may end, and still keeps to the rate.
  lock.unlock();
  std::this_thread::sleep_until(now + pause);
  return {};
}

// The lock is held.
void Fleet::Parts::note(const FleetUser& user, FleetPartner& partner,
                        const Result<SyncReport>& result, FleetCycle& cycle) {
  const Error* error = result ? nullptr : &result.error();
  if (result) {
    add_report(cycle, *result);
    if (result->push_error) error = &*result->push_error;
  }
  if (error == nullptr) {
    ++cycle.synced;
    ++partner.synced;
    parkings.erase(user.name);
    return;
  }
  if (error->code == ErrorCode::kCancelled) {
    ++cycle.stopped;
    return;
  }
  ++cycle.failed;
  ++partner.failed;
  ++cycle.errors[error->code];
  if (!is_refusal_of_token(error->code)) return;
  auto& parking = parkings[user.name];
  const auto fingerprint = user.token.fingerprint();
  if (parking.fingerprint != fingerprint) parking = {fingerprint, 0, 0};
  parking.cycles = std::clamp<std::uint64_t>(parking.cycles * 2, 1, kLongestParking);
  parking.until = cycle_number + 1 + parking.cycles;
}

}  // namespace favsync
