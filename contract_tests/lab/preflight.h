#pragma once

#include <optional>
#include <string>

#include "contract_tests/judge/instant.h"
#include "contract_tests/lab/session.h"

namespace favsync::contract {

// This machine's clock.
Instant wall_now();

// GETs once without a token: is there anybody, and what time is it there? Sets `now` to the earlier
// of this machine's and the partner's clock, as far as the answer's Date tells. A sentence when
// there is no connection, or TLS fails.
std::optional<std::string> preflight(Session& session, Instant& now);

}  // namespace favsync::contract
