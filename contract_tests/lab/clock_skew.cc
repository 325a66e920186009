#include "contract_tests/lab/clock_skew.h"

#include <algorithm>

#include "contract_tests/lab/session.h"

namespace favsync::contract {

using std::chrono::milliseconds;

void ClockSkew::observe(const Exchange& exchange) {
  if (!exchange.answered()) return;
  const auto date = read_http_date(exchange.header("Date"));
  if (!date) return;
  const auto since = [&](const Instant& from) {
    return std::chrono::duration_cast<milliseconds>(*date - from);
  };
  const Instant received = exchange.started.plus(exchange.duration);
  // The duration is cut to whole milliseconds, so one more may have passed.
  const SkewInterval seen{since(received) - milliseconds(1),
                          since(exchange.started) + milliseconds(1000)};
  if (!interval_) {
    interval_ = seen;
    return;
  }
  const SkewInterval both{std::max(interval_->least, seen.least),
                          std::min(interval_->most, seen.most)};
  interval_ = both.least <= both.most ? both
                                      : SkewInterval{std::min(interval_->least, seen.least),
                                                     std::max(interval_->most, seen.most)};
}

}  // namespace favsync::contract
