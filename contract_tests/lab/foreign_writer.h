#pragma once

#include <string_view>
#include <vector>

#include "contract_tests/finding.h"
#include "contract_tests/lab/lab.h"

namespace favsync::contract {

// On a live partner the test users may be written by others while the run goes on: an app that is
// still signed in, a second run. That must not be taken for a fault, nor a fault for that. The
// rule:
//
// 1. A difference may be another client's only if newest-wins lets a client make it: the item is
//    listed, its id was not made up by this run, its date is newer than what was expected, and no
//    write of the run carries that date. An item that is gone, an older date, a change of a made-up
//    id (which nobody else can know) is always the partner's.
// 2. A failure that rests on such a difference alone is tried twice more on other items. Both good:
//    the check passes, and says so. One good: inconclusive.
// 3. None good: the run writes an item of its own and watches it. If that one stays as it is while
//    the partner's clock goes on and other items are written, the partner leaves alone what nobody
//    writes, so the difference came from elsewhere: inconclusive. If it changes too, or no item can
//    be made up (--items, read-only), the failure stands.

// The reason word of findings that are inconclusive by this rule. Such a check does not block what
// rests on it: those look at items of their own.
inline constexpr std::string_view kForeignWriter = "foreign-writer";

// Whether another client may have made the difference: point 1.
bool may_be_foreign(const Lab& lab, const User& user, const Mismatch& mismatch);
// That for each of them; false for none.
bool all_may_be_foreign(const Lab& lab, const User& user, const std::vector<Mismatch>& differences);

// What a failure is worth that `wrong` of `tries` tries showed: points 2 and 3. Sends requests only
// in point 3. Needs failed.may_be_foreign.
Finding weigh_foreign(Lab& lab, Finding failed, int wrong, int tries);

}  // namespace favsync::contract
