#pragma once

#include <string>
#include <vector>

#include "contract_tests/report.h"

namespace favsync::contract {

// What a second look at the recorded exchanges came to.
struct Rejudged {
  int lists = 0;  // answers 200 to GET /getUserFavorites, all of them judged again
  int cut = 0;    // … of which evidence keeps, and this judges, the beginning alone
  // A sentence for each list that breaks a MUST of §2 or §3.1 while the check of that rule passed.
  std::vector<std::string> contradictions;
};

// Judges every recorded list anew from its bytes, with the code in judge/, and compares with what
// the checks found. Sends nothing. Source: §2.1 to §2.4, §3.1.
Rejudged judge_again(const Report& report);

}  // namespace favsync::contract
