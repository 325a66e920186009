#pragma once

#include <string>

#include <gtest/gtest.h>

#include "mock_server/mock_server.h"

namespace favsync {

// A GoogleTest fixture with a partner of its own for each test, which in the end must have nothing
// to complain about: a step of the script that never acted, or a request that a partner does not
// have, fails the test. A test that means it so says expect_complaints() somewhere.
class MockServerTest : public testing::Test {
 protected:
  MockServerTest() = default;
  explicit MockServerTest(const MockServer::Options& options) : server(options) {}

  void expect_complaints() { complains_ = false; }
  void TearDown() override {
    if (!complains_) return;
    for (const std::string& complaint : server.complaints()) ADD_FAILURE() << complaint;
  }

  MockServer server;

 private:
  bool complains_ = true;
};

}  // namespace favsync
