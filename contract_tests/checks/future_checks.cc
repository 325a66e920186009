// Dates in the future: legal, and dangerous, since such an item beats every honest change until
// then. Sent to no item but the one that the operator gave up for it.
#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

// One write of `act` at that date, or just after what the item has: taken and kept, or refused and
// nothing changed. Both are the partner's right; which it is gets recorded.
Finding in_the_future(Lab& lab, Act act, Instant at) {
  if (!lab.options().poison_item) {
    return Finding::not_applicable("no-consent", "only with --allow-poison ITEM");
  }
  const std::string& item = *lab.options().poison_item;
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(known, lab.known(account));
  const auto stored = account.user->expected.find(item);
  if (stored != account.user->expected.end() && stored->second.at >= at) {
    at = stored->second.at.plus(std::chrono::milliseconds(1));
    if (to_civil(at).year > 9999) {
      return Finding::not_exercised(
          "spoilt-already",
          fmt::format("\"{}\" has the last date that there is: give another item", clip(item, 80)));
    }
  }
  const Write write{item, {act, at}};
  FAVSYNC_OR_RETURN(posted, lab.post(account, {&write, 1}));
  if (!posted.acknowledged && posted.status / 100 != 4) {
    return Finding::fail(fmt::format("status-{}", posted.status),
                         fmt::format("{} was answered {}: {}", to_text(write.value), posted.status,
                                     clip(posted.body, 100)))
        .wanted("a 2xx, or a 4xx that says why")
        .got(fmt::format("status {}", posted.status))
        .shown_by({posted.exchange});
  }
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (!finding.passed()) return finding;
  return Finding::pass(
      posted.acknowledged
          ? fmt::format("{} is taken and kept; it beats every change until then", to_text(at))
          : fmt::format("{} is refused with {}, as a partner may", to_text(at), posted.status));
}

Finding an_hour(Lab& lab) {
  return in_the_future(lab, Act::kAdd, lab.start().plus(std::chrono::hours(1)));
}

// The last millisecond there is is left free, so that the item may be tried once more. It ends with
// the action that it had before the run.
Finding far(Lab& lab) {
  Act act = Act::kDelete;
  if (lab.options().poison_item) {
    const State& snapshot = lab.first().user->snapshot;
    const auto before = snapshot.find(*lab.options().poison_item);
    if (before != snapshot.end()) act = before->second.act;
  }
  return in_the_future(lab, act, to_instant({9999, 12, 31, 23, 59, 59, 990}));
}

}  // namespace

std::vector<Check> future_checks() {
  return {
      {.id = "date.hour-ahead",
       .clause = "4.2",
       .level = Level::kInfo,
       .title = "A date an hour ahead is taken and kept, or refused",
       .applies = Applies::kTwoWay,
       .needs = {"write.keeps-date"},
       .steps = "POST of an ADD dated in an hour to the item of --allow-poison, GET.",
       .control = "Dates of the past are kept.",
       .hint = "A date that is clamped to now is another date: refuse it instead.",
       .depth = Depth::kStandard,
       .run = an_hour},
      {.id = "date.far-ahead",
       .clause = "4.2",
       .level = Level::kInfo,
       .title = "A date at the end of the year 9999 is taken and kept, or refused",
       .applies = Applies::kTwoWay,
       .needs = {"date.hour-ahead"},
       .steps = "POST dated 9999-12-31T23:59:59.990Z to the item of --allow-poison, GET.",
       .control = "Dates of the past are kept.",
       .hint = "A column or a type that ends before: refuse what does not fit.",
       .depth = Depth::kStandard,
       .run = far},
  };
}

}  // namespace favsync::contract
