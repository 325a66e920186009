#pragma once

#include <optional>

#include "contract_tests/history/max_register.h"

namespace favsync::contract {

// What a history shows, by what the contract makes of it.
struct HistoryFindings {
  // Breaks a MUST: an acknowledged write that is lost or not shown, an older one that won, a value
  // that nobody wrote. Source: §4.8, §4.4, §4.2.
  std::optional<Offence> broken;
  // Reads went back to an older value while the newer write was not answered yet. Nothing was
  // promised, so it is only a SHOULD.
  std::optional<Offence> flicker;
};

// Judges one item's history; reads may be `settle` behind. Reads that went back are set aside one
// by one, so that they do not hide a graver fault. An open tie (kUnknown) shows nothing.
HistoryFindings weigh(const ItemHistory& history, Moment settle);

}  // namespace favsync::contract
