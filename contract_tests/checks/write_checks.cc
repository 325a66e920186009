// What a POST does: §4.1 to §4.6.
#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

// Whether the partner takes back, unchanged, something that it lists: then it is ids that it does
// not know which it refuses, and that it may.
bool takes_its_own(Lab& lab) {
  const State& snapshot = lab.first().user->snapshot;
  if (snapshot.empty()) return false;
  const Write echo{snapshot.begin()->first, snapshot.begin()->second, 3};
  const auto posted = lab.post(lab.first(), {&echo, 1});
  lab.first().user->unsettled.clear();
  return posted && posted->acknowledged;
}

Finding accepts(Lab& lab) {
  FAVSYNC_OR_RETURN(write, new_write(lab, lab.first(), Act::kAdd));
  FAVSYNC_OR_RETURN(posted, lab.post(lab.first(), {&write, 1}));
  if (posted.acknowledged) {
    // Looked at before there is more to list: a list of exactly one has faults of its own.
    FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
    lab.set_single_write({write, posted, reading});
    return Finding::pass();
  }
  const std::string got = fmt::format("status {}: {}", posted.status, clip(posted.body, 120));
  const bool about_the_id = posted.status == 400 || posted.status == 404 || posted.status == 409 ||
                            posted.status == 410 || posted.status == 422;
  if (lab.generates_items() && about_the_id &&
      (lab.first().user->snapshot.empty() || takes_its_own(lab))) {
    return Finding::inconclusive(
               "unknown-ids-refused",
               fmt::format(
                   "POST of one ADD with a made-up id was answered {}. A partner may refuse ids "
                   "that it does not know: name some that it takes with --items a,b,c. If it "
                   "should take any id, this is a fault",
                   posted.status))
        .wanted("a 2xx")
        .got(got)
        .shown_by({posted.exchange});
  }
  return Finding::fail(fmt::format("status-{}", posted.status),
                       fmt::format("POST of one ADD was answered {}", posted.status))
      .wanted("a 2xx")
      .got(got)
      .shown_by({posted.exchange});
}

// A fault of writing, unless the reads differ among themselves: then that is the cause.
Finding of_writing(Lab& lab, const Reading& reading, Finding finding) {
  if (finding.passed()) return finding;
  if (auto unstable = lab.unstable_since(lab.first(), reading, finding)) return *unstable;
  return finding;
}

// One ADD and the reading after it. The checks of a single write look at the same one, unless they
// are tried again.
OrFinding<SingleWrite> single_write(Lab& lab, std::string_view check) {
  if (lab.single_write() && !lab.was_kept(check)) {
    lab.keep(check, Finding::pass());
    return *lab.single_write();
  }
  FAVSYNC_OR_RETURN(write, new_write(lab, lab.first(), Act::kAdd));
  FAVSYNC_OR_RETURN(posted, lab.must_post(lab.first(), {&write, 1}));
  FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
  SingleWrite made{write, posted, reading};
  lab.set_single_write(made);
  lab.keep(check, Finding::pass());
  return made;
}

Finding keeps_id(Lab& lab) {
  FAVSYNC_OR_RETURN(made, single_write(lab, "write.keeps-id"));
  const Mismatch* mismatch = find_item(made.reading.wrong, made.write.item);
  if (!mismatch || mismatch->shown) return Finding::pass();
  for (const auto& other : made.reading.others) {
    if (other.expected || !other.shown || !agrees(made.write.value, *other.shown)) continue;
    return Finding::fail("id-altered", fmt::format("\"{}\" came back as \"{}\"", made.write.item,
                                                   clip(other.item, 80)))
        .wanted(made.write.item)
        .got(clip(other.item, 80))
        .shown_by({made.posted.exchange, made.reading.listing.exchange});
  }
  return Finding::pass();  // not there at all is for the next check to say
}

Finding takes_effect(Lab& lab) {
  FAVSYNC_OR_RETURN(made, single_write(lab, "write.takes-effect"));
  const Mismatch* mismatch = find_item(made.reading.wrong, made.write.item);
  if (!mismatch || (mismatch->shown && mismatch->shown->act == Act::kAdd)) return Finding::pass();
  Finding finding = lab.failure(lab.first(), *mismatch, made.reading.listing.exchange);
  if (finding.reason == "not-listed" && lab.generates_items()) {
    finding.message +=
        ". (If the partner passes over ids that it does not know, name some that it "
        "knows with --items)";
  }
  return of_writing(lab, made.reading, std::move(finding));
}

Finding keeps_date(Lab& lab) {
  FAVSYNC_OR_RETURN(made, single_write(lab, "write.keeps-date"));
  const Mismatch* mismatch = find_item(made.reading.wrong, made.write.item);
  // What is off by less than a second is for the next check.
  if (!mismatch ||
      (mismatch->shown &&
       std::chrono::abs(mismatch->shown->at - made.write.value.at) <= std::chrono::seconds(1))) {
    return Finding::pass();
  }
  return of_writing(lab, made.reading,
                    lab.failure(lab.first(), *mismatch, made.reading.listing.exchange));
}

Finding keeps_milliseconds(Lab& lab) {
  FAVSYNC_OR_RETURN(made, single_write(lab, "write.keeps-milliseconds"));
  const Mismatch* mismatch = find_item(made.reading.wrong, made.write.item);
  if (!mismatch) return Finding::pass();
  return of_writing(lab, made.reading,
                    lab.failure(lab.first(), *mismatch, made.reading.listing.exchange));
}

Finding others_untouched(Lab& lab) {
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(write, new_write(lab, account, Act::kAdd));
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, {&write, 1}));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  return of_writing(lab, reading,
                    untouched(lab, account, reading, "POST of one item", posted.exchange));
}

// At the end of the run: nothing that no write named may have changed at any time.
Finding others_untouched_throughout(Lab& lab) {
  const auto& changes = lab.observations().untouched_changes();
  if (changes.empty() || lab.observations().cut_list()) return Finding::pass();
  const auto& first = changes.front();
  return Finding::fail(
             "others-changed",
             fmt::format("item \"{}\", which no write named at that time, went from {} to "
                         "{} in a list of {}",
                         clip(first.mismatch.item, 80), to_text(first.mismatch.expected),
                         to_text(first.mismatch.shown), first.list_length))
      .wanted(to_text(first.mismatch.expected))
      .got(to_text(first.mismatch.shown))
      .shown_by({first.exchange});
}

Finding delete_takes_effect(Lab& lab) {
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(add, new_write(lab, account, Act::kAdd));
  FAVSYNC_OR_RETURN(added, lab.must_post(account, {&add, 1}));
  const Write removal{add.item, {Act::kDelete, lab.ticks().after(add.value.at)}};
  FAVSYNC_OR_RETURN(removed, lab.must_post(account, {&removal, 1}));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (finding.passed()) {  // and it must stay
    FAVSYNC_OR_RETURN(again, lab.settle(account));
    if (const Mismatch* gone = find_item(again.others, add.item)) {
      finding = lab.failure(account, *gone, again.listing.exchange);
      finding.message = "listed once, and then no more: " + finding.message;
    }
    return finding;
  }
  if (finding.reason != "older-value-won") return of_writing(lab, reading, std::move(finding));
  // The DELETE was passed over. Is it the action, or is nothing newer taken?
  const Write newest{add.item, {Act::kAdd, lab.ticks().after(removal.value.at)}};
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, {&newest, 1}));
  FAVSYNC_OR_RETURN(after, lab.settle(account));
  if (!after.wrong.empty()) return Finding::blame("merge.newer-same", std::move(finding));
  finding.reason = "delete-ignored";
  return finding;
}

Finding delete_of_unknown(Lab& lab) {
  if (!lab.generates_items()) {
    return Finding::not_exercised("no-new-item", "only on an id that was never stored");
  }
  FAVSYNC_OR_RETURN(removal, new_write(lab, lab.first(), Act::kDelete));
  FAVSYNC_OR_RETURN(posted, lab.must_post(lab.first(), {&removal, 1}));
  FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
  return lab.judge(lab.first(), reading);
}

Finding empty_array(Lab& lab) {
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(posted, lab.post(account, {}));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = untouched(lab, account, reading, "POST of []", posted.exchange);
  if (finding.passed() && !posted.acknowledged) {
    return Finding::warn(fmt::format("status-{}", posted.status),
                         fmt::format("POST of [] was answered {}; nothing changed", posted.status))
        .wanted("a 2xx")
        .got(fmt::format("status {}", posted.status))
        .shown_by({posted.exchange});
  }
  return finding;
}

Finding whole_array(Lab& lab) {
  Account& account = lab.first();
  std::vector<Write> writes;
  for (const auto& item : lab.items(account, 6)) {
    writes.push_back({item, {Act::kAdd, lab.dates(item, 1).front()}});
  }
  if (writes.size() < 2) return Finding::not_exercised("no-item", "fewer than two items to write");
  // Not in the order of their dates, so that a partner which takes the newest one only is seen.
  std::swap(writes.front().value.at, writes[writes.size() / 2].value.at);
  // Two have the same date: it is no key.
  if (lab.generates_items()) writes[1].value.at = writes[4].value.at;
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, writes));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  if (reading.wrong.empty()) return Finding::pass();
  std::vector<std::string> places;
  for (std::size_t i = 0; i < writes.size(); ++i) {
    if (find_item(reading.wrong, writes[i].item)) places.push_back(std::to_string(i + 1));
  }
  FAVSYNC_OR_RETURN(cut, list_is_cut(lab));
  Finding finding = lab.judge(account, reading);
  if (cut && finding.reason.ends_with("not-listed")) {
    return Finding::blame("list.complete", std::move(finding));
  }
  finding.message = fmt::format("of {} items in one array, number {} did not take effect: {}",
                                writes.size(), fmt::join(places, ", "), finding.message);
  return finding;
}

Finding repeated(Lab& lab) {
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(add, new_write(lab, account, Act::kAdd));
  FAVSYNC_OR_RETURN(removal, new_write(lab, account, Act::kDelete));
  std::vector<Write> writes{add};
  if (removal.item != add.item) writes.push_back(removal);
  FAVSYNC_OR_RETURN(first, lab.must_post(account, writes));
  FAVSYNC_OR_RETURN(second, lab.post(account, writes));
  if (!second.acknowledged) {
    return Finding::fail(fmt::format("repeat-status-{}", second.status),
                         fmt::format("the same POST again was answered {}: {}", second.status,
                                     clip(second.body, 120)))
        .wanted("a 2xx, as the first time")
        .got(fmt::format("status {}", second.status))
        .shown_by({first.exchange, second.exchange});
  }
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (!finding.passed()) finding.message = "after the same POST twice: " + finding.message;
  return of_writing(lab, reading, std::move(finding));
}

Finding echoed(Lab& lab) {
  Account& account = lab.first();
  std::vector<Write> writes;
  for (const auto& [item, value] : account.user->expected) {
    if (account.user->history.contains(item) && writes.size() < 100) {
      writes.push_back({item, value, value.at.nanos % 1'000'000 == 0 ? 3 : 9});
    }
  }
  if (writes.empty()) return Finding::not_exercised("no-item", "no item of this run in the list");
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, writes));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (!finding.passed()) {
    finding.message = "after posting back what the list showed: " + finding.message;
  }
  return finding;
}

}  // namespace

std::vector<Check> write_checks() {
  const std::vector<std::string_view> readable = {"read.answers", "list.json", "list.array",
                                                  "list.stable"};
  const std::vector<std::string_view> basics = {"write.keeps-milliseconds",
                                                "write.others-untouched"};
  return {
      {.id = "write.accepts",
       .clause = "4.1",
       .title = "POST /postUserFavorites takes an array of one favourite",
       .applies = Applies::kTwoWay,
       .needs = readable,
       .steps = "POST of one ADD with a date of a few minutes ago.",
       .hint = "Method, path, or a body of another shape is expected.",
       .run = accepts},
      {.id = "write.keeps-id",
       .clause = "2.1",
       .title = "A written favourite comes back under its id",
       .applies = Applies::kTwoWay,
       .needs = {"write.accepts"},
       .steps = "POST of one ADD, then GET: no other id has come in its place.",
       .hint = "A prefix is taken off or put on, or the id is mapped to one of the partner's own.",
       .run = keeps_id},
      {.id = "write.takes-effect",
       .clause = "4.2",
       .title = "A written favourite shows in the list",
       .applies = Applies::kTwoWay,
       .needs = {"write.accepts", "write.keeps-id"},
       .steps = "POST of one ADD, then GET.",
       .hint = "Acknowledged and dropped, written late (--settle), or under another user or id.",
       .run = takes_effect},
      {.id = "write.keeps-date",
       .clause = "4.2",
       .title = "A written favourite keeps its date",
       .applies = Applies::kTwoWay,
       .needs = {"write.takes-effect"},
       .steps = "POST of one ADD of a few minutes ago, then GET: the same instant.",
       .hint = "Does a column default to NOW(), or keep a local time?",
       .run = keeps_date},
      {.id = "write.keeps-milliseconds",
       .clause = "2.5",
       .title = "A written favourite keeps the milliseconds of its date",
       .applies = Applies::kTwoWay,
       .needs = {"write.keeps-date"},
       .steps = "POST of one ADD, then GET: the same instant to the millisecond.",
       .hint = "A column of whole seconds (DATETIME without (3)), or a floating-point epoch.",
       .run = keeps_milliseconds},
      {.id = "write.others-untouched",
       .clause = "4.3",
       .title = "Items that an array does not name are untouched",
       .applies = Applies::kTwoWay,
       .needs = {"write.takes-effect"},
       .steps = "POST of one item; the whole list is compared. And so at every list of the run.",
       .hint = "Does a POST replace the whole list?",
       .run = others_untouched,
       .conclude = others_untouched_throughout},
      {.id = "write.delete",
       .clause = "2.3",
       .title = "A removed favourite is listed as DELETE with the date of its removal",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST of an ADD, then of a newer DELETE, then GET.",
       .hint = "The row is deleted; keep it, with its date: a removal cannot be learnt from an "
               "absence.",
       .run = delete_takes_effect},
      {.id = "write.delete-unknown",
       .clause = "4.2",
       .title = "A DELETE of an item that was never stored takes effect too",
       .applies = Applies::kTwoWay,
       .needs = {"write.delete"},
       .steps = "POST of a DELETE with a new id, then GET: listed as DELETE.",
       .control = "An ADD with a new id takes effect.",
       .hint = "Store it: an older ADD may still be on its way.",
       .run = delete_of_unknown},
      {.id = "write.empty-array",
       .clause = "4.3",
       .title = "An empty array changes nothing",
       .applies = Applies::kTwoWay,
       .needs = {"write.others-untouched"},
       .steps = "POST of []; the whole list is compared.",
       .control = "A POST of one item is answered 2xx.",
       .hint = "An empty list is taken for \"no favourites\".",
       .run = empty_array},
      {.id = "write.array",
       .clause = "4.2",
       .title = "Every item of an array takes effect",
       .applies = Applies::kTwoWay,
       .needs = basics,
       .steps = "POST of six items in one array, two of the same date, then GET.",
       .hint = "Only the first, the last, or the newest is looked at.",
       .run = whole_array},
      {.id = "write.repeat",
       .clause = "4.6",
       .title = "The same POST again is answered 2xx and changes nothing",
       .applies = Applies::kTwoWay,
       .needs = {"write.array", "write.delete"},
       .steps = "The same array of an ADD and a DELETE twice, then GET.",
       .hint = "A unique key that is violated, or an action that toggles.",
       .run = repeated},
      {.id = "write.echo",
       .clause = "4.6",
       .title = "Posting back what the list shows changes nothing",
       .applies = Applies::kTwoWay,
       .needs = {"write.repeat"},
       .steps = "GET, POST of this run's items as the list shows them, GET.",
       .hint = "A date that is made anew at each write.",
       .depth = Depth::kStandard,
       .run = echoed},
  };
}

}  // namespace favsync::contract
