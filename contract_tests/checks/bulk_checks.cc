// Many items: §3.3, §4.9.
#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

// New writes to so many items; most are removals, which need no putting back.
std::vector<Write> many(Lab& lab, Account& account, std::size_t count) {
  std::vector<Write> writes;
  for (const auto& item : lab.items(account, count)) {
    const Act act = writes.size() % 5 == 2 ? Act::kAdd : Act::kDelete;
    writes.push_back({item, {act, lab.dates(item, 1).front()}});
  }
  return writes;
}

// Says which places of an array went wrong: "101 to 250".
std::string places(const std::vector<Write>& writes, const std::vector<Mismatch>& wrong) {
  std::size_t first = 0, last = 0;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (!find_item(wrong, writes[i].item)) continue;
    if (first == 0) first = i + 1;
    last = i + 1;
  }
  return first == last ? fmt::format("number {}", first)
                       : fmt::format("from {} to {}", first, last);
}

Finding judge_array(Lab& lab, const std::vector<Write>& writes, const Posted& posted) {
  FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
  if (reading.wrong.empty()) return Finding::pass(fmt::format("{} items", writes.size()));
  std::size_t lost = 0;
  for (const auto& mismatch : reading.wrong) lost += mismatch.shown ? 0 : 1;
  if (lost == reading.wrong.size()) {
    FAVSYNC_OR_RETURN(cut, list_is_cut(lab));
    if (cut) {
      lab.observations().note_cut_list();
      return Finding::blame("list.complete-long", lab.judge(lab.first(), reading));
    }
  }
  const bool only_milliseconds =
      std::all_of(reading.wrong.begin(), reading.wrong.end(), [](const Mismatch& mismatch) {
        return mismatch.shown && mismatch.expected &&
               mismatch.shown->act == mismatch.expected->act &&
               std::chrono::abs(mismatch.shown->at - mismatch.expected->at) <
                   std::chrono::seconds(1);
      });
  if (only_milliseconds) {
    return Finding::blame("date.milliseconds", lab.judge(lab.first(), reading));
  }
  return Finding::fail(
             lost == reading.wrong.size() ? "cut-silently" : "partly-wrong",
             fmt::format(
                 "an array of {} was answered {}, and {} of its items did not take effect ({}); "
                 "the list has {} items",
                 writes.size(), posted.status, reading.wrong.size(), places(writes, reading.wrong),
                 reading.listing.length))
      .wanted(posted.acknowledged ? "all of them in the list" : "none of them in the list")
      .got(fmt::format("{} of {} right", writes.size() - reading.wrong.size(), writes.size()))
      .shown_by({posted.exchange, reading.listing.exchange});
}

// A hundred items whose ids are long enough to make a body of over 20 KB. Where such ids are
// refused, plain ones.
Finding hundred(Lab& lab) {
  Account& account = lab.first();
  auto writes = many(lab, account, 100);
  if (writes.empty()) return Finding::not_exercised("no-item", "no item that may be written");
  if (lab.generates_items()) {
    auto long_ones = writes;
    for (Write& write : long_ones) write.item += "_" + std::string(110, 'k');
    FAVSYNC_OR_RETURN(posted, lab.post(account, long_ones));
    if (posted.acknowledged) {
      Finding finding = judge_array(lab, long_ones, posted);
      if (finding.status != CheckStatus::kFail) return finding;
      // Is it the length of the ids rather than their number?
      FAVSYNC_OR_RETURN(plain, lab.must_post(account, writes));
      if (!judge_array(lab, writes, plain).passed()) return finding;
      return Finding::blame("id.length", std::move(finding));
    }
    FAVSYNC_OR_RETURN(one, lab.post(account, {long_ones.data(), 1}));
    if (one.acknowledged || posted.status / 100 != 4) {
      return Finding::fail(
                 fmt::format("status-{}", posted.status),
                 fmt::format("a hundred items in {} bytes were answered {}, though such ids are "
                             "taken: {}",
                             lab.print(long_ones).size(), posted.status, clip(posted.body, 100)))
          .wanted("a 2xx for up to 100 items")
          .got(fmt::format("status {}", posted.status))
          .shown_by({posted.exchange, one.exchange});
    }
  }
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, writes));
  return judge_array(lab, writes, posted);
}

// More than a hundred: whole, or refused whole with a 4xx.
Finding over_hundred(Lab& lab) {
  if (!lab.generates_items()) {
    return Finding::not_exercised("no-new-item", "needs more items than --items names");
  }
  for (const std::size_t count : {101, 260}) {
    const auto writes = many(lab, lab.first(), count);
    FAVSYNC_OR_RETURN(posted, lab.post(lab.first(), writes));
    if (!posted.acknowledged && posted.status / 100 != 4) {
      return Finding::fail(fmt::format("status-{}", posted.status),
                           fmt::format("an array of {} items was answered {}: {}", count,
                                       posted.status, clip(posted.body, 100)))
          .wanted("a 2xx, or a 4xx for the whole")
          .got(fmt::format("status {}", posted.status))
          .shown_by({posted.exchange});
    }
    Finding finding = judge_array(lab, writes, posted);
    if (!finding.passed()) return finding;
  }
  return Finding::pass();
}

// Grows the list to `wanted` items by arrays of `step`, and looks each time it has doubled whether
// it is whole.
Finding grow(Lab& lab, std::size_t wanted, std::size_t step) {
  if (!lab.generates_items()) {
    return Finding::not_exercised("no-new-item", "needs more items than --items names");
  }
  Account& account = lab.first();
  std::size_t looked_at = 0;
  while (true) {
    const std::size_t known = account.user->expected.size();
    const bool enough = known >= wanted;
    if (enough || known >= looked_at * 2) {
      FAVSYNC_OR_RETURN(reading, lab.settle(account));
      looked_at = known;
      std::size_t missing = 0;
      for (const auto* list : {&reading.wrong, &reading.others}) {
        for (const auto& mismatch : *list) missing += mismatch.shown ? 0 : 1;
      }
      if (missing > 0) {
        FAVSYNC_OR_RETURN(cut, list_is_cut(lab));
        if (!cut) {  // the list has room: it is writes that were lost
          Finding lost = lab.judge(account, reading);
          if (lost.passed())
            lost = untouched(lab, account, reading, "an array", reading.listing.exchange);
          lost.message = fmt::format("{} of {} acknowledged items are not in the list: {}", missing,
                                     known, lost.message);
          lab.keep("write.every-item", lost);
          return Finding::blame("write.every-item", std::move(lost));
        }
        lab.observations().note_cut_list();
        return Finding::fail(
                   "incomplete",
                   fmt::format("the list has {} items where {} were acknowledged: is it cut, "
                               "or in pages?",
                               reading.listing.length, known))
            .wanted(fmt::format("{} items", known))
            .got(fmt::format("{} items", reading.listing.length))
            .shown_by({reading.listing.exchange});
      }
    }
    if (enough) return Finding::pass(fmt::format("{} items", known));
    const auto writes = many(lab, account, std::min(step, wanted - known));
    FAVSYNC_OR_RETURN(posted, lab.must_post(account, writes));
  }
}

// What list.complete has lost; when tried again, as many items anew.
Finding every_item(Lab& lab) {
  if (auto kept = lab.take("write.every-item")) return *kept;
  if (!lab.was_kept("write.every-item")) return Finding::pass();
  const auto writes = many(lab, lab.first(), 130);
  FAVSYNC_OR_RETURN(posted, lab.post_all(lab.first(), writes));
  FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
  return lab.judge(lab.first(), reading);
}

Finding complete(Lab& lab) {
  const bool again = lab.was_kept("list.complete");
  const std::size_t known = lab.first().user->expected.size();
  lab.keep("list.complete", Finding::pass());
  constexpr std::size_t kStep = 45;
  return grow(lab, again ? known + kStep : 130, kStep);
}

// Page sizes go from 20 to 500; what the checks before have written is nearly enough for those.
Finding complete_long(Lab& lab) {
  return grow(lab, lab.options().depth == Depth::kDeep ? 5200 : 520, 100);
}

// At the end, when the other checks have made the list nearly so long: what stays at the partner is
// the least then.
Finding complete_over_thousand(Lab& lab) {
  return grow(lab, 1050, 100);
}

}  // namespace

std::vector<Check> bulk_checks() {
  constexpr std::string_view kPages = "A default page size or a LIMIT; this call has no pages.";
  return {
      {.id = "list.complete",
       .clause = "3.3",
       .title = "The list is complete",
       .applies = Applies::kTwoWay,
       .needs = {"write.keeps-date", "write.others-untouched"},
       .steps = "POSTs of 45 items until the user has 130, GET on the way and at the end.",
       .control = "Shorter lists are complete.",
       .hint = kPages,
       .depth = Depth::kStandard,
       .run = complete},
      {.id = "write.every-item",
       .clause = "4.2",
       .title = "Every acknowledged item shows, however many there are",
       .applies = Applies::kTwoWay,
       .needs = {"write.others-untouched"},
       .steps = "Looks whether any of the items that list.complete wrote is missing.",
       .control = "Single items show.",
       .hint = "Something that happens at every so many writes: a batch, a buffer, a counter.",
       .depth = Depth::kStandard,
       .run = every_item},
      {.id = "write.hundred",
       .clause = "4.9",
       .title = "A hundred items in one POST all take effect",
       .applies = Applies::kTwoWay,
       .needs = {"write.array", "write.every-item", "list.complete"},
       .steps = "POST of 100 items (or as many as --items names) in one array, GET.",
       .control = "Five items in one array take effect.",
       .hint = "A limit on items, parameters or body size that cuts instead of refusing.",
       .depth = Depth::kStandard,
       .run = hundred},
      {.id = "write.over-hundred",
       .clause = "4.9",
       .title = "More than a hundred items are taken whole or refused whole",
       .applies = Applies::kTwoWay,
       .needs = {"write.hundred"},
       .steps = "POST of 101 and of 260 items, GET: all of them, or a 4xx and none of them.",
       .control = "A hundred items take effect.",
       .hint = "Refuse with 413 what is too much.",
       .depth = Depth::kStandard,
       .run = over_hundred},
      {.id = "list.complete-long",
       .clause = "3.3",
       .title = "The list is complete, however long",
       .applies = Applies::kTwoWay,
       .needs = {"list.complete"},
       .steps = "POSTs of 100 items until the user has over 500, and at the end of the run over a "
                "thousand (deep: at once over 5,000); GET on the way and at the end.",
       .control = "A list of 130 items is complete.",
       .hint = kPages,
       .depth = Depth::kStandard,
       .run = complete_long,
       .conclude = complete_over_thousand},
  };
}

}  // namespace favsync::contract
