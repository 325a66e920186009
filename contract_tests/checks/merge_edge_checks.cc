// Newest wins at the edges: inside one array and at equal dates. §4.4, §4.5.
#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

// The same item twice in one array, in both orders. Such an array may be refused whole.
Finding duplicates_in_array(Lab& lab) {
  Account& account = lab.first();
  const auto items = lab.items(account, 4);
  if (items.size() < 2) return Finding::not_exercised("no-item", "fewer than two items to write");
  // The twins are not neighbours: the second of each comes after all the firsts.
  std::vector<Write> writes, twins;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto dates = lab.dates(items[i], 2);
    const Act act = i / 2 % 2 == 0 ? Act::kAdd : Act::kDelete;
    const std::size_t first = i % 2 == 0 ? 0 : 1;
    writes.push_back({items[i], {act, dates[first]}});
    twins.push_back({items[i], {other_than(act), dates[1 - first]}});
  }
  writes.insert(writes.end(), twins.begin(), twins.end());
  FAVSYNC_OR_RETURN(posted, lab.post(account, writes));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  if (posted.status >= 500) {
    return Finding::fail(
               fmt::format("status-{}", posted.status),
               fmt::format("an array that names an item twice was answered {}", posted.status))
        .wanted("the newest of each, or a 4xx")
        .got(fmt::format("status {}", posted.status))
        .shown_by({posted.exchange});
  }
  if (!posted.acknowledged) {  // refused: nothing of it, or the newest of each
    State newest;
    for (const Write& write : writes) apply_newest(newest, write);
    std::erase_if(reading.wrong, [&](const Mismatch& mismatch) {
      return mismatch.shown && agrees(newest.at(mismatch.item), *mismatch.shown);
    });
  }
  Finding finding = lab.judge(account, reading);
  if (!finding.passed()) {
    finding.message = fmt::format("each item twice in one array, answered {}: {}", posted.status,
                                  finding.message);
  } else if (!posted.acknowledged) {
    finding.message = fmt::format("refused whole with {}", posted.status);
  }
  return finding;
}

Finding stale_is_no_error(Lab& lab) {
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(fresh, new_write(lab, account, Act::kAdd));
  const Write stale{fresh.item, {Act::kDelete, fresh.value.at}};
  const Write newest{fresh.item, {Act::kAdd, lab.ticks().after(fresh.value.at)}};
  FAVSYNC_OR_RETURN(first, lab.must_post(account, {&newest, 1}));
  FAVSYNC_OR_RETURN(second, lab.post(account, {&stale, 1}));
  if (second.acknowledged) return Finding::pass();
  return Finding::warn(
             fmt::format("status-{}", second.status),
             fmt::format("a stale item was answered {}: {}; the sender will try again and "
                         "again",
                         second.status, clip(second.body, 100)))
      .wanted("a 2xx")
      .got(fmt::format("status {}", second.status))
      .shown_by({first.exchange, second.exchange});
}

Finding stale_harms_no_other(Lab& lab) {
  Account& account = lab.first();
  const auto items = lab.items(account, 6);
  if (items.size() < 2) return Finding::not_exercised("no-item", "fewer than two items to write");
  std::vector<Write> stored, array;
  for (std::size_t i = 0; i < items.size(); ++i) {
    const auto dates = lab.dates(items[i], 2);
    if (i % 2 == 0) {  // stale ones first, last and between
      stored.push_back({items[i], {Act::kAdd, dates[1]}});
      array.push_back({items[i], {Act::kDelete, dates[0]}});
    } else {
      array.push_back({items[i], {Act::kAdd, dates[0]}});
    }
  }
  FAVSYNC_OR_RETURN(first, lab.must_post(account, stored));
  FAVSYNC_OR_RETURN(second, lab.post(account, array));
  for (const Write& write : array) apply_newest(account.user->expected, write);
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (!finding.passed()) {
    finding.message = fmt::format("an array in which every other item is stale was answered {}: {}",
                                  second.status, finding.message);
    finding.exchanges = {first.exchange, second.exchange, reading.listing.exchange};
  }
  return finding;
}

// What the items show after one more POST.
OrFinding<Listing> shown_after(Lab& lab, const std::vector<Write>& writes) {
  FAVSYNC_OR_RETURN(posted, lab.post(lab.first(), writes));
  FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
  return reading.listing;
}

std::optional<Value> value_in(const Listing& listing, const std::string& item) {
  const auto found = listing.state.find(item);
  return found == listing.state.end() ? std::nullopt : std::optional(found->second);
}

// An ADD and a DELETE, each met by the other action of the same date, twice. Either outcome is a
// partner's to choose, though it should keep what is stored; it must be stable.
Finding ties(Lab& lab) {
  std::vector<Write> stored, equal;
  for (const Act act : {Act::kAdd, Act::kDelete}) {
    FAVSYNC_OR_RETURN(write, new_write(lab, lab.first(), act));
    if (!stored.empty() && stored.front().item == write.item) break;
    stored.push_back(write);
    equal.push_back({write.item, {other_than(act), write.value.at}});
  }
  FAVSYNC_OR_RETURN(posted, lab.must_post(lab.first(), stored));
  FAVSYNC_OR_RETURN(once, shown_after(lab, equal));
  FAVSYNC_OR_RETURN(twice, shown_after(lab, equal));
  const std::vector<int> exchanges{posted.exchange, once.exchange, twice.exchange};
  Finding worst = Finding::pass();
  for (std::size_t i = 0; i < stored.size(); ++i) {
    const auto first = value_in(once, stored[i].item);
    const auto second = value_in(twice, stored[i].item);
    const auto legal = [&](const std::optional<Value>& value) {
      return value && (agrees(stored[i].value, *value) || agrees(equal[i].value, *value));
    };
    const std::string what =
        fmt::format("{}, then {} of the same date", to_string(stored[i].value.act),
                    to_string(equal[i].value.act));
    if (!legal(first) || !legal(second)) {
      const auto& odd = legal(first) ? second : first;
      return Finding::fail("tie-invented", fmt::format("{}: shows {}", what, to_text(odd)))
          .wanted(fmt::format("{} (or {})", to_text(stored[i].value), to_text(equal[i].value)))
          .got(to_text(odd))
          .shown_by(exchanges);
    }
    if (first != second) {
      return Finding::fail("tie-not-stable",
                           fmt::format("{}: the same POST again turned {} into {}", what,
                                       to_text(first), to_text(second)))
          .wanted("the same outcome each time")
          .got(to_text(second))
          .shown_by(exchanges);
    }
    if (agrees(stored[i].value, *first) || !worst.reason.empty()) continue;
    worst = Finding::warn("tie-replaces",
                          what + ": the equal date replaced what was stored; \"newer\" is strict")
                .wanted(to_text(stored[i].value))
                .got(to_text(first))
                .shown_by(exchanges);
  }
  return worst;
}

}  // namespace

std::vector<Check> merge_edge_checks() {
  const std::vector<std::string_view> both = {"merge.newer-delete", "merge.newer-add",
                                              "merge.stale-delete", "merge.stale-add"};
  return {
      {.id = "merge.duplicates",
       .clause = "4.4",
       .title = "Of an item that stands twice in one array, the newest wins",
       .applies = Applies::kTwoWay,
       .needs = both,
       .steps =
           "POST of four items, each twice, the newer one first or last; GET. A 4xx for the whole "
           "array passes, if nothing changed.",
       .control = "Arrays that name each item once take effect.",
       .hint = "The last one of the array wins: compare within the array as well.",
       .depth = Depth::kStandard,
       .run = duplicates_in_array},
      {.id = "merge.stale-accepted",
       .clause = "4.4",
       .level = Level::kShould,
       .title = "A stale item is no error",
       .applies = Applies::kTwoWay,
       .needs = both,
       .steps = "POST of an ADD, POST of an older DELETE: looks at the status.",
       .control = "A newer item is answered 2xx.",
       .hint = "Nothing is wrong with the sender: answer 2xx and keep what is newer.",
       .depth = Depth::kStandard,
       .run = stale_is_no_error},
      {.id = "merge.stale-in-array",
       .clause = "4.4",
       .title = "A stale item in an array does not harm the others",
       .applies = Applies::kTwoWay,
       .needs = both,
       .steps = "POST of an array in which every other item is stale; GET.",
       .control = "The same items take effect in an array without stale ones.",
       .hint = "The array is given up at its first stale item.",
       .depth = Depth::kStandard,
       .run = stale_harms_no_other},
      {.id = "merge.tie",
       .clause = "4.5",
       .level = Level::kShould,
       .title = "An equal date replaces nothing",
       .applies = Applies::kTwoWay,
       .needs = both,
       .steps = "POST of an ADD, POST of a DELETE of the same date, GET, the same again; and the "
                "other way "
                "round. An outcome that changes is a failure.",
       .control = "A newer date replaces.",
       .hint = "Use > and not >= in the comparison.",
       .depth = Depth::kStandard,
       .run = ties},
  };
}

}  // namespace favsync::contract
