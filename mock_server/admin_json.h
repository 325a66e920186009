#pragma once

#include <string>

#include <nlohmann/json_fwd.hpp>

#include "mock_server/behaviors.h"
#include "mock_server/journal.h"
#include "mock_server/partner_api.h"

namespace favsync::mock {

// How the mock's things look in the admin API's JSON. Member names are an interface.
nlohmann::ordered_json users_json(const PartnerState& state);
nlohmann::ordered_json user_json(const PartnerApi& partner, const UserSummary& user);
nlohmann::ordered_json state_json(const PartnerApi& partner);
nlohmann::ordered_json exchange_json(const Exchange& exchange);
nlohmann::ordered_json counts_json(const JournalCounts& counts);
// Every behaviour of the kind, with `active` and `fired`; the member is named "quirks" or
// "defects".
nlohmann::ordered_json behaviors_json(const PartnerApi& partner, BehaviorKind kind);
std::string_view plural(BehaviorKind kind);

// The text, with what is not UTF-8 replaced.
std::string print_json(const nlohmann::ordered_json& json);

}  // namespace favsync::mock
