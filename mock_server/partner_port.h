#pragma once

#include <memory>
#include <string>

#include "mock_server/reactor.h"

namespace favsync::mock {

// The socket that partners' clients talk to: HTTP/1.1 on one address, every request answered by
// `handler`. Any number can run in one process. Safe from any thread.
class PartnerPort {
 public:
  struct Options {
    std::string bind_address = "127.0.0.1";  // a numeric IPv4 or IPv6 address
    int port = 0;                            // 0 to 65535; 0 picks a free port
    ReactorOptions serving;
  };

  // Binds, listens and serves. Errors: kConnection when the address or port cannot be had, with the
  // system's reason.
  static Result<std::unique_ptr<PartnerPort>> open(const Options& options, RequestHandler handler);

  virtual ~PartnerPort() = default;  // stops: open connections are closed, nothing is waited for
  virtual int port() const = 0;
  virtual Reactor& reactor() = 0;
};

}  // namespace favsync::mock
