#include "contract_tests/self_test/mock_partner.h"

namespace favsync::contract {

void use_mock(Options& options, MockServer& server) {
  server.user("alice").token("alice-second-token");
  server.user("alice").token("alice-expired-token", std::chrono::seconds(0));
  server.user("nobody").token("nobody-token");
  options.target = *Target::parse(server.url());
  options.token = *UserToken::make("alice-token");
  options.other_token = *UserToken::make("bob-token");
  options.same_user_token = *UserToken::make("alice-second-token");
  options.expired_token = *UserToken::make("alice-expired-token");
  options.empty_token = *UserToken::make("nobody-token");
}

}  // namespace favsync::contract
