#include <fmt/format.h>

#include "contract_tests/http/text.h"
#include "contract_tests/lab/foreign_writer.h"
#include "contract_tests/lab/lab.h"

namespace favsync::contract {

Finding Lab::failure(const Account& account, const Mismatch& mismatch, int exchange) const {
  static const std::vector<SentWrite> kNone;
  const auto found = account.user->history.find(mismatch.item);
  const auto& history = found == account.user->history.end() ? kNone : found->second;
  Explanation why = explain(mismatch, history);
  std::vector<int> exchanges;
  for (const SentWrite& write : history) {
    if (exchanges.empty() || exchanges.back() != write.exchange)
      exchanges.push_back(write.exchange);
  }
  constexpr std::size_t kMostShown = 6;
  if (exchanges.size() > kMostShown)
    exchanges.erase(exchanges.begin(), exchanges.end() - kMostShown);
  exchanges.push_back(exchange);
  Finding finding = Finding::fail(std::move(why.reason), std::move(why.message))
                        .wanted(to_text(mismatch.expected))
                        .got(to_text(mismatch.shown))
                        .shown_by(std::move(exchanges));
  finding.may_be_foreign = may_be_foreign(*this, *account.user, mismatch);
  return finding;
}

Finding Lab::judge(const Account& account, const Reading& reading) const {
  if (reading.wrong.empty()) return Finding::pass();
  Finding finding = failure(account, reading.wrong.front(), reading.listing.exchange);
  if (reading.wrong.size() > 1) {
    finding.message += fmt::format(" ({} more items are wrong)", reading.wrong.size() - 1);
  }
  return finding;
}

bool Lab::put_down_to_others(Account& account, const std::vector<Mismatch>& differences,
                             const Listing& listing) {
  if (!all_may_be_foreign(*this, *account.user, differences)) return false;
  observations_.add_foreign_change(differences.front(), listing.exchange, listing.length);
  account.user->expected = listing.state;
  return true;
}

std::optional<Finding> Lab::unstable_since(Account& account, const Reading& reading, Finding own) {
  wait_settled();
  for (int i = 0; i < 2; ++i) {
    const auto again = read(account);
    if (!again) return std::nullopt;
    const auto differences = compare(reading.listing.state, again->state);
    if (differences.empty()) continue;
    if (put_down_to_others(account, differences, *again)) continue;
    account.user->expected = again->state;
    const Mismatch& first = differences.front();
    observations_.note_unstable(
        Finding::fail(
            "reads-differ",
            fmt::format("two reads with no write between them differ in {} item{}: \"{}\" was "
                        "{}, then {}",
                        differences.size(), differences.size() == 1 ? "" : "s",
                        clip(first.item, 80), to_text(first.expected), to_text(first.shown)))
            .wanted(to_text(first.expected))
            .got(to_text(first.shown))
            .shown_by({reading.listing.exchange, again->exchange}));
    return Finding::blame("list.stable", std::move(own));
  }
  return std::nullopt;
}

void Lab::keep(std::string_view check, Finding finding) {
  kept_.insert_or_assign(std::string(check), std::move(finding));
  was_kept_.emplace(check);
}

std::optional<Finding> Lab::take(std::string_view check) {
  const auto found = kept_.find(check);
  if (found == kept_.end()) return std::nullopt;
  Finding finding = std::move(found->second);
  kept_.erase(found);
  return finding;
}

}  // namespace favsync::contract
