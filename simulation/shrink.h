#pragma once

#include <set>
#include <string>

#include "simulation/run.h"

namespace favsync::simulation {

// A failing plan made short: without pieces whose absence leaves the same property broken.
struct ShortStory {
  Plan plan;             // what is left; ids are those of the whole plan
  std::set<int> pieces;  // the ids that are left
  Breach breach;         // the first breach of the short plan
  int runs = 0;          // that it took
};

// Shrinks a plan that breaches something: piece by piece and in halves, until no single piece can
// be left out. Deterministic. The plan must breach when run with `options`.
ShortStory shrink(const Plan& plan, const RunOptions& options);

// The story with its tale and the command that tells it again; `command` is the program's own words
// up to the seed, such as "favsync simulate".
std::string print_story(const ShortStory& story, const RunOptions& options,
                        std::string_view command);

}  // namespace favsync::simulation
