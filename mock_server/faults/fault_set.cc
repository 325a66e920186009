#include "mock_server/faults/fault_set.h"

#include <algorithm>

#include <fmt/format.h>

namespace favsync::mock {

void FaultSet::assign(const std::vector<Fault>& faults) {
  entries_.clear();
  stream_ = 1;
  for (const Fault& fault : faults) add(fault);
}

std::string FaultSet::add(const Fault& fault) {
  const auto known = std::find_if(entries_.begin(), entries_.end(),
                                  [&](const Entry& entry) { return entry.fault == fault; });
  if (known != entries_.end()) return known->id;
  const std::uint64_t stream = stream_++;
  entries_.push_back({fmt::format("fault-{}", next_++), fault,
                      TriggerRun(fault.trigger, Draw(seed_, 2 * stream)),
                      Draw(seed_, 2 * stream + 1)});
  return entries_.back().id;
}

bool FaultSet::remove(std::string_view id) {
  return std::erase_if(entries_, [&](const Entry& entry) { return entry.id == id; }) > 0;
}

void FaultSet::see_request(const Sighting& sighting, Plan& plan) {
  for (Entry& entry : entries_) {
    if (entry.fault.is_of_connections() || !entry.run.sees(sighting)) continue;
    if (plan.take(entry.fault, entry.draw)) entry.run.acted();
  }
}

std::chrono::milliseconds FaultSet::see_connection(const Sighting& sighting) {
  std::chrono::milliseconds delay{0};
  for (Entry& entry : entries_) {
    if (!entry.fault.is_of_connections() || !entry.run.sees(sighting)) continue;
    delay += std::get<SlowAccept>(entry.fault.effect).delay;
    entry.run.acted();
  }
  return delay;
}

}  // namespace favsync::mock
