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

// Whether the list is too short for what it should hold: then one more item, which is known to be
// taken, is missing as well, or pushes another one out.
OrFinding<bool> list_is_cut(Lab& lab) {
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(write, new_write(lab, account, Act::kAdd));
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, {&write, 1}));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  const auto is_missing = [](const Mismatch& mismatch) { return !mismatch.shown; };
  return std::any_of(reading.wrong.begin(), reading.wrong.end(), is_missing) ||
         std::any_of(reading.others.begin(), reading.others.end(), is_missing);
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
      return Finding::blocked(
          "list.complete-long",
          fmt::format("the list itself seems to be cut at {} items", reading.listing.length));
    }
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

Finding hundred(Lab& lab) {
  const auto writes = many(lab, lab.first(), 100);
  if (writes.empty()) return Finding::not_exercised("no-item", "no item that may be written");
  FAVSYNC_OR_RETURN(posted, lab.must_post(lab.first(), writes));
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

Finding complete(Lab& lab) {
  return grow(lab, 130, 25);
}

Finding complete_long(Lab& lab) {
  return grow(lab, lab.options().depth == Depth::kDeep ? 5200 : 1050, 100);
}

}  // namespace

std::vector<Check> bulk_checks() {
  constexpr std::string_view kPages = "A default page size or a LIMIT; this call has no pages.";
  return {
      {.id = "list.complete",
       .clause = "3.3",
       .title = "The list is complete",
       .applies = Applies::kTwoWay,
       .needs = {"write.array", "write.delete"},
       .steps = "POSTs of 25 items until the user has 130, GET on the way and at the end.",
       .control = "Shorter lists are complete.",
       .hint = kPages,
       .run = complete},
      {.id = "write.hundred",
       .clause = "4.9",
       .title = "A hundred items in one POST all take effect",
       .applies = Applies::kTwoWay,
       .needs = {"write.array", "write.delete"},
       .steps = "POST of 100 items (or as many as --items names) in one array, GET.",
       .control = "Five items in one array take effect.",
       .hint = "A limit on items, parameters or body size that cuts instead of refusing.",
       .run = hundred},
      {.id = "write.over-hundred",
       .clause = "4.9",
       .title = "More than a hundred items are taken whole or refused whole",
       .applies = Applies::kTwoWay,
       .needs = {"write.hundred"},
       .steps = "POST of 101 and of 260 items, GET: all of them, or a 4xx and none of them.",
       .control = "A hundred items take effect.",
       .hint = "Refuse with 413 what is too much.",
       .run = over_hundred},
      {.id = "list.complete-long",
       .clause = "3.3",
       .title = "The list is complete, however long",
       .applies = Applies::kTwoWay,
       .needs = {"list.complete"},
       .steps =
           "POSTs of 100 items until the user has over a thousand, GET on the way and at the end.",
       .control = "A list of 130 items is complete.",
       .hint = kPages,
       .depth = Depth::kStandard,
       .run = complete_long},
  };
}

}  // namespace favsync::contract
