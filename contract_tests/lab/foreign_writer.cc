#include "contract_tests/lab/foreign_writer.h"

#include <algorithm>

#include <fmt/format.h>

namespace favsync::contract {
namespace {

// Whether an item of the run's own, once settled, changes without being written. Nothing when it
// could not be found out.
std::optional<bool> own_item_changes(Lab& lab) {
  if (!lab.generates_items()) return std::nullopt;
  Account& account = lab.first();
  const auto write_one = [&]() -> std::optional<Write> {
    const std::string item = lab.items(account, 1).front();
    const Write write{item, {Act::kAdd, lab.dates(item, 1).front()}};
    const auto posted = lab.post(account, {&write, 1});
    if (!posted || !posted->acknowledged) return std::nullopt;
    return write;
  };
  const auto sentinel = write_one();
  if (!sentinel) return std::nullopt;
  const auto first = lab.settle(account);
  if (!first || !first->listing.state.contains(sentinel->item)) return std::nullopt;
  const Value stood = first->listing.state.at(sentinel->item);
  for (int look = 0; look < 2; ++look) {
    lab.session().pause(std::chrono::milliseconds(15));  // a clock that is copied shows only later
    if (!write_one()) return std::nullopt;
    const auto again = lab.settle(account);
    if (!again) return std::nullopt;
    const auto now = again->listing.state.find(sentinel->item);
    if (now == again->listing.state.end() || !agrees(stood, now->second)) return true;
  }
  return false;
}

}  // namespace

bool may_be_foreign(const Lab& lab, const User& user, const Mismatch& mismatch) {
  if (!mismatch.shown || lab.is_made_up(mismatch.item)) return false;
  if (user.suspects.contains(mismatch.item)) return false;
  if (mismatch.expected && mismatch.shown->at <= mismatch.expected->at) return false;
  const Instant& shown = mismatch.shown->at;
  return std::none_of(user.history.begin(), user.history.end(), [&](const auto& entry) {
    return std::any_of(entry.second.begin(), entry.second.end(), [&](const SentWrite& sent) {
      return same_to_the_millisecond(sent.value.at, shown);
    });
  });
}

bool all_may_be_foreign(const Lab& lab, const User& user,
                        const std::vector<Mismatch>& differences) {
  return !differences.empty() &&
         std::all_of(differences.begin(), differences.end(),
                     [&](const Mismatch& mismatch) { return may_be_foreign(lab, user, mismatch); });
}

Finding weigh_foreign(Lab& lab, Finding failed, int wrong, int tries) {
  const auto inconclusive = [&](std::string_view why) {
    Finding finding = Finding::inconclusive(
        std::string(kForeignWriter),
        fmt::format("{}. {}: run it while nobody else uses the test users", failed.message, why));
    finding.expected = failed.expected;
    finding.actual = failed.actual;
    finding.exchanges = failed.exchanges;
    return finding;
  };
  if (wrong == 1 && tries > 2) {
    return Finding::pass(
        fmt::format("another client of the user changed something in the first try; {} more were "
                    "undisturbed",
                    tries - 1));
  }
  if (wrong < tries || tries == 1) return inconclusive("Another client may have done that");
  const auto changes = own_item_changes(lab);
  if (!changes || *changes) return failed;
  return inconclusive(
      "Items that only this run can know stay as they are, so another client does "
      "that");
}

}  // namespace favsync::contract
