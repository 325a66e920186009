#pragma once

#include <map>
#include <optional>
#include <string>

#include "wire/favorite.h"

namespace favsync::simulation {

// What one round was shown and did so far, as its store and its client tell each other for judging.
struct RoundSight {
  int user = 0;
  bool was_disturbed = false;  // another round of the same user ran within this one
  bool list_failed = false;    // the last reading gave no list
  std::optional<std::map<std::string, Favorite>> listed;  // the last reading, folded
  int posts = 0;
  int renewals = 0;
};

}  // namespace favsync::simulation
