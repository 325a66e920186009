#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/behaviors.h"
#include "mock_server/journal.h"
#include "mock_server/partner_message.h"
#include "mock_server/partner_state.h"
#include "mock_server/scenario.h"
#include "wire/clock.h"

namespace favsync::mock {

// The partner's two endpoints as a plain call, without a socket:
//   GET  /getUserFavorites   the list of the token's user
//   POST /postUserFavorites  newest wins, item by item
// Honest by the whole contract unless behaviours are switched on; with none, they cost one pointer
// test. Safe from any thread; everything may change while requests are under way, and a request
// sees one set of behaviours from beginning to end.
class PartnerApi {
 public:
  struct Options {
    const Clock* clock = nullptr;  // null: the machine's; outlives the api
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
  // reply runs `before_send` when it is set. Never throws for what a client sent.
  PartnerReply handle(const PartnerRequest& request);

  PartnerState& state() { return state_; }
  const PartnerState& state() const { return state_; }
  Journal& journal() { return journal_; }
  const Journal& journal() const { return journal_; }
  const Clock& clock() const { return clock_; }
  const Scenario& scenario() const { return scenario_; }  // what a reset goes back to

  const AuthScheme& auth() const { return scenario_.auth; }
  bool is_read_only() const { return read_only_; }
  void set_read_only(bool read_only) { read_only_ = read_only; }

  // Makes exactly these the active behaviours of that kind; the other kind stays. Counters go on;
  // one that was active before keeps its notes. Errors: kInvalidArgument for an unknown id, with a
  // "did you mean"; nothing changes then.
  Status activate(BehaviorKind kind, std::span<const std::string> ids);
  std::vector<std::string_view> active(BehaviorKind kind) const;
  // How often the behaviour changed something that can be observed, since the last reset_all. 0 for
  // an unknown id.
  std::uint64_t fired(std::string_view id) const;

  // Back to the scenario: users, tokens, favourites, behaviours, counters, read-only; empty
  // journal.
  void reset_all();
  void reset_journal() { journal_.clear(); }
  // One user's tokens and favourites back to the scenario; false when there is no such user.
  bool reset_user(std::string_view name) { return state_.reset_user(scenario_, name); }
  // What a restart of the partner's process does: nothing to an honest partner's favourites,
  // something where a behaviour says so. Connections and tokens stay. Source: §4.10.
  void restart();

 private:
  struct Switches;  // active behaviours and their counters

  void answer(const PartnerRequest& request, Exchange& exchange, PartnerReply& reply);
  void answer_with_behaviors(const PartnerRequest& request, Exchange& exchange,
                             PartnerReply& reply);
  void record_token(const PartnerRequest& request, const std::optional<std::string>& token,
                    const TokenLookup& lookup, Exchange& exchange) const;
  void activate_known(BehaviorKind kind, std::vector<std::string> ids);

  const SystemClock system_clock_;
  const Clock& clock_;
  const Scenario scenario_;
  const Options options_;
  PartnerState state_;
  Journal journal_;
  std::atomic<bool> read_only_{false};
  std::unique_ptr<Switches> switches_;
};

}  // namespace favsync::mock
