#include "wire/nearest_name.h"

#include <algorithm>
#include <cstddef>
#include <vector>

namespace favsync {
namespace {

constexpr std::size_t kLongestCompared = 64;

char lower(char c) {
  return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}

// Edits that make one text of the other, case ignored (optimal string alignment).
std::size_t edits(std::string_view a, std::string_view b) {
  std::vector<std::size_t> before(b.size() + 1), above(b.size() + 1), row(b.size() + 1);
  for (std::size_t j = 0; j <= b.size(); ++j) above[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = lower(a[i - 1]) == lower(b[j - 1]);
      row[j] = std::min({above[j] + 1, row[j - 1] + 1, above[j - 1] + (same ? 0 : 1)});
      const bool swapped = i > 1 && j > 1 && lower(a[i - 1]) == lower(b[j - 2]) &&
                           lower(a[i - 2]) == lower(b[j - 1]);
      if (swapped) row[j] = std::min(row[j], before[j - 2] + 1);
    }
    std::swap(before, above);
    std::swap(above, row);
  }
  return above[b.size()];
}

}  // namespace

std::optional<std::string_view> nearest_name(std::string_view text,
                                             std::span<const std::string_view> names) {
  if (text.empty() || text.size() > kLongestCompared) return std::nullopt;
  std::optional<std::string_view> best;
  // A third of the letters wrong is still a slip; more is another word.
  std::size_t fewest = std::max<std::size_t>(1, text.size() / 3) + 1;
  for (const std::string_view name : names) {
    if (name.size() > kLongestCompared) continue;
    const std::size_t count = edits(text, name);
    if (count < fewest) {
      fewest = count;
      best = name;
    }
  }
  return best;
}

std::string did_you_mean(std::string_view text, std::span<const std::string_view> names) {
  const auto name = nearest_name(text, names);
  if (!name) return {};
  return "; did you mean \"" + std::string(*name) + "\"?";
}

}  // namespace favsync
