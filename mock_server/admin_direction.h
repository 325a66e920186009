#pragma once

#include <string_view>

#include "mock_server/admin_api.h"

namespace favsync::mock {

// The admin API's part that directs a partner, behind /__admin:
//   GET, PUT, POST, DELETE /faults      all; exactly these; one more; none
//   GET, DELETE /faults/ID              one of them
//   GET, POST /script                   its steps and state; one step more
//   PUT /script/state                   {"state":NAME}
//   GET, PUT /clock                     {"clock":"frozen@…"}
//   POST /clock/advance                 {"by":"5m"} or {"to":DATE}
//   GET, POST /holds                    all; {"on":"POST","name":…,"user":…,"position":…}
//   GET, DELETE /holds/NAME             one of them (?wait=5s until it holds one); lets it go
//   GET, PUT /read_only                 {"read_only":true}
//   POST /reset/faults, /reset/clock
// Each answers with the resulting state, and again is the same, but for /script and `by`.

// The methods of one of these paths; empty for others.
std::string_view direction_methods(std::string_view path);
// Answers a call whose path and method are among them.
AdminReply handle_direction(PartnerApi& partner, const AdminRequest& request);

}  // namespace favsync::mock
