#pragma once

#include <memory>

#include "contract_tests/options.h"
#include "mock_server/mock_server.h"
#include "wire/result.h"

namespace favsync {

// Starts the mock that is certified without a URL, with two users and every token that the suite
// asks for, by the scheme and the profile of `options`; and points their target and tokens at it.
// Errors: as MockServer::start.
[[nodiscard]] Result<std::unique_ptr<MockServer>> start_built_in_mock(contract::Options& options);

}  // namespace favsync
