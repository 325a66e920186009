#pragma once

#include <atomic>
#include <chrono>
#include <memory>

#include "contract_tests/http/connection.h"
#include "contract_tests/http/exchange.h"
#include "contract_tests/http/response_parser.h"
#include "contract_tests/http/target.h"

namespace favsync::contract {

// The suite's HTTP client: one keep-alive connection, the bytes of a request under full control,
// every answer read in bounded time and memory, no redirect ever followed (the token would travel
// along), and whatever is odd about the framing noted. Not safe from several threads: each takes
// its own.
class HttpClient {
 public:
  struct Options {
    std::chrono::milliseconds timeout{10'000};  // for a whole exchange, connecting included
    ResponseLimits limits;
    const std::atomic<bool>* cancel = nullptr;  // may be null; outlives the client
  };
  HttpClient(Target target, Options options);

  // Sends the request and reads the answer. A kept connection that turns out to be closed before
  // any byte of the answer is replaced once: servers may close idle connections at any time. Never
  // throws; what went wrong is in the exchange's outcome.
  Exchange send(const Request& request);

  // As send, but closes the connection as soon as the request is written: the answer is lost.
  Exchange send_and_hang_up(const Request& request);

  void disconnect();
  const Target& target() const { return target_; }
  const std::string& tls_description() const { return tls_; }

 private:
  bool attempt(const Request& request, SteadyTime deadline, bool hang_up, Exchange& exchange);
  std::string head_of(const Request& request) const;

  Target target_;
  Options options_;
  std::unique_ptr<Connection> connection_;
  std::string tls_;
};

}  // namespace favsync::contract
