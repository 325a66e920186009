#pragma once

#include "contract_tests/report.h"

namespace favsync::contract {

// For tests: checks of three levels that nobody runs, and reports made of what they "found".
const Check& must_check();    // "made-up.must", §4.2
const Check& other_must();    // "made-up.other", §3.1
const Check& should_check();  // "made-up.should", §4.5

// A report of one minute past, two-way, with one passed MUST and those findings.
Report report_of(std::vector<CheckReport> more);
// A report that has something of everything: each status, exchanges with hostile bodies, options,
// observations, leftovers.
Report full_report();
// A check that ended so, with reason "made-up-reason" unless it passed.
CheckReport ended(const Check& check, CheckStatus status);

}  // namespace favsync::contract
