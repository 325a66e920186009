#include "favsync/built_in_mock.h"

namespace favsync {

Result<std::unique_ptr<MockServer>> start_built_in_mock(contract::Options& options) {
  MockServer::Options mock;
  mock.scenario = mock::default_scenario();
  mock.auth = options.auth;
  mock.read_only = options.profile == contract::Profile::kReadOnly;
  auto server = MockServer::start(mock);
  if (!server) return server;
  (*server)->user("alice").token("alice-second-token");
  (*server)->user("nobody").token("nobody-token");
  (*server)->user("alice").token("alice-expired-token", std::chrono::seconds(0));
  options.target = *contract::Target::parse((*server)->url());
  options.token = *UserToken::make("alice-token");
  options.other_token = *UserToken::make("bob-token");
  options.same_user_token = *UserToken::make("alice-second-token");
  options.empty_token = *UserToken::make("nobody-token");
  options.expired_token = *UserToken::make("alice-expired-token");
  return server;
}

}  // namespace favsync
