// What an answer to GET /getUserFavorites must look like: §2, §3.
#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

// Whether every list of the run so far kept the rule.
template <ListRule kRule>
Finding rule_kept(Lab& lab) {
  const ListProblem* problem = lab.observations().first(kRule);
  if (!problem) return Finding::pass();
  Finding finding = problem->warning ? Finding::warn(problem->reason, problem->message)
                                     : Finding::fail(problem->reason, problem->message);
  return std::move(finding)
      .wanted(problem->expected)
      .got(problem->actual)
      .shown_by({lab.observations().exchange_of(kRule)});
}

Finding read_answers(Lab& lab) {
  if (lab.observations().lists() == 0) {
    const auto listing = lab.read(lab.first());
    if (!listing && listing.error().status == CheckStatus::kInconclusive) return listing.error();
  }
  return rule_kept<ListRule::kStatus>(lab);
}

Finding list_stable(Lab& lab) {
  Account& account = lab.first();
  lab.wait_settled();
  FAVSYNC_OR_RETURN(before, lab.settle(account));
  for (int i = 0; i < 2; ++i) {
    // A date that each read makes anew is another one only when time has passed.
    lab.session().pause(std::chrono::milliseconds(15));
    if (i == 1) account.client.disconnect();  // another connection must show the same
    FAVSYNC_OR_RETURN(again, lab.read(account));
    const auto differences = compare(before.listing.state, again.state);
    if (differences.empty()) continue;
    const Mismatch& first = differences.front();
    const bool foreign = lab.put_down_to_others(account, differences, again);
    account.user->expected = again.state;
    Finding finding =
        Finding::fail(
            "reads-differ",
            fmt::format("two reads with no write between them differ in {} item{}: "
                        "\"{}\" was {}, then {}",
                        differences.size(), differences.size() == 1 ? "" : "s",
                        clip(first.item, 80), to_text(first.expected), to_text(first.shown)))
            .wanted(to_text(first.expected))
            .got(to_text(first.shown))
            .shown_by({before.listing.exchange, again.exchange});
    finding.may_be_foreign = foreign;
    return finding;
  }
  return Finding::pass(fmt::format("3 reads, {} items", before.listing.length));
}

Finding list_stable_throughout(Lab& lab) {
  return lab.observations().unstable().value_or(Finding::pass());
}

// The list of a user without favourites. Judged here alone: what is wrong with it says nothing of
// other lists.
Finding list_empty(Lab& lab) {
  for (Account* account : {lab.empty(), lab.other()}) {
    if (!account) continue;
    const Exchange exchange = lab.session().send(account->client, lab.get_request(*account));
    if (exchange.answered() && (exchange.status == 429 || exchange.status == 503)) {
      return Finding::inconclusive("rate-limited", fmt::format("answered {}", exchange.status));
    }
    const Listing listing = judge_list(exchange);
    if (!listing.is_list) {
      const ListProblem& problem = listing.problems.front();
      return Finding::fail(
                 problem.reason,
                 fmt::format("the {} gets no list: {}; a user without favourites gets 200 and "
                             "[]",
                             account->name, problem.message))
          .wanted("200 and []")
          .got(problem.actual)
          .shown_by({exchange.number});
    }
    if (listing.length == 0) {
      if (account == lab.empty()) lab.keep("list.empty", Finding::pass());  // for a second look
      return Finding::pass();
    }
    if (account == lab.empty()) {
      return Finding::not_exercised(
          "not-empty", fmt::format("the user of --empty-token has {} items", listing.length));
    }
  }
  if (lab.first().user->snapshot_taken && lab.first().user->snapshot.empty()) {
    return Finding::pass("the first user had none");
  }
  return Finding::not_exercised("no-empty-user", "no user without favourites: give --empty-token");
}

// A check that every list of the run keeps one rule: judged when it runs, and once more at the end.
template <ListRule kRule>
Check rule(std::string_view id, std::string_view clause, std::string_view title,
           std::string_view hint, Level level = Level::kMust) {
  return {.id = id,
          .clause = clause,
          .level = level,
          .title = title,
          .needs = {"read.answers"},
          .steps = "Every list of the run is read strictly, from its raw bytes.",
          .hint = hint,
          .run = rule_kept<kRule>,
          .conclude = rule_kept<kRule>};
}

}  // namespace

std::vector<Check> list_checks() {
  return {
      {.id = "read.answers",
       .clause = "3.1",
       .title = "GET /getUserFavorites answers 200 to a valid token",
       .steps = "GET with the first user's token.",
       .hint = "Is the base URL right, the token fresh, and does it ride as --auth says?",
       .run = read_answers,
       .conclude = rule_kept<ListRule::kStatus>},
      rule<ListRule::kJson>(
          "list.json", "3.1", "The answer is whole UTF-8 JSON without a byte order mark",
          "A page for people, a warning of the runtime before the JSON, or a byte order mark."),
      rule<ListRule::kArray>("list.array", "3.1", "The top level is an array",
                             "Send the array itself, also for no item and for one, and without an "
                             "envelope."),
      rule<ListRule::kElement>(
          "list.elements", "3.1", "Each element is an object with each member once",
          "A serialiser that writes a member twice is read differently by each client."),
      rule<ListRule::kItem>("list.item", "2.1", "`item` is a non-empty string",
                            "Ids are text, also where they look like numbers."),
      rule<ListRule::kAction>("list.action", "2.3", "`action` is exactly ADD or DELETE",
                              "Other cases and other words are not understood by the platform."),
      rule<ListRule::kDate>("list.date", "2.4", "`actionDate` is an RFC 3339 date-time",
                            "Print the instant in UTC as 2017-05-02T10:45:12.798Z."),
      rule<ListRule::kGmt>("list.gmt", "2.4", "`actionDate` is in GMT",
                           "Convert to UTC and write 'Z'; +00:00 passes with a warning."),
      rule<ListRule::kDigits>("list.digits", "2.5", "`actionDate` has three fraction digits",
                              "A fixed width also keeps clients right that compare dates as text.",
                              Level::kShould),
      rule<ListRule::kUnique>("list.unique", "2.2", "An item stands at most once in a list",
                              "List the state of each item, not the log of what happened to it."),
      rule<ListRule::kContentType>("list.content-type", "3.5", "Content-Type is application/json",
                                   "Browsers and gateways go by it.", Level::kShould),
      {.id = "list.empty",
       .clause = "3.2",
       .title = "A user without favourites gets 200 and []",
       .needs = {"read.answers"},
       .steps = "GET with --empty-token, or with the other user's token while that one has none.",
       .hint = "Not 404, not 204, not null.",
       .run = list_empty},
      {.id = "list.stable",
       .clause = "3.4",
       .title = "Reading changes nothing: reads with no write between them are equal",
       .needs = {"read.answers", "list.json", "list.array"},
       .steps = "Three GETs in a row, one of them on a new connection, compared as sets.",
       .hint = "A date that is made up when the list is printed, or replicas that differ.",
       .run = list_stable,
       .conclude = list_stable_throughout},
  };
}

}  // namespace favsync::contract
