#pragma once

#include <functional>
#include <mutex>
#include <string>
#include <vector>

#include "contract_tests/options.h"
#include "contract_tests/report.h"
#include "mock_server/mock_server.h"
#include "sync_engine/test_support.h"

namespace favsync::contract {

// A partner in order behind a door: each request is shown to `step_in`, which may answer it, change
// the answer's headers, or do what another client would do meanwhile, and says whether the partner
// is still to be asked; one request at a time. For tests of partners that are awkward in ways of
// their own.
class Front {
 public:
  using StepIn = std::function<bool(const TestRequest&, TestReply&)>;

  explicit Front(MockServer::Options options = with_two_users(), StepIn step_in = {});
  static MockServer::Options with_two_users();

  MockServer& partner() { return partner_; }
  std::string url() const { return door_.url(); }
  // What to certify it with: two users and what else the suite asks for.
  Options options() const;
  int requests() const;
  // Whatever the user's list shows as added.
  std::vector<std::string> added(std::string_view user);

 private:
  void answer(const TestRequest& request, TestReply& reply);

  MockServer partner_;
  StepIn step_in_;
  mutable std::mutex mutex_, stepping_;
  int requests_ = 0;
  HttpServer door_;  // last: stops before what it uses
};

// The ids of the checks that failed, with their messages: for a test's own message.
std::string failures_of(const Report& report);

}  // namespace favsync::contract
