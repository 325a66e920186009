#pragma once

#include <memory>
#include <string>

#include "mock_server/admin_api.h"
#include "wire/result.h"

namespace favsync::mock {

// The socket of the admin API: cpp-httplib with a thread for each connection, so that an admin call
// may wait without harm to others. Serves pages of its own origin and programs; refuses requests
// that a browser sends on behalf of other sites. Safe from any thread.
class AdminPort {
 public:
  // Binds to `address`, which should be loopback, and serves. `port` is 0 to 65535; 0 picks a free
  // one. Errors: kConnection when the address or port cannot be had, with the system's reason.
  // `api` outlives the port.
  static Result<std::unique_ptr<AdminPort>> open(const std::string& address, int port,
                                                 const std::string& instance, AdminApi& api);

  virtual ~AdminPort() = default;  // stops: open connections are shut, calls under way are finished
  virtual int port() const = 0;
};

}  // namespace favsync::mock
