#pragma once

#include <cstddef>
#include <string>
#include <string_view>

#include "contract_tests/report.h"
#include "wire/result.h"

namespace favsync::contract {

// The form of the document; raised whenever a member is added or means something else.
inline constexpr std::string_view kEvidenceFormat = "favsync-evidence/1";

// All bodies of the exchanges in one report, in bytes; the rest is cut, and marked so.
inline constexpr std::size_t kMaxEvidenceBodies = 16u << 20;

// Cuts bodies until all of them are within the budget. What findings point to is cut last.
void bound_exchanges(Report& report, std::size_t budget = kMaxEvidenceBodies);

// The run as one canonical document, from which every report is rendered: JSON in UTF-8 on one line
// with a final newline, members sorted by their bytes, whole numbers only, no blanks. The same
// report gives the same bytes, so that a digest of them means something. docs/evidence.md has the
// members.
std::string to_evidence(const Report& report);

// Reads it back: to_evidence of the result gives the same bytes. Checks that this favsync does not
// know are kept as they are recorded. Errors: kMalformed with the place of what is wrong: no JSON,
// a member that is missing, unknown or of another type, a verdict or count that does not follow
// from the checks, or bytes that are not the canonical ones; kLimitExceeded beyond 256 MiB.
[[nodiscard]] Result<Report> read_evidence(std::string_view text);

}  // namespace favsync::contract
