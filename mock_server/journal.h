#pragma once

#include <chrono>
#include <condition_variable>
#include <cstddef>
#include <cstdint>
#include <deque>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/favorite_list.h"
#include "wire/timestamp.h"

namespace favsync::mock {

// How far a request has come. Only grows, but for kAborted. The names that to_string gives are
// published.
enum class Phase {
  kReceived,   // "received": nothing is decided yet
  kDecided,    // "decided": the answer is known; a late writer may still have to commit
  kCommitted,  // "committed": its effect, if any, is in the state
  kSent,       // "sent": the whole answer was handed to the socket
  kAborted     // "aborted": the client went, the server stopped, or a fault cut it, before that
};
std::string_view to_string(Phase phase);
std::optional<Phase> parse_phase(std::string_view name);

// One request and its answer. Tokens stand in it as fingerprints only.
struct Exchange {
  std::uint64_t number = 0;  // from 1, in order of arrival, never used again
  Timestamp received;        // by the mock's clock
  Phase phase = Phase::kReceived;
  std::uint64_t connection = 0;
  std::string method, path, query;       // the token in a query is replaced by its fingerprint
  std::size_t body_bytes = 0;            // of the request
  std::string token;                     // fingerprint of what was shown; empty without a token
  std::string user;                      // name; empty when the token named nobody
  int status = 0;                        // 0 while nothing is decided
  std::size_t reply_bytes = 0;           // of the body
  std::chrono::nanoseconds handling{0};  // real time from arrival to decision
  std::vector<Decision> decisions;       // of a POST: one for each favourite, in the array's order
  std::string why;                       // of a refusal: the sentence that was answered
  std::string refused_body;              // of a POST that was refused: its first 2 KiB
  std::vector<std::string_view> behaviors;  // ids of those that changed something
  std::vector<std::string> faults;          // specs of those that acted
  std::vector<std::string> steps;           // places of the script's steps that acted

  std::size_t bytes() const;  // about what it takes in memory
};

// Which exchanges to return; an empty field matches all.
struct JournalQuery {
  std::string user = {}, method = {}, path = {};
  std::string item = {};  // of a posted favourite
  std::optional<int> status = {};
  std::optional<Phase> phase = {};
  std::uint64_t after = 0;  // numbers above this one
  std::size_t limit = 0;    // the newest so many; 0 is all

  bool matches(const Exchange& exchange) const;
};

struct JournalLimits {
  std::size_t max_exchanges = 10'000;  // count, at least 1
  std::size_t max_bytes = 32u << 20;   // bytes, as Exchange::bytes counts
};

// What a journal holds, and what it had to let go.
struct JournalCounts {
  std::uint64_t received = 0;  // since the last clear
  std::uint64_t evicted = 0;   // of them, no longer held
  std::size_t held = 0;
  std::size_t bytes = 0;
};

// The exchanges of a mock, written when a request arrives and before any byte is answered, so that
// a client that has its answer finds its request here. Keeps the newest within two bounds: an
// unbounded log would let a soak test exhaust memory, a file would make tests share state. Whoever
// draws a conclusion from an absence must look at `evicted` first. Safe from any thread.
class Journal {
 public:
  explicit Journal(JournalLimits limits = {});

  // Records the arrival; `number` is set, returned, and counts on over clears.
  std::uint64_t open(Exchange exchange);
  // Adds what is known once the answer is decided: all but what was recorded on arrival (number,
  // time, connection, method, path, body_bytes). A later phase stays. Nothing when evicted.
  void settle(std::uint64_t number, Exchange exchange);
  // Moves the entry to a later phase, or to kAborted from any but kSent. Nothing when evicted.
  void mark(std::uint64_t number, Phase phase);
  // Marks several at once.
  void mark(std::span<const std::uint64_t> numbers, Phase phase);

  std::vector<Exchange> find(const JournalQuery& query = {}) const;  // oldest first
  std::optional<Exchange> at(std::uint64_t number) const;
  JournalCounts counts() const;
  void clear();

  // Waits until at least `count` decided exchanges match; false when `timeout` (real time) ended
  // first.
  bool wait_for(const JournalQuery& query, std::size_t count,
                std::chrono::milliseconds timeout) const;

 private:
  Exchange* entry(std::uint64_t number);
  void mark_locked(std::uint64_t number, Phase phase);
  void evict();

  const JournalLimits limits_;
  mutable std::mutex mutex_;
  mutable std::condition_variable changed_;
  mutable std::size_t waiting_ = 0;
  std::deque<Exchange> entries_;
  std::uint64_t next_ = 1;
  std::uint64_t received_ = 0, evicted_ = 0;
  std::size_t bytes_ = 0;
};

}  // namespace favsync::mock
