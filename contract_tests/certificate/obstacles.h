#pragma once

#include <string>
#include <vector>

#include "contract_tests/report.h"

namespace favsync::contract {

// Why no certificate may be issued for that run: a phrase each, the weightiest first; empty when it
// may. A certificate takes a run of every check of a frozen set, at standard depth or deeper, to
// its end, with every MUST judged and kept and the test data put back. A MUST that was not
// exercised is no obstacle: it makes the certificate provisional.
std::vector<std::string> obstacles(const Report& report);

// One sentence of them: "no certificate: A; B (and 2 more)". Requires one at least.
std::string no_certificate(const std::vector<std::string>& obstacles);

}  // namespace favsync::contract
