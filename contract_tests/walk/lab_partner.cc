#include "contract_tests/walk/lab_partner.h"

#include <set>

#include "contract_tests/walk/generator.h"

namespace favsync::contract {
namespace {

constexpr std::int64_t kDaySeconds = 86'400;

// A midnight (GMT) that leaves the walk's span and a day before now.
Instant beginning(const Lab& lab) {
  const std::int64_t days = kWalkSpanMs / 1000 / kDaySeconds + 1;
  return {(lab.start().seconds / kDaySeconds - days) * kDaySeconds, 0};
}

}  // namespace

OrFinding<WalkCast> LabPartner::cast(const Walk& walk) {
  const std::size_t count = walk.items();
  WalkCast cast;
  cast.items = lab_.items(lab_.first(), count);
  if (std::set<std::string>(cast.items.begin(), cast.items.end()).size() < count) {
    return tl::unexpected(
        Finding::not_exercised("no-item", "too few items that may be written for a random walk"));
  }
  cast.dates.resize(count);
  for (const WalkStep& step : walk.steps) {
    for (const WalkWrite& write : step.writes) cast.dates[write.item][write.at_ms];
  }
  const Instant begin = beginning(lab_);
  // Where the limit of a partner that refuses old dates lies is not known exactly.
  const bool freely = lab_.generates_items() && lab_.takes_old_dates();
  for (std::size_t item = 0; item < count; ++item) {
    auto& dates = cast.dates[item];
    const auto close = freely ? std::vector<Instant>() : lab_.dates(cast.items[item], dates.size());
    std::size_t rank = 0;
    for (auto& [at_ms, instant] : dates) {
      instant = freely ? begin.plus(std::chrono::milliseconds(at_ms)) : close[rank++];
    }
  }
  return cast;
}

State LabPartner::stored(std::size_t user) {
  return account(user).user->expected;
}

OrFinding<WalkPartner::Answer> LabPartner::post(std::size_t user, std::span<const Write> array) {
  FAVSYNC_OR_RETURN(posted, lab_.post(account(user), array));
  if (posted.status / 100 == 4) {  // the model says what may show; here, what the lab waits for
    for (const Write& write : array) apply_newest(account(user).user->expected, write);
  }
  return Answer{posted.exchange, posted.status};
}

OrFinding<WalkPartner::Listed> LabPartner::read(std::size_t user) {
  FAVSYNC_OR_RETURN(reading, lab_.settle(account(user)));
  reading_ = reading;
  return Listed{reading.listing.exchange, reading.listing.state};
}

}  // namespace favsync::contract
