#pragma once

#include <atomic>
#include <chrono>
#include <cstddef>
#include <memory>
#include <span>
#include <string>
#include <string_view>

#include "contract_tests/http/exchange.h"
#include "contract_tests/http/target.h"

namespace favsync::contract {

using SteadyTime = std::chrono::steady_clock::time_point;

// What a step on a connection came to; `problem` is a sentence unless it went well.
struct Step {
  Outcome outcome = Outcome::kAnswered;
  std::string problem;
  bool ok() const { return outcome == Outcome::kAnswered; }
};

// A TCP or TLS connection to the target, on which every wait ends at a deadline or when `cancel`
// turns true. Not safe from several threads.
class Connection {
 public:
  // `cancel` may be null, and must outlive the connection.
  explicit Connection(const std::atomic<bool>* cancel);
  ~Connection();
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Looks the host up, connects (each address in turn), passes the proxy and does the TLS
  // handshake.
  [[nodiscard]] Step open(const Target& target, SteadyTime deadline);
  [[nodiscard]] Step write(std::string_view bytes, SteadyTime deadline);
  // Reads what is there, at least one byte, into `buffer`; `count` 0 means that the peer has
  // closed.
  [[nodiscard]] Step read(std::span<char> buffer, std::size_t& count, SteadyTime deadline);

  // Whether the peer has sent something or closed, unasked: then the connection is of no more use.
  bool has_unread_input() const;
  // The peer's certificate and protocol, for the report; empty without TLS.
  std::string tls_description() const;
  void close();

 private:
  struct Tls;
  Step wait(short events, SteadyTime deadline) const;
  Step connect_to_one(const std::string& host, std::uint16_t port, SteadyTime deadline);
  Step pass_proxy(const Target& target, SteadyTime deadline);
  Step start_tls(const Target& target, SteadyTime deadline);
  Step tls_step(int result, SteadyTime deadline, bool& again) const;

  const std::atomic<bool>* cancel_;
  int socket_ = -1;
  std::unique_ptr<Tls> tls_;
};

}  // namespace favsync::contract
