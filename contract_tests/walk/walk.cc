#include "contract_tests/walk/walk.h"

#include <algorithm>

namespace favsync::contract {

std::size_t Walk::posts() const {
  return static_cast<std::size_t>(
      std::count_if(steps.begin(), steps.end(),
                    [](const WalkStep& step) { return step.kind != WalkStep::Kind::kRead; }));
}

std::size_t Walk::writes() const {
  std::size_t count = 0;
  for (const WalkStep& step : steps) count += step.writes.size();
  return count;
}

std::size_t Walk::items() const {
  std::size_t count = 0;
  for (const WalkStep& step : steps) {
    for (const WalkWrite& write : step.writes) count = std::max(count, write.item + 1);
  }
  return count;
}

bool Walk::names_two_users() const {
  return std::any_of(steps.begin(), steps.end(),
                     [](const WalkStep& step) { return step.user > 0; });
}

}  // namespace favsync::contract
