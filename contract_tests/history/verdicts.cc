#include "contract_tests/history/verdicts.h"

#include <numeric>
#include <vector>

namespace favsync::contract {

HistoryFindings weigh(const ItemHistory& history, Moment settle) {
  HistoryFindings findings;
  ItemHistory left = history;
  std::vector<std::size_t> places(history.reads.size());  // of the reads that are left
  std::iota(places.begin(), places.end(), std::size_t{0});
  while (true) {
    const JudgedHistory judged = check_max_register(left, settle);
    if (!judged.offence) return findings;
    Offence offence = *judged.offence;
    const std::size_t early = offence.first.index;
    for (Operation* operation : {&offence.first, &offence.second}) {
      if (operation->kind == Operation::Kind::kRead) operation->index = places[operation->index];
    }
    if (offence.reason != "non-monotonic-reads") {
      findings.broken = std::move(offence);
      return findings;
    }
    if (!findings.flicker) findings.flicker = std::move(offence);
    left.reads.erase(left.reads.begin() + static_cast<std::ptrdiff_t>(early));
    places.erase(places.begin() + static_cast<std::ptrdiff_t>(early));
  }
}

}  // namespace favsync::contract
