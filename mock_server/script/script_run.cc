#include "mock_server/script/script_run.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace favsync::mock {
namespace {

constexpr std::uint64_t kFirstStream = 1'000'000;  // apart from those of faults

}  // namespace

bool ScriptRun::Entry::is_done() const {
  return step.at ? run.fired() > 0 : run.is_spent();
}

bool ScriptRun::Entry::is_consumed() const {
  return run.fired() >= (step.at ? 1 : step.trigger.times.value_or(1));
}

void ScriptRun::assign(std::vector<Step> steps) {
  entries_.clear();
  for (Step& step : steps) append(std::move(step));
}

void ScriptRun::append(Step step) {
  const std::uint64_t stream = kFirstStream + 2 * entries_.size();
  TriggerRun run(step.trigger, Draw(seed_, stream));
  entries_.push_back({fmt::format("script[{}]", entries_.size()), std::move(step), std::move(run),
                      Draw(seed_, stream + 1)});
}

std::optional<std::chrono::milliseconds> ScriptRun::next_due() const {
  std::optional<std::chrono::milliseconds> next;
  for (const Entry& entry : entries_) {
    if (!entry.step.at || entry.is_done()) continue;
    next = next ? std::min(*next, *entry.step.at) : *entry.step.at;
  }
  return next;
}

ScriptRun::Entry* ScriptRun::take_due(std::chrono::milliseconds since_start) {
  const auto next = next_due();
  if (!next || *next > since_start) return nullptr;
  for (Entry& entry : entries_) {
    if (entry.step.at != next || entry.is_done()) continue;
    entry.run.acted();
    return &entry;
  }
  return nullptr;
}

std::vector<ScriptRun::Entry*> ScriptRun::see_request(const Sighting& sighting) {
  std::vector<Entry*> acting;
  bool answered = false;
  for (Entry& entry : entries_) {
    if (entry.step.at || !entry.run.sees(sighting)) continue;
    if (entry.step.answers() && std::exchange(answered, true)) continue;
    entry.run.acted();
    acting.push_back(&entry);
  }
  return acting;
}

bool ScriptRun::is_done() const {
  return std::all_of(entries_.begin(), entries_.end(),
                     [](const Entry& entry) { return entry.is_done(); });
}

std::vector<std::string> ScriptRun::unconsumed() const {
  std::vector<std::string> lines;
  for (const Entry& entry : entries_) {
    if (entry.step.optional || entry.is_consumed()) continue;
    lines.push_back(fmt::format("{} {}: acted {} of {} times", entry.place, entry.step.text,
                                entry.run.fired(),
                                entry.step.at ? 1 : entry.step.trigger.times.value_or(1)));
  }
  return lines;
}

}  // namespace favsync::mock
