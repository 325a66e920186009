#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/behaviors.h"
#include "mock_server/detours.h"
#include "mock_server/journal.h"
#include "mock_server/partner_message.h"
#include "mock_server/partner_state.h"
#include "mock_server/scenario.h"
#include "mock_server/virtual_clock.h"
#include "wire/clock.h"

namespace favsync::mock {

class Director;
struct Plan;

// The partner's two endpoints as a plain call, without a socket:
//   GET  /getUserFavorites   the list of the token's user
//   POST /postUserFavorites  newest wins, item by item
// Honest by the whole contract unless behaviours are switched on, or faults, script or holds step
// in (Director); with none of these, they cost one test. Safe from any thread; everything may
// change while requests are under way, and a request sees one set of behaviours from beginning to
// end.
class PartnerApi {
 public:
  struct Options {
    const Clock* clock = nullptr;  // what the mock's clock runs with; null: the machine's; outlives
                                   // the api
    JournalLimits journal = {};
    std::size_t max_body_bytes = 16u << 20;  // of a POST; more is answered 413
    std::uint64_t seed = 1;                  // of behaviours that are random
  };

  // The scenario's behaviours must be known, as those of parse_scenario are; unknown ones are left
  // out.
  explicit PartnerApi(Scenario scenario, Options options);
  explicit PartnerApi(Scenario scenario);
  ~PartnerApi();
  PartnerApi(const PartnerApi&) = delete;
  PartnerApi& operator=(const PartnerApi&) = delete;

  // Answers one request and records it in the journal, where it stands before this returns. For a
  // HEAD the reply holds the GET's body: whoever sends it sends the length alone. Whoever gets the
  // reply does what its `hold`, `delivery.delay`, `complete` and `before_send` ask for. Never
  // throws for what a client sent.
  PartnerReply handle(const PartnerRequest& request);
  // Records a request that could not be taken, as far as it could be read, and how it was answered.
  // Returns its number in the journal.
  std::uint64_t record_refused(const PartnerRequest& request, int status, std::string_view why);

  PartnerState& state() { return state_; }
  const PartnerState& state() const { return state_; }
  Journal& journal() { return journal_; }
  const Journal& journal() const { return journal_; }
  const VirtualClock& clock() const { return clock_; }
  // Faults, script, holds, and all that moves the clock.
  Director& director() { return *director_; }
  const Director& director() const { return *director_; }
  // What a reset goes back to; never null, never changed once it is handed out.
  std::shared_ptr<const Scenario> scenario() const;
  // Puts another scenario in its place and resets all.
  void load(Scenario scenario);

  AuthScheme auth() const { return scenario()->auth; }
  bool is_read_only() const { return read_only_; }
  void set_read_only(bool read_only) { read_only_ = read_only; }

  // Makes exactly these the active behaviours of that kind; the other kind stays. Counters go on;
  // one that was active before keeps its notes. Errors: kInvalidArgument for an unknown id, with a
  // "did you mean"; nothing changes then.
  Status activate(BehaviorKind kind, std::span<const std::string> ids);
  // Switches one of them, of either kind; the others stay. Errors: likewise.
  Status switch_behavior(std::string_view id, bool on);
  std::vector<std::string_view> active(BehaviorKind kind) const;
  // How often the behaviour changed something that can be observed, since the last reset_all. 0 for
  // an unknown id.
  std::uint64_t fired(std::string_view id) const;

  // Back to the scenario: users, tokens, favourites, behaviours, counters, read-only, faults,
  // script, clock; no holds, empty journal.
  void reset_all();
  void reset_journal() { journal_.clear(); }
  // One user's tokens and favourites back to the scenario; false when there is no such user.
  bool reset_user(std::string_view name) { return state_.reset_user(*scenario(), name); }
  void reset_faults();  // the scenario's, with counters and chances anew
  void reset_clock();   // the scenario's; times count from now
  // What a restart of the partner's process does: nothing to an honest partner's favourites,
  // something where a behaviour says so. Connections and tokens stay. Source: §4.10.
  void restart();

 private:
  struct Switches;  // active behaviours and their counters

  using ScenarioPtr = std::shared_ptr<const Scenario>;

  PartnerReply handle_directed(const PartnerRequest& request, std::uint64_t number,
                               std::chrono::steady_clock::time_point began);
  PartnerReply carry_out(const PartnerRequest& request, std::uint64_t number, const Plan& plan,
                         std::chrono::steady_clock::time_point began);
  void answer_any(const Scenario& scenario, const PartnerRequest& request, Exchange& exchange,
                  PartnerReply& reply);
  void answer(const Scenario& scenario, const PartnerRequest& request, Exchange& exchange,
              PartnerReply& reply);
  void answer_with_behaviors(const Scenario& scenario, const PartnerRequest& request,
                             Exchange& exchange, PartnerReply& reply);
  void settle(std::uint64_t number, Exchange exchange, PartnerReply& reply,
              std::chrono::steady_clock::time_point began);
  void record_token(const PartnerRequest& request, const std::optional<std::string>& token,
                    const TokenLookup& lookup, Exchange& exchange) const;
  Status activate_alone(BehaviorKind kind, std::span<const std::string> ids);
  void activate_known(BehaviorKind kind, std::vector<std::string> ids);

  const SystemClock system_clock_;
  VirtualClock clock_;
  const Options options_;
  mutable std::mutex scenario_mutex_;
  ScenarioPtr scenario_;  // guarded
  PartnerState state_;
  Journal journal_;
  std::atomic<bool> read_only_{false};
  Detours detours_;
  std::mutex loading_;  // one reset at a time
  std::unique_ptr<Switches> switches_;
  std::unique_ptr<Director> director_;
};

}  // namespace favsync::mock
