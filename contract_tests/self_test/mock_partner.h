#pragma once

#include "contract_tests/options.h"
#include "mock_server/mock_server.h"

namespace favsync::contract {

// Points the options at the server and gives them every token that the suite asks for: those of the
// mock's own alice and bob, a second and an expired one of alice, and one of a user without
// favourites, issued for it.
void use_mock(Options& options, MockServer& server);

}  // namespace favsync::contract
