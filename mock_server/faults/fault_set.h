#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/faults/plan.h"
#include "mock_server/trigger.h"

namespace favsync::mock {

// The faults that are set, and what each has done. One owner's.
class FaultSet {
 public:
  struct Entry {
    std::string id;  // "fault-3", never used again
    Fault fault;
    TriggerRun run;
    Draw draw;
  };

  explicit FaultSet(std::uint64_t seed) : seed_(seed) {}

  // Exactly these, with counters and chances anew.
  void assign(const std::vector<Fault>& faults);
  // Another one at the end; a fault that is set already stays as it is. Returns its id.
  std::string add(const Fault& fault);
  bool remove(std::string_view id);

  // Lets every fault see the request, and the plan take those that act.
  void see_request(const Sighting& sighting, Plan& plan);
  // How much later a new connection is taken up.
  std::chrono::milliseconds see_connection(const Sighting& sighting);

  const std::vector<Entry>& entries() const { return entries_; }
  bool empty() const { return entries_.empty(); }

 private:
  std::uint64_t seed_;
  std::uint64_t next_ = 1, stream_ = 1;
  std::vector<Entry> entries_;
};

}  // namespace favsync::mock
