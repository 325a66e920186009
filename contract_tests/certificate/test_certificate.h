#pragma once

#include <string>
#include <string_view>

#include "contract_tests/certificate/certificate.h"
#include "contract_tests/report.h"

namespace favsync::contract {

// For tests: a run of every check that found nothing wrong, at standard depth, with one recorded
// list; and a key, a subject and a moment to certify it with.
Report conformant_report();
// The finding of that check in the report. Requires that it is there.
CheckReport& check_of(Report& report, std::string_view id);
const SigningKey& test_key();
Issue test_issue();  // issued 2026-11-24T12:00:00Z, for 180 days

}  // namespace favsync::contract
