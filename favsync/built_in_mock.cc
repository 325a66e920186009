#include "favsync/built_in_mock.h"

#include "contract_tests/self_test/mock_partner.h"

namespace favsync {

Result<std::unique_ptr<MockServer>> start_built_in_mock(contract::Options& options) {
  MockServer::Options mock;
  mock.scenario = mock::default_scenario();
  mock.auth = options.auth;
  mock.read_only = options.profile == contract::Profile::kReadOnly;
  auto server = MockServer::start(mock);
  if (!server) return server;
  contract::use_mock(options, **server);
  return server;
}

}  // namespace favsync
