#include "contract_tests/checks/single_write.h"

#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/http/text.h"
#include "contract_tests/lab/foreign_writer.h"

namespace favsync::contract {

OrFinding<Write> new_write(Lab& lab, Account& account, Act act) {
  const auto items = lab.items(account, 1);
  if (items.empty()) {
    return tl::unexpected(Finding::not_exercised(
        "no-item", "no item that may be written: those of --items hold dates in the future"));
  }
  return Write{items.front(), {act, lab.dates(items.front(), 1).front()}};
}

const Mismatch* find_item(const std::vector<Mismatch>& mismatches, std::string_view item) {
  const auto found = std::find_if(mismatches.begin(), mismatches.end(),
                                  [&](const Mismatch& mismatch) { return mismatch.item == item; });
  return found == mismatches.end() ? nullptr : &*found;
}

Finding untouched(const Lab& lab, const Account& account, const Reading& reading,
                  std::string_view what, int exchange) {
  if (reading.others.empty()) return Finding::pass();
  std::size_t lost = 0;
  for (const auto& mismatch : reading.others) lost += mismatch.shown ? 0 : 1;
  const Mismatch& first = reading.others.front();
  std::vector<int> exchanges{exchange, reading.listing.exchange};
  Finding finding =
      Finding::fail(
          lost == reading.others.size() ? "others-lost" : "others-changed",
          fmt::format("{} changed {} item{} of the {} that it does not name{}: \"{}\" was {}, is "
                      "{}",
                      what, reading.others.size(), reading.others.size() == 1 ? "" : "s",
                      account.name, lost > 0 ? fmt::format(" ({} are gone)", lost) : "",
                      clip(first.item, 80), to_text(first.expected), to_text(first.shown)))
          .wanted(to_text(first.expected))
          .got(to_text(first.shown))
          .shown_by(std::move(exchanges));
  finding.may_be_foreign = all_may_be_foreign(lab, *account.user, reading.others);
  return finding;
}

OrFinding<bool> list_is_cut(Lab& lab) {
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(write, new_write(lab, account, Act::kAdd));
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, {&write, 1}));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  const auto is_missing = [](const Mismatch& mismatch) { return !mismatch.shown; };
  return std::any_of(reading.wrong.begin(), reading.wrong.end(), is_missing) ||
         std::any_of(reading.others.begin(), reading.others.end(), is_missing);
}

}  // namespace favsync::contract
