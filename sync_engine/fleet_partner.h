#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <vector>

#include "sync_engine/circuit_breaker.h"
#include "sync_engine/http_partner_client.h"
#include "sync_engine/token_bucket.h"

namespace favsync {

// A connection to a partner, of the kind that the fleet's mode allows: exactly one is set.
struct FleetLine {
  std::unique_ptr<HttpPartnerReader> reader;
  std::unique_ptr<HttpPartnerClient> client;

  // Errors: kInvalidArgument for a URL that cannot be used.
  [[nodiscard]] static Result<FleetLine> make(const HttpPartnerOptions& options, bool read_only);
};

// What all rounds of a fleet with one partner share. The fleet's lock guards all but `breaker` and
// `bucket`, which have their own.
struct FleetPartner {
  FleetPartner(std::string base_url, const Clock& clock, const CircuitBreaker::Options& options,
               double rate)
      : url(std::move(base_url)), breaker(clock, options), bucket(rate) {}

  const std::string url;
  CircuitBreaker breaker;
  TokenBucket bucket;
  std::vector<FleetLine> idle;
  std::vector<std::size_t> queue;  // positions of users, the next one last; of this cycle
  std::size_t under_way = 0;
  std::size_t users = 0, synced = 0, failed = 0;  // of this cycle
};

}  // namespace favsync
