#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mock_server/draw.h"

namespace favsync::mock {

// Which requests a fault, a step or a hold concerns. As text: "ANY", "GET", "POST".
enum class On {
  kAny,  // every request on the partner port, unknown paths too
  kGet,  // GET and HEAD of /getUserFavorites
  kPost  // POST of /postUserFavorites
};
std::string_view to_string(On on);
On endpoint_of(std::string_view method, std::string_view path);

// When something acts: on requests that match all of it. Times are the mock's own (VirtualClock),
// counted from the scenario's start or last reset. Counts run over the requests that match `on`,
// `user`, the window and the state.
struct Trigger {
  On on = On::kAny;
  std::string user;                                // whose token it is; empty: anybody's, and none
  std::optional<std::uint64_t> nth;                // that one alone, from 1
  std::optional<std::uint64_t> every;              // each so many, from 1
  std::optional<std::uint64_t> times;              // at most so often, from 1
  std::optional<double> probability;               // above 0, to 1
  std::chrono::milliseconds after{0};              // not before
  std::optional<std::chrono::milliseconds> until;  // not from then on
  std::string while_state;  // only while the script's state is that; empty: always

  friend bool operator==(const Trigger&, const Trigger&) = default;
};

// One request as a trigger sees it.
struct Sighting {
  On endpoint = On::kAny;  // kAny: neither of the two
  std::string_view user;   // empty when the token names nobody
  std::chrono::milliseconds since_start{0};
  std::string_view state;
};

// A trigger at work: counts what it saw and how often it acted. One owner's.
class TriggerRun {
 public:
  TriggerRun(Trigger trigger, Draw chance) : trigger_(std::move(trigger)), chance_(chance) {}

  // Counts the request if it matches; whether it is one to act on.
  [[nodiscard]] bool sees(const Sighting& sighting);
  // It acted. Who asked `sees` and then did not act leaves this out.
  void acted() { ++fired_; }

  const Trigger& trigger() const { return trigger_; }
  std::uint64_t seen() const { return seen_; }
  std::uint64_t fired() const { return fired_; }
  bool is_spent() const { return trigger_.times && fired_ >= *trigger_.times; }

 private:
  Trigger trigger_;
  Draw chance_;
  std::uint64_t seen_ = 0, fired_ = 0;
};

}  // namespace favsync::mock
