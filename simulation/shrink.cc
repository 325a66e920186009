#include "simulation/shrink.h"

#include <algorithm>
#include <optional>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace favsync::simulation {
namespace {

// The first breach of `property`, or nothing.
std::optional<Breach> breach_of(Property property, const Outcome& outcome) {
  const auto found = std::ranges::find(outcome.breaches, property, &Breach::property);
  return found == outcome.breaches.end() ? std::nullopt : std::optional(*found);
}

}  // namespace

ShortStory shrink(const Plan& plan, const RunOptions& options) {
  RunOptions quick = options;
  quick.tells = false;
  ShortStory story{plan, pieces_of(plan), {}, 1};
  const auto whole = run_plan(plan, quick);
  if (whole.breaches.empty()) return story;
  story.breach = whole.breaches.front();

  const auto try_without = [&](const std::vector<int>& dropped) {
    std::set<int> kept = story.pieces;
    for (const int id : dropped) kept.erase(id);
    Plan less = keep_pieces(plan, kept);
    ++story.runs;
    const auto breach = breach_of(story.breach.property, run_plan(less, quick));
    if (!breach) return false;
    // What stood within a dropped step is gone with it.
    story.pieces = pieces_of(less);
    story.plan = std::move(less);
    story.breach = *breach;
    return true;
  };

  for (std::size_t size = std::max<std::size_t>(story.pieces.size() / 2, 1); size >= 1; size /= 2) {
    bool any = true;
    while (any) {
      any = false;
      const std::vector<int> ids(story.pieces.begin(), story.pieces.end());
      for (std::size_t at = ids.size(); at > 0; at -= std::min(size, at)) {
        const std::size_t from = at - std::min(size, at);
        any = try_without({ids.begin() + static_cast<std::ptrdiff_t>(from),
                           ids.begin() + static_cast<std::ptrdiff_t>(at)}) ||
              any;
      }
    }
  }
  return story;
}

std::string print_story(const ShortStory& story, const RunOptions& options,
                        std::string_view command) {
  RunOptions telling = options;
  telling.tells = true;
  const auto outcome = run_plan(story.plan, telling);
  const auto& info = property_info(story.breach.property);
  std::string text = fmt::format("seed {}: {} (§{}) does not hold: {}\n{}\n\n", story.plan.seed,
                                 info.id, info.clause, story.breach.sentence, info.text);
  text += fmt::format("The shortest story ({} of {} pieces):\n{}\n", story.pieces.size(),
                      story.plan.pieces, print_plan(story.plan));
  text += "What happened:\n";
  for (const auto& line : outcome.tale) text += line + '\n';
  text += fmt::format("\nTell it again: {} --seed {} --steps {}\n", command, story.plan.seed,
                      fmt::join(story.pieces, ","));
  return text;
}

}  // namespace favsync::simulation
