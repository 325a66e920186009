#pragma once

#include <span>
#include <string>
#include <string_view>

#include "wire/result.h"

namespace favsync::contract {

// A frozen list of checks that a certification counts. A released set never changes: what was
// conformant by it stays so. Checks that came later run unscored until a newer set has them.
struct RequirementSet {
  std::string_view id;  // "YEAR-NUMBER"
  std::span<const std::string_view> checks;

  bool contains(std::string_view check) const;
};

// Oldest first; never empty.
std::span<const RequirementSet> requirement_sets();
// The one that counts by default.
const RequirementSet& newest_requirement_set();
// Errors: kInvalidArgument with the sets that exist, and the nearest.
[[nodiscard]] Result<const RequirementSet*> find_requirement_set(std::string_view id);

// Checks that no set has yet, by design: each needs an entry here or in a set, so that a new check
// is never forgotten. `favsync list sets` shows them.
std::span<const std::string_view> preview_checks();

// SHA-256 over the ids in alphabetical order, a line each, in lower-case hex: what a certificate
// quotes.
std::string digest(const RequirementSet& set);

}  // namespace favsync::contract
