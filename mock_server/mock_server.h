#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/journal.h"
#include "mock_server/mock_direction.h"
#include "mock_server/scenario.h"
#include "wire/auth_scheme.h"
#include "wire/clock.h"
#include "wire/favorite.h"
#include "wire/result.h"

namespace favsync {

namespace mock {
class PartnerApi;
}  // namespace mock

// A user of a running mock, for building a test's world in one line:
//   server.user("alice").token("t1").adds("session_1", at).deletes("session_2", at);
// What it changes is done when the call returns, as if the user did it on the partner's own site:
// it takes the place of what is stored, whatever its date. Refers to the server and must not
// outlive it.
class MockUser {
 public:
  // Makes `token` name this user, for `lifetime` from now or for good. A token that cannot be one,
  // or is another user's, throws std::invalid_argument: the test's own mistake.
  MockUser& token(std::string text, std::optional<std::chrono::seconds> lifetime = std::nullopt);
  MockUser& adds(std::string item, Timestamp at);
  MockUser& deletes(std::string item, Timestamp at);
  // What is stored, removals included, in the order in which the items first came.
  std::vector<Favorite> favorites() const;
  const std::string& name() const { return name_; }

 private:
  friend class MockServer;
  MockUser(mock::PartnerApi& api, std::string name) : api_(&api), name_(std::move(name)) {}
  MockUser& puts(std::string item, Action action, Timestamp at);

  mock::PartnerApi* api_;
  std::string name_;
};

// The fake partner server on a socket of this machine. Starts and stops in a few milliseconds, and
// any number run in one process without sharing anything. Safe from any thread.
class MockServer {
 public:
  struct Options {
    std::string bind_address = "127.0.0.1";  // numeric IPv4 or IPv6, of the partner port
    int port = 0;                            // 0 to 65535; 0 picks a free one
    std::optional<int> admin_port;           // likewise, always on loopback; absent: no admin port
    mock::Scenario scenario;  // empty by default; mock::default_scenario() has two users
    std::vector<std::string> quirks, defects;         // ids, on top of the scenario's
    bool read_only = false;                           // on top of the scenario's
    std::optional<AuthScheme> auth;                   // instead of the scenario's
    std::vector<mock::Fault> faults;                  // on top of the scenario's
    std::optional<mock::ClockSetting> clock_setting;  // instead of the scenario's
    const Clock* clock = nullptr;  // what the mock's clock runs with; null: the machine's; outlives
                                   // the server
    mock::JournalLimits journal;
    std::size_t max_body_bytes = 16u
                                 << 20;  // of a request, also decompressed; more is answered 413
    std::chrono::milliseconds request_timeout{
        10'000};             // from a request's first byte to its last, then 408
    std::uint64_t seed = 1;  // of whatever is random
  };

  // Starts a server. Errors: kConnection when a port cannot be had; kInvalidArgument for an unknown
  // quirk or defect, with a "did you mean".
  static Result<std::unique_ptr<MockServer>> start(const Options& options);

  // For tests, where no port can be missing: starts, or throws std::runtime_error with start's
  // message.
  MockServer();
  explicit MockServer(const Options& options);
  // Stops.
  ~MockServer();
  MockServer(const MockServer&) = delete;
  MockServer& operator=(const MockServer&) = delete;

  int port() const;
  std::string url() const;        // "http://127.0.0.1:40123", without a trailing '/'
  std::string admin_url() const;  // empty without an admin port
  std::optional<int> admin_port() const;
  // Random; every answer carries it in the header Favsync-Instance, so that a client can prove whom
  // it reached.
  const std::string& instance() const;

  // Closes both ports and all connections at once, answers that are held back included. State and
  // journal can still be read. Again: nothing.
  void stop();
  // Drops the connections whose answers are delayed, dripped or hanging.
  void drop_stalled();

  // Takes the scenario of `options`, and what stands in them on top of it, in place of the present
  // one, and resets all; ports and other options stay. Errors: as start; nothing changes then.
  [[nodiscard]] Status load(const Options& options);

  // The user of that name, made when there is none.
  MockUser user(std::string_view name);
  mock::Journal& journal();
  // How often that quirk or defect changed something that can be observed; 0 for an unknown id.
  std::uint64_t fired(std::string_view behavior) const;

  // Sets a fault, as `--fault` and scenarios write it: "status=503,on=POST,times=2". Returns its
  // id. A wrong spec throws std::invalid_argument: the test's own mistake. So does a wrong step.
  std::string fault(std::string_view spec);
  void clear_faults();
  // How often the fault of that id acted; 0 for an unknown one.
  std::uint64_t fault_fired(std::string_view id) const;
  // Adds a step to the script, in the scenario's JSON: R"({"on":"GET","do":{"revokes":"t1"}})".
  void step(std::string_view json);
  MockClock clock();
  // Stops the next POST (GET) of that user, or of anybody, before it takes effect or, with
  // kAfterApply, between its effect and its answer.
  MockHold hold_next_post(std::string_view user = {}, mock::Position position = {});
  MockHold hold_next_get(std::string_view user = {}, mock::Position position = {});

  // What a test should look at in the end, one sentence each: steps of the script that never acted,
  // requests to paths or with methods that a partner does not have.
  std::vector<std::string> complaints() const;

  // Everything else: state, behaviours, director, resets.
  mock::PartnerApi& api();

 private:
  struct Parts;
  explicit MockServer(std::unique_ptr<Parts> parts);
  static Result<std::unique_ptr<Parts>> assemble(const Options& options);
  MockHold hold_next(mock::On on, std::string_view user, mock::Position position);

  std::unique_ptr<Parts> parts_;
};

}  // namespace favsync
