#include "contract_tests/lab/preflight.h"

#include <algorithm>

#include <fmt/format.h>

namespace favsync::contract {

using std::chrono::milliseconds;

Instant wall_now() {
  return Instant::from_millis(
      std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
}

std::optional<std::string> preflight(Session& session, Instant& now) {
  HttpClient client = session.new_client();
  Request request;
  request.path = "/getUserFavorites";
  session.set_check("preflight");
  const Exchange exchange = session.send(client, request);
  if (exchange.outcome == Outcome::kNoConnection || exchange.outcome == Outcome::kTlsFailed) {
    return fmt::format("{}: {}", session.options().target.origin(), exchange.problem);
  }
  now = wall_now();
  if (const auto skew = session.clock_skew())
    now = now.plus(std::min(milliseconds(0), skew->least));
  return std::nullopt;
}

}  // namespace favsync::contract
