// Requests that meet: §4.8, §1.2.
#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"
#include "contract_tests/lab/foreign_writer.h"
#include "contract_tests/lab/race.h"

namespace favsync::contract {
namespace {

constexpr std::size_t kWriters = 6;
constexpr int kRounds = 4;

std::vector<HttpClient> new_clients(Lab& lab, std::size_t count) {
  std::vector<HttpClient> clients;
  for (std::size_t i = 0; i < count; ++i) clients.push_back(lab.session().new_client());
  return clients;
}

// Posts the arrays at once and notes what was acknowledged as expected. A finding when one gets no
// proper answer.
OrFinding<std::vector<int>> post_together(Lab& lab, std::vector<HttpClient>& clients,
                                          const std::vector<std::vector<Write>>& arrays) {
  Account& account = lab.first();
  std::vector<Request> requests;
  for (const auto& array : arrays) {
    FAVSYNC_OR_RETURN(announced, lab.announce(account, array));
    requests.push_back(lab.post_request(account, lab.print(array)));
  }
  const auto exchanges = send_together(lab, clients, requests);
  std::vector<int> numbers;
  for (std::size_t i = 0; i < arrays.size(); ++i) {
    const Exchange& exchange = exchanges[i];
    lab.observations().add(exchange);
    const Posted posted{exchange.number, exchange.status, exchange.ok(), exchange.body};
    lab.note_posted(account, arrays[i], posted, exchange.started);
    numbers.push_back(exchange.number);
  }
  for (const Exchange& exchange : exchanges) {
    if (exchange.ok()) continue;
    if (exchange.answered() &&
        (exchange.status == 429 || exchange.status == 503 || exchange.status == 409)) {
      continue;  // refused, and so not acknowledged: nothing is promised
    }
    return tl::unexpected(
        Finding::fail(
            exchange.answered() ? fmt::format("status-{}", exchange.status)
                                : std::string(to_string(exchange.outcome)),
            fmt::format("{} POSTs at once: one of them {}", arrays.size(),
                        exchange.answered() ? fmt::format("was answered {}: {}", exchange.status,
                                                          clip(exchange.body, 100))
                                            : "got no whole answer: " + exchange.problem))
            .wanted("a 2xx for each")
            .got(exchange.answered() ? fmt::format("status {}", exchange.status) : exchange.problem)
            .shown_by({exchange.number}));
  }
  return numbers;
}

// Whether what is shown is a write that was refused, and newer than all that were acknowledged: it
// may have been applied.
bool is_refused_write(Lab& lab, const Mismatch& mismatch) {
  if (!mismatch.shown) return false;
  if (mismatch.expected && mismatch.shown->at < mismatch.expected->at) return false;
  const auto& history = lab.first().user->history[mismatch.item];
  return std::any_of(history.begin(), history.end(), [&](const SentWrite& write) {
    return !write.acknowledged && agrees(write.value, *mismatch.shown);
  });
}

// Rounds of POSTs at the same moment. Each names an item of its own, of which none may be lost, and
// two items that all of them name, of which the newest must be left. What happened to those is kept
// for the other check.
Finding different_items(Lab& lab) {
  auto clients = new_clients(lab, kWriters);
  lab.keep("concurrency.same-item", Finding::pass());
  for (int round = 1; round <= kRounds; ++round) {
    const auto items = lab.items(lab.first(), kWriters + 2);
    if (items.size() < 3)
      return Finding::not_exercised("no-item", "fewer than three items to write");
    const std::size_t writers = items.size() - 2;
    std::vector<std::vector<Write>> arrays(writers);
    for (std::size_t i = 0; i < writers; ++i) {
      arrays[i].push_back({items[i + 2], {Act::kAdd, lab.dates(items[i + 2], 1).front()}});
    }
    for (const auto& shared : {items[0], items[1]}) {
      const auto dates = lab.dates(shared, writers);
      for (std::size_t i = 0; i < writers; ++i) {
        // The newest comes from another writer each round.
        const std::size_t rank = (i * 5 + static_cast<std::size_t>(round)) % writers;
        arrays[i].push_back({shared, {rank % 2 == 0 ? Act::kAdd : Act::kDelete, dates[rank]}});
      }
    }
    FAVSYNC_OR_RETURN(numbers, post_together(lab, clients, arrays));
    FAVSYNC_OR_RETURN(reading, lab.settle(lab.first()));
    numbers.push_back(reading.listing.exchange);
    Finding lost = Finding::pass();
    for (const auto& mismatch : reading.wrong) {
      if (is_refused_write(lab, mismatch)) continue;
      const bool shared = mismatch.item == items[0] || mismatch.item == items[1];
      Finding finding = lab.failure(lab.first(), mismatch, reading.listing.exchange);
      finding.reason = "lost-under-concurrency";
      finding.message = fmt::format("{} POSTs at once, {} (round {}): {}", writers,
                                    shared ? "all of the same item" : "each of another item", round,
                                    finding.message);
      finding.exchanges = numbers;
      if (shared) {
        lab.keep("concurrency.same-item", std::move(finding));
      } else {
        lost = std::move(finding);
      }
    }
    if (!lost.passed()) return lost;
  }
  return Finding::pass();
}

Finding same_item(Lab& lab) {
  if (auto kept = lab.take("concurrency.same-item")) return *kept;
  Finding others = different_items(lab);  // tried again: the same rounds anew
  const auto kept = lab.take("concurrency.same-item");
  return kept && !kept->passed() ? *kept : others;
}

// Two users read at once, on many connections: each must get their own list.
Finding readers_apart(Lab& lab) {
  Account* other = lab.other();
  if (!other) {
    return Finding::not_exercised("no-other-token",
                                  "give --other-token, the token of another test user");
  }
  FAVSYNC_OR_RETURN(known, lab.known(*other));
  lab.wait_settled();
  constexpr std::size_t kReaders = 6;
  auto clients = new_clients(lab, kReaders);
  {
    std::vector<Request> requests;
    for (std::size_t i = 0; i < kReaders; ++i) {
      requests.push_back(lab.get_request(i % 2 == 0 ? lab.first() : *other));
    }
    const auto exchanges = send_together(lab, clients, requests);
    for (std::size_t i = 0; i < kReaders; ++i) {
      if (exchanges[i].status == 429 || exchanges[i].status == 503) continue;
      const Account& account = i % 2 == 0 ? lab.first() : *other;
      const Listing listing = judge_list(exchanges[i]);
      if (!listing.is_list) {
        return Finding::fail("list-not-readable", fmt::format("{} GETs at once: {}", kReaders,
                                                              listing.problems.front().message))
            .wanted("200 with a list")
            .got(listing.problems.front().actual)
            .shown_by({exchanges[i].number});
      }
      const auto differences = compare(account.user->expected, listing.state);
      if (differences.empty()) continue;
      const Mismatch& first = differences.front();
      if (all_may_be_foreign(lab, *account.user, differences)) continue;
      return Finding::fail(
                 "crosses-users",
                 fmt::format("{} GETs of two users at once: the {} got another list: \"{}\" is "
                             "{}, was {}",
                             kReaders, account.name, clip(first.item, 80), to_text(first.shown),
                             to_text(first.expected)))
          .wanted(to_text(first.expected))
          .got(to_text(first.shown))
          .shown_by({exchanges[i].number});
    }
  }
  return Finding::pass();
}

}  // namespace

std::vector<Check> concurrency_checks() {
  return {
      {.id = "concurrency.different-items",
       .clause = "4.8",
       .title = "POSTs at once of different items: none is lost",
       .applies = Applies::kTwoWay,
       .needs = {"merge.newer-delete", "merge.stale-add"},
       .steps = "Four rounds of six POSTs at the same moment, each with an item of its own; GET.",
       .control = "One after another they take effect.",
       .hint = "The whole list is read, changed and written back without a lock.",
       .depth = Depth::kStandard,
       .run = different_items},
      {.id = "concurrency.same-item",
       .clause = "4.8",
       .title = "POSTs at once of the same item: the newest wins",
       .applies = Applies::kTwoWay,
       .needs = {"merge.newer-delete", "merge.stale-add"},
       .steps = "Four rounds of six POSTs at the same moment of the same items with different "
                "dates; GET.",
       .control = "One after another, in any order, the newest wins.",
       .hint = "Compare and write in one statement or transaction.",
       .depth = Depth::kStandard,
       .run = same_item},
      {.id = "concurrency.readers-apart",
       .clause = "1.2",
       .title = "GETs at once of two users: each gets their own list",
       .needs = {"read.answers", "list.json", "list.array", "list.empty"},
       .steps = "Six GETs at the same moment, of two users in turn; twice where the partner is "
                "two-way.",
       .control = "One after another they get their own.",
       .hint = "The user is kept in a variable that requests share.",
       .depth = Depth::kStandard,
       .run = readers_apart},
  };
}

}  // namespace favsync::contract
