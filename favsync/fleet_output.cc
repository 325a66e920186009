#include "favsync/fleet_output.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "favsync/commands.h"

namespace favsync {
namespace {

using Json = nlohmann::ordered_json;

double seconds(std::chrono::nanoseconds time) {
  return std::chrono::duration<double>(time).count();
}

std::size_t count_of(const FleetCycle& cycle, std::initializer_list<ErrorCode> codes) {
  std::size_t count = 0;
  for (const auto code : codes) {
    const auto found = cycle.errors.find(code);
    if (found != cycle.errors.end()) count += found->second;
  }
  return count;
}

}  // namespace

std::string print_cycle_text(const FleetCycle& cycle, std::size_t number) {
  std::string errors;
  for (const auto& [code, count] : cycle.errors) {
    errors += fmt::format("{}{} {}", errors.empty() ? " (" : ", ", to_string(code), count);
  }
  if (!errors.empty()) errors += ")";
  std::string out =
      fmt::format("cycle {}: {} users in {:.2f} s: {} synced, {} failed{}", number, cycle.users,
                  seconds(cycle.duration), cycle.synced, cycle.failed, errors);
  if (cycle.parked > 0)
    out += fmt::format(", {} left alone until they sign in again", cycle.parked);
  if (cycle.stopped > 0) out += fmt::format(", {} stopped", cycle.stopped);
  out += fmt::format("; {} pulled, {} pushed, {} in conflict", cycle.pulled, cycle.pushed,
                     cycle.conflicts);
  if (cycle.unsent > 0) out += fmt::format(", {} not sent", cycle.unsent);
  if (cycle.rejected > 0) out += fmt::format(", {} rejected", cycle.rejected);
  out += fmt::format("; {} requests, {} answered 304\n", cycle.requests, cycle.not_modified);
  for (const auto& partner : cycle.partners) {
    if (partner.breaker == CircuitBreaker::State::kClosed) continue;
    out += fmt::format("  {}: in trouble, {} of {} users failed; circuit breaker {}\n", partner.url,
                       partner.failed, partner.users, to_string(partner.breaker));
  }
  return out;
}

std::string print_cycle_json(const FleetCycle& cycle, std::size_t number,
                             const std::vector<FleetFailure>& failures) {
  Json errors = Json::object(), partners = Json::array(), failed = Json::array();
  for (const auto& [code, count] : cycle.errors) errors[std::string(to_string(code))] = count;
  for (const auto& partner : cycle.partners) {
    partners.push_back({{"url", partner.url},
                        {"breaker", to_string(partner.breaker)},
                        {"opened", partner.counts.opened},
                        {"refused", partner.counts.refused},
                        {"users", partner.users},
                        {"synced", partner.synced},
                        {"failed", partner.failed}});
  }
  for (const auto& [user, error] : failures) {
    failed.push_back({{"user", user}, {"code", to_string(error.code)}, {"message", error.message}});
  }
  const auto milliseconds =
      std::chrono::duration_cast<std::chrono::milliseconds>(cycle.duration).count();
  const Json json = {{"cycle", number},
                     {"duration_ms", milliseconds},
                     {"users", cycle.users},
                     {"synced", cycle.synced},
                     {"failed", cycle.failed},
                     {"parked", cycle.parked},
                     {"stopped", cycle.stopped},
                     {"errors", errors},
                     {"pulled", cycle.pulled},
                     {"pushed", cycle.pushed},
                     {"unsent", cycle.unsent},
                     {"rejected", cycle.rejected},
                     {"conflicts", cycle.conflicts},
                     {"not_modified", cycle.not_modified},
                     {"requests", cycle.requests},
                     {"partners", partners},
                     {"failures", failed}};
  return json.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

int exit_status_of(const FleetCycle& cycle) {
  if (count_of(cycle, {ErrorCode::kStorage, ErrorCode::kInternal}) > 0) return kOwnFault;
  if (cycle.failed == 0 && cycle.parked == 0 && cycle.rejected == 0) return kConformant;
  const auto unreached = count_of(cycle, {ErrorCode::kConnection, ErrorCode::kTls});
  // Those whom an open circuit breaker kept away were not reached either.
  const bool none_reached = unreached > 0 && cycle.synced == 0 && cycle.parked == 0 &&
                            unreached + count_of(cycle, {ErrorCode::kUnavailable}) == cycle.failed;
  return none_reached ? kNoConnection : kNotConformant;
}

}  // namespace favsync
