#pragma once

#include <memory>
#include <string>

#include "sync_engine/fleet.h"
#include "wire/timestamp.h"

namespace favsync {

// The numbers of a fleet for Prometheus. Names begin with favsync_sync_; labels are the partner's
// URL and closed lists of words, never a user. Not safe from several threads.
class FleetMetrics {
 public:
  FleetMetrics();
  ~FleetMetrics();

  void count_round(const FleetOutcome& outcome);
  // `now` is the time at which the cycle ended.
  void count_cycle(const FleetCycle& cycle, Timestamp now);

  // Prometheus text format 0.0.4.
  std::string text() const;

 private:
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace favsync
