#pragma once

#include <string>

#include "contract_tests/report.h"
#include "wire/result.h"

namespace favsync {

// The report in a file that certify --evidence wrote, or on standard input for "-". Errors:
// kNotFound, kMalformed, kLimitExceeded; the message begins with the path.
[[nodiscard]] Result<contract::Report> read_evidence_file(const std::string& path);

}  // namespace favsync
