#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "mock_server/script/step.h"

namespace favsync::mock {

// A script at work: which steps have acted, and which are next. One owner's.
class ScriptRun {
 public:
  struct Entry {
    std::string place;  // "script[2]"
    Step step;
    TriggerRun run;            // of a request step; of a time step only its count of acts
    Draw draw;                 // of what it answers
    std::string trouble = {};  // why its last deed could not be done; empty: it could

    // Whether it has nothing more to do, and whether it has done what it was written for.
    bool is_done() const;
    bool is_consumed() const;
  };

  explicit ScriptRun(std::uint64_t seed) : seed_(seed) {}

  void assign(std::vector<Step> steps);
  void append(Step step);

  // The time of the next time step that has not acted.
  std::optional<std::chrono::milliseconds> next_due() const;
  // The earliest time step that is not later and has not acted: it counts as acted now. Null: none.
  Entry* take_due(std::chrono::milliseconds since_start);
  // The request steps that act on a request, in the script's order; they count as acted. Of those
  // that answer the first alone acts: the next has its turn with another request.
  std::vector<Entry*> see_request(const Sighting& sighting);

  const std::vector<Entry>& entries() const { return entries_; }
  bool is_done() const;
  // One line for each step that was not consumed and is not optional: place, text, how often it
  // acted.
  std::vector<std::string> unconsumed() const;

 private:
  std::uint64_t seed_;
  std::vector<Entry> entries_;
};

}  // namespace favsync::mock
