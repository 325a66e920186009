// Users are apart, a user's devices are one: §1.2.
#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

Finding no_other_user() {
  return Finding::not_exercised("no-other-token",
                                "give --other-token, the token of another test user");
}

// Whether `account`, which did not write, is as it was; `what` happened in exchange `exchange`.
Finding as_before(Lab& lab, Account& account, std::string_view what, int exchange) {
  lab.wait_settled();
  FAVSYNC_OR_RETURN(before, lab.read(account));  // the first reading is its snapshot
  const auto differences = compare(account.user->expected, before.state);
  if (differences.empty()) return Finding::pass();
  const bool foreign = lab.put_down_to_others(account, differences, before);
  account.user->expected = before.state;
  const Mismatch& first = differences.front();
  Finding finding =
      Finding::fail(
          "crosses-users",
          fmt::format("{} shows in the list of the {}: \"{}\" was {}, is {}", what, account.name,
                      clip(first.item, 80), to_text(first.expected), to_text(first.shown)))
          .wanted(to_text(first.expected))
          .got(to_text(first.shown))
          .shown_by({exchange, before.exchange});
  finding.may_be_foreign = foreign;
  return finding;
}

Finding write_invisible(Lab& lab) {
  Account* other = lab.other();
  if (!other) return no_other_user();
  FAVSYNC_OR_RETURN(before, lab.read(*other));
  for (Account* writer : {&lab.first(), other}) {
    Account& reader = writer == other ? lab.first() : *other;
    FAVSYNC_OR_RETURN(write, new_write(lab, *writer, Act::kAdd));
    FAVSYNC_OR_RETURN(posted, lab.must_post(*writer, {&write, 1}));
    Finding finding =
        as_before(lab, reader, "what the " + writer->name + " wrote", posted.exchange);
    if (!finding.passed()) return finding;
    FAVSYNC_OR_RETURN(own, lab.settle(*writer));
    finding = lab.judge(*writer, own);
    if (!finding.passed()) return finding;
  }
  if (!lab.empty()) return Finding::pass();
  const Exchange exchange = lab.session().send(lab.empty()->client, lab.get_request(*lab.empty()));
  const Listing listing = judge_list(exchange);
  if (!listing.is_list || listing.length == 0 || !lab.was_kept("list.empty")) {
    return Finding::pass();
  }
  return Finding::fail(
             "crosses-users",
             fmt::format("the empty user gets a list of {} after others wrote", listing.length))
      .wanted("[]")
      .got(clip(exchange.body, 120))
      .shown_by({exchange.number});
}

Finding same_item(Lab& lab) {
  Account* other = lab.other();
  if (!other) return no_other_user();
  const auto items = lab.items(lab.first(), 1);
  if (items.empty()) return Finding::not_exercised("no-item", "no item that may be written");
  const auto dates = lab.dates(items.front(), 3);
  const Write mine{items.front(), {Act::kAdd, dates[0]}};
  const Write theirs{items.front(), {Act::kDelete, dates[2]}};
  const Write mine_again{items.front(), {Act::kDelete, dates[1]}};
  FAVSYNC_OR_RETURN(a, lab.must_post(lab.first(), {&mine, 1}));
  FAVSYNC_OR_RETURN(b, lab.must_post(*other, {&theirs, 1}));
  // Older than the other user's, newer than the first user's own: it must count.
  FAVSYNC_OR_RETURN(c, lab.must_post(lab.first(), {&mine_again, 1}));
  for (Account* account : {&lab.first(), other}) {
    FAVSYNC_OR_RETURN(reading, lab.settle(*account));
    Finding finding = lab.judge(*account, reading);
    if (finding.passed()) continue;
    finding.reason = "crosses-users";
    finding.message = fmt::format("two users wrote the same item, and the {}'s is wrong: {}",
                                  account->name, finding.message);
    return finding;
  }
  return Finding::pass();
}

// The other user's list over a connection that was just used for the first user's, and back.
Finding interleaved(Lab& lab) {
  Account* other = lab.other();
  if (!other) return no_other_user();
  FAVSYNC_OR_RETURN(known, lab.known(*other));
  lab.wait_settled();
  HttpClient shared = lab.session().new_client();
  for (int i = 0; i < 4; ++i) {
    Account& account = i % 2 == 0 ? lab.first() : *other;
    const Exchange exchange = lab.session().send(shared, lab.get_request(account));
    const Listing listing = judge_list(exchange);
    lab.observations().add(listing);
    if (!listing.is_list) {
      return Finding::fail("list-not-readable", "two users' requests in turn on one connection: " +
                                                    listing.problems.front().message)
          .wanted("200 with a list")
          .got(listing.problems.front().actual)
          .shown_by({exchange.number});
    }
    const auto differences = compare(account.user->expected, listing.state);
    if (differences.empty()) continue;
    const Mismatch& first = differences.front();
    const bool foreign = lab.put_down_to_others(account, differences, listing);
    Finding finding =
        Finding::fail("crosses-users",
                      fmt::format("two users' requests in turn on one connection: the {} got "
                                  "another list: \"{}\" is {}, was {}",
                                  account.name, clip(first.item, 80), to_text(first.shown),
                                  to_text(first.expected)))
            .wanted(to_text(first.expected))
            .got(to_text(first.shown))
            .shown_by({exchange.number - 1, exchange.number});
    finding.may_be_foreign = foreign;
    return finding;
  }
  return Finding::pass();
}

// Members that name another user must not say whose the item is: the token does.
Finding body_names_no_user(Lab& lab) {
  Account* other = lab.other();
  if (!other) return no_other_user();
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(write, new_write(lab, account, Act::kAdd));
  const std::string body = fmt::format(
      R"([{{"item":"{0}","actionDate":"{1}","action":"{2}","token":"{3}","userToken":"{3}","user":"{3}"}}])",
      write.item, to_text(write.value.at), to_string(write.value.act), other->token.reveal());
  FAVSYNC_OR_RETURN(posted, lab.post_raw(account, lab.post_request(account, body), {&write, 1}));
  if (posted.acknowledged) account.user->expected[write.item] = write.value;
  Finding finding =
      as_before(lab, *other, "an item that names their token in its body", posted.exchange);
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  if (!finding.passed() || !posted.acknowledged) return finding;
  return lab.judge(account, reading);
}

Finding devices_agree(Lab& lab) {
  Account* device = lab.same_user();
  if (!device) {
    return Finding::not_exercised("no-same-user-token",
                                  "give --same-user-token, another token of the first user");
  }
  for (Account* writer : {&lab.first(), device}) {
    Account& reader = writer == device ? lab.first() : *device;
    FAVSYNC_OR_RETURN(write, new_write(lab, *writer, Act::kAdd));
    FAVSYNC_OR_RETURN(posted, lab.must_post(*writer, {&write, 1}));
    FAVSYNC_OR_RETURN(reading, lab.settle(reader));
    Finding finding = lab.judge(reader, reading);
    if (finding.passed() && !reading.others.empty()) {
      finding = untouched(lab, reader, reading, "reading by another token of the same user",
                          posted.exchange);
    }
    if (finding.passed()) continue;
    finding.reason = "devices-differ";
    finding.message = fmt::format("written by the {}, read by the {}: {}", writer->name,
                                  reader.name, finding.message);
    return finding;
  }
  return Finding::pass();
}

Finding newest_device_wins(Lab& lab) {
  Account* device = lab.same_user();
  if (!device) {
    return Finding::not_exercised("no-same-user-token",
                                  "give --same-user-token, another token of the first user");
  }
  const auto items = lab.items(lab.first(), 2);
  if (items.empty()) return Finding::not_exercised("no-item", "no item that may be written");
  // Of one item the older change arrives last, of the other the newer one.
  std::vector<Write> sent_first, sent_last;
  for (const auto& item : items) {
    const auto dates = lab.dates(item, 2);
    const bool older_last = sent_first.empty();
    const Write older{item, {Act::kAdd, dates[0]}};
    const Write newer{item, {Act::kDelete, dates[1]}};
    sent_first.push_back(older_last ? newer : older);
    sent_last.push_back(older_last ? older : newer);
  }
  FAVSYNC_OR_RETURN(before, lab.must_post(*device, sent_first));
  FAVSYNC_OR_RETURN(after, lab.post(lab.first(), sent_last));
  for (const Write& write : sent_last) apply_newest(lab.first().user->expected, write);
  FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
  Finding finding = lab.judge(lab.first(), reading);
  if (!finding.passed()) finding.message = "two devices wrote one item: " + finding.message;
  return finding;
}

}  // namespace

std::vector<Check> user_checks() {
  const std::vector<std::string_view> basics = {"write.array", "list.empty", "list.complete"};
  const auto check = [&](std::string_view id, std::string_view title, std::string_view steps,
                         std::string_view hint, Finding (*run)(Lab&),
                         std::vector<std::string_view> needs) {
    return Check{.id = id,
                 .clause = "1.2",
                 .title = title,
                 .applies = Applies::kTwoWay,
                 .needs = std::move(needs),
                 .steps = steps,
                 .control = "The writer's own list shows the write.",
                 .hint = hint,
                 .depth = id == "users.apart" ? Depth::kQuick : Depth::kStandard,
                 .run = run};
  };
  std::vector<Check> checks{
      check("users.apart", "What one user writes does not show at another",
            "POST of an item by each of two users; GET by the other one.",
            "One table without a user column.", write_invisible, basics),
      check("users.same-item", "Two users' favourites of the same item are apart",
            "POSTs of one item by two users with different actions and dates; GET by both.",
            "The item alone is the key.", same_item, {"users.apart", "merge.newer-delete"}),
      check("users.one-connection", "Users are told apart by the token of each request",
            "GETs of two users in turn on one connection.",
            "The user is remembered with the connection, or lists are cached without their user.",
            interleaved, {"users.apart"}),
      check("users.body", "The token says whose an item is, not the body",
            "POST of an item with members token, userToken and user that hold the other user's "
            "token.",
            "Members of the body are taken over into the record.", body_names_no_user,
            {"users.apart"}),
      check("devices.agree", "All tokens of a user see the same favourites",
            "POST by each of two tokens of a user; GET by the other one.",
            "Favourites are kept by token instead of by user.", devices_agree, basics),
      check("devices.newest-wins", "The newest change wins, whichever device sent it",
            "Two tokens of a user write one item, the older change first or last; GET.",
            "A device's order or rank counts instead of the date.", newest_device_wins,
            {"devices.agree", "merge.stale-add"}),
  };
  checks.back().clause = "4.4";
  return checks;
}

}  // namespace favsync::contract
