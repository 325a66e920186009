// Laws that hold for all values, searched with RapidCheck: a failure prints the seed and a least
// case.
#include <algorithm>
#include <map>
#include <random>

#include <gtest/gtest.h>
#include <rapidcheck.h>
#include <rapidcheck/gtest.h>

#include "sync_engine/merge_lists.h"

namespace rc {

// Dates from a small pool, so that ties and near misses are common.
template <>
struct Arbitrary<favsync::ItemState> {
  static Gen<favsync::ItemState> arbitrary() {
    return gen::build<favsync::ItemState>(
        gen::set(&favsync::ItemState::action,
                 gen::element(favsync::Action::kAdd, favsync::Action::kDelete)),
        gen::set(&favsync::ItemState::action_date, gen::map(gen::inRange(0, 6), [](int tick) {
          return favsync::Timestamp::from_unix(1493721912, tick * 500'000u);
        })));
  }
};

template <>
struct Arbitrary<favsync::Favorite> {
  static Gen<favsync::Favorite> arbitrary() {
    return gen::map(gen::pair(gen::inRange(0, 5), gen::arbitrary<favsync::ItemState>()),
                    [](const std::pair<int, favsync::ItemState>& drawn) {
                      return favsync::Favorite{"item" + std::to_string(drawn.first),
                                               drawn.second.action, drawn.second.action_date};
                    });
  }
};

}  // namespace rc

namespace favsync {

void showValue(const ItemState& state, std::ostream& out) {
  out << to_string(state.action) << ' ' << to_string(state.action_date);
}
void showValue(const Favorite& favorite, std::ostream& out) {
  out << favorite.item << ' ';
  showValue(state_of(favorite), out);
}

namespace {

using Drawn = std::vector<Favorite>;

rc::Gen<TiePolicy> any_policy() {
  return rc::gen::element(TiePolicy::kLocal, TiePolicy::kBaseAware, TiePolicy::kJoin);
}

MergePolicy policy(TiePolicy ties) {
  MergePolicy policy;
  policy.ties = ties;
  policy.now = Timestamp::from_unix(1493721960);
  return policy;
}

std::map<std::string, ItemState> by_item(const Drawn& favorites) {
  std::map<std::string, ItemState> states;
  for (const auto& favorite : favorites) states[favorite.item] = state_of(favorite);
  return states;
}

// A local list as a store holds it: each item once, some of them agreed on.
std::vector<FavoriteRecord> stored(const Drawn& favorites, bool is_clean) {
  std::vector<FavoriteRecord> records;
  for (const auto& favorite : fold_duplicates(favorites)) {
    records.push_back({favorite, std::nullopt, 0});
    if (is_clean) records.back().base = state_of(favorite);
  }
  return records;
}

struct Merged {
  std::vector<FavoriteRecord> records;
  Drawn sent;
};

Merged run(const std::vector<FavoriteRecord>& records, const Drawn& list, TiePolicy ties) {
  const auto incoming = fold_duplicates(list);
  Merged result;
  for (const auto& merged : merge(records, ItemIndex(records), incoming, policy(ties))) {
    const auto* record = merged.record == MergedItem::kNone ? nullptr : &records[merged.record];
    const auto* listed =
        merged.incoming == MergedItem::kNone ? nullptr : &incoming[merged.incoming];
    result.records.push_back(record_after(merged.decision, record, listed));
    if (merged.decision.push) result.sent.push_back(result.records.back().favorite);
  }
  std::ranges::sort(result.records, {}, [](const FavoriteRecord& r) { return r.favorite.item; });
  std::ranges::sort(result.sent, {}, &Favorite::item);
  return result;
}

RC_GTEST_PROP(Join, IsCommutativeAssociativeIdempotentAndNeverGoesBack,
              (ItemState a, ItemState b, ItemState c)) {
  RC_ASSERT(join(a, b) == join(b, a));
  RC_ASSERT(join(join(a, b), c) == join(a, join(b, c)));
  RC_ASSERT(join(a, a) == a);
  RC_ASSERT(join(a, b).action_date >= a.action_date);
  RC_ASSERT(join(a, join(a, b)) == join(a, b));
}

RC_GTEST_PROP(Reconcile, EqualsJoinWhereverDatesDiffer, (ItemState local, ItemState incoming)) {
  RC_PRE(local.action_date != incoming.action_date);
  const auto base = *rc::gen::element(std::optional<ItemState>(), std::optional(local));
  const auto decision = reconcile(local, base, incoming, policy(*any_policy()));
  RC_ASSERT((decision.adopt ? incoming : local) == join(local, incoming));
}

RC_GTEST_PROP(Reconcile, DateNeverGoesBackAndWhatIsSentIsNeverOlder,
              (ItemState local, ItemState incoming)) {
  const auto base = *rc::gen::element(std::optional<ItemState>(), std::optional(local));
  const auto decision = reconcile(local, base, incoming, policy(*any_policy()));
  if (decision.adopt) RC_ASSERT(incoming.action_date >= local.action_date);
  if (decision.push) RC_ASSERT(local.action_date >= incoming.action_date);
  RC_ASSERT(!(decision.adopt && decision.push));
}

RC_GTEST_PROP(FoldDuplicates, OrderAndRepetitionDoNotMatter, (Drawn list)) {
  Drawn shuffled = list;
  shuffled.insert(shuffled.end(), list.begin(), list.end());
  const auto seed = *rc::gen::arbitrary<unsigned>();
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(seed));
  RC_ASSERT(by_item(fold_duplicates(shuffled)) == by_item(fold_duplicates(list)));
}

RC_GTEST_PROP(MergeLists, OrderAndRepetitionOfTheListDoNotMatter, (Drawn local, Drawn list)) {
  const auto records = stored(local, *rc::gen::arbitrary<bool>());
  const auto ties = *any_policy();
  Drawn shuffled = list;
  shuffled.insert(shuffled.end(), list.begin(), list.end());
  std::shuffle(shuffled.begin(), shuffled.end(), std::mt19937(*rc::gen::arbitrary<unsigned>()));
  const auto once = run(records, list, ties), again = run(records, shuffled, ties);
  RC_ASSERT(once.records == again.records);
  RC_ASSERT(once.sent == again.sent);
}

RC_GTEST_PROP(MergeLists, NothingThatStandsHereIsDropped, (Drawn local, Drawn list)) {
  const auto records = stored(local, *rc::gen::arbitrary<bool>());
  const auto merged = run(records, list, *any_policy());
  for (const auto& record : records) {
    RC_ASSERT(std::ranges::any_of(merged.records, [&](const FavoriteRecord& after) {
      return after.favorite.item == record.favorite.item &&
             after.favorite.action_date >= record.favorite.action_date;
    }));
  }
}

std::map<std::string, ItemState> states_of(const std::vector<FavoriteRecord>& records) {
  std::map<std::string, ItemState> states;
  for (const auto& record : records) states[record.favorite.item] = state_of(record.favorite);
  return states;
}

Drawn favorites_of(const std::vector<FavoriteRecord>& records) {
  Drawn favorites;
  for (const auto& record : records) favorites.push_back(record.favorite);
  return favorites;
}

// With --tie join all items; with the others the date of each, since who stays at a tie depends on
// which side is asked.
void expect_same(const std::vector<FavoriteRecord>& a, const std::vector<FavoriteRecord>& b,
                 TiePolicy ties) {
  const auto left = states_of(a), right = states_of(b);
  RC_ASSERT(left.size() == right.size());
  for (const auto& [item, state] : left) {
    RC_ASSERT(right.contains(item));
    RC_ASSERT(right.at(item).action_date == state.action_date);
    if (ties == TiePolicy::kJoin) RC_ASSERT(right.at(item) == state);
  }
}

RC_GTEST_PROP(MergeLists, IsCommutativeUpToTheTieRule, (Drawn a, Drawn b)) {
  const auto ties = *any_policy();
  const auto one = run(stored(a, false), b, ties), other = run(stored(b, false), a, ties);
  expect_same(one.records, other.records, ties);
}

RC_GTEST_PROP(MergeLists, IsAssociativeUpToTheTieRule, (Drawn a, Drawn b, Drawn c)) {
  const auto ties = *any_policy();
  const auto left = run(run(stored(a, false), b, ties).records, c, ties);
  const auto inner = favorites_of(run(stored(b, false), c, ties).records);
  expect_same(left.records, run(stored(a, false), inner, ties).records, ties);
}

RC_GTEST_PROP(MergeLists, PartsOneByOneEndAsTheWholeDoesUpToTheTieRule, (Drawn local, Drawn list)) {
  const auto ties = *any_policy();
  const auto cut = *rc::gen::inRange<std::size_t>(0, list.size() + 1);
  const Drawn first(list.begin(), list.begin() + static_cast<std::ptrdiff_t>(cut));
  const Drawn rest(list.begin() + static_cast<std::ptrdiff_t>(cut), list.end());
  const auto records = stored(local, *rc::gen::arbitrary<bool>());
  expect_same(run(run(records, first, ties).records, rest, ties).records,
              run(records, list, ties).records, ties);
}

RC_GTEST_PROP(MergeLists, MergingTheSameListAgainChangesNothing, (Drawn local, Drawn list)) {
  const auto records = stored(local, *rc::gen::arbitrary<bool>());
  const auto ties = *any_policy();
  const auto once = run(records, list, ties);
  RC_ASSERT(run(once.records, list, ties).records == once.records);
}

}  // namespace
}  // namespace favsync
