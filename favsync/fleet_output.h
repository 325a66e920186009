#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "sync_engine/fleet.h"

namespace favsync {

// One user's round that went wrong, for the summary.
struct FleetFailure {
  std::string user;
  Error error;
};

// What `favsync sync --users` prints after a cycle, in words: a line of numbers, and one for each
// partner whose circuit breaker is not closed. Ends in a newline.
std::string print_cycle_text(const FleetCycle& cycle, std::size_t number);

// The same as one JSON object on one line. Members: cycle, duration_ms, users, synced, failed,
// parked, stopped, errors {code: count}, pulled, pushed, unsent, rejected, conflicts, not_modified,
// requests (counts), partners [{url, breaker, opened, refused, users, synced, failed}], failures
// [{user, code, message}], the first ones. Ends in a newline.
std::string print_cycle_json(const FleetCycle& cycle, std::size_t number,
                             const std::vector<FleetFailure>& failures);

// The exit status that a cycle means: 5 for a fault of the store or of favsync, 0 when every round
// succeeded whole, 3 when no partner could be reached, else 1.
int exit_status_of(const FleetCycle& cycle);

}  // namespace favsync
