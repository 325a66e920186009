// The reference sync engine against the partner: §5, §6.2. The only checks that use the engine and
// `wire`.
#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/http/text.h"
#include "contract_tests/lab/foreign_writer.h"
#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/partner_client.h"
#include "sync_engine/sync_engine.h"
#include "wire/clock.h"
#include "wire/favorites_codec.h"

namespace favsync::contract {
namespace {

Value value_of(const Favorite& favorite) {
  return {favorite.action == Action::kAdd ? Act::kAdd : Act::kDelete,
          {favorite.action_date.seconds(),
           static_cast<std::int32_t>(favorite.action_date.nanoseconds())}};
}

Timestamp timestamp_of(const Instant& instant) {
  return Timestamp::from_unix(instant.seconds, static_cast<std::uint32_t>(instant.nanos));
}

// The partner as the engine sees it, through the suite's own connection, so that every exchange is
// logged and paced. Lets only items of this run be written: whatever else the engine would send is
// counted and held back.
class LabPartner final : public PartnerClient {
 public:
  LabPartner(Lab& lab, Account& account) : lab_(lab), account_(account) {}

  Result<PartnerList> get_favorites(const UserToken&) override {
    const Exchange exchange = lab_.session().send(account_.client, lab_.get_request(account_));
    lab_.observations().add(exchange);
    if (!exchange.answered() || exchange.status != 200) {
      return favsync::fail(ErrorCode::kMalformedReply,
                           fmt::format("GET was answered {}", exchange.status));
    }
    auto list = parse_favorites_leniently(exchange.body);
    if (!list) return tl::unexpected(list.error());
    PartnerList answer;
    answer.favorites = std::move(list->favorites);
    for (auto& note : list->skipped) answer.skipped.push_back(std::move(note.message));
    return answer;
  }

  Result<PostReceipt> post_favorites(const UserToken&,
                                     std::span<const Favorite> favorites) override {
    std::vector<Write> writes;
    for (const Favorite& favorite : favorites) {
      if (mine_.contains(favorite.item)) {
        writes.push_back({favorite.item, value_of(favorite)});
      } else {
        held_back_.push_back(favorite);
      }
    }
    const auto posted = lab_.post(account_, writes);
    if (!posted) return favsync::fail(ErrorCode::kUnavailable, posted.error().message);
    if (!posted->acknowledged) {
      return favsync::fail(ErrorCode::kRejected,
                           fmt::format("POST was answered {}", posted->status));
    }
    return PostReceipt{};
  }

  void allow(const std::string& item) { mine_.insert({item, true}); }
  const std::vector<Favorite>& held_back() const { return held_back_; }

 private:
  Lab& lab_;
  Account& account_;
  std::map<std::string, bool> mine_;
  std::vector<Favorite> held_back_;
};

Finding engine_failure(const Error& error, std::string_view round) {
  return Finding::fail(
             std::string(to_string(error.code)),
             fmt::format("the {} round of the reference engine failed: {}", round, error.message))
      .wanted("a round without an error")
      .got(error.message);
}

// Changes on both sides, two rounds, and both must hold the same; the second round sends nothing.
Finding converges(Lab& lab) {
  Account& account = lab.first();
  const auto items = lab.items(account, 4);
  if (items.empty()) return Finding::not_exercised("no-item", "no item that may be written");
  LabPartner partner(lab, account);
  InMemoryFavoriteStore store;
  ManualClock clock(timestamp_of(lab.ticks().next()));
  SyncOptions options;
  options.retry.max_attempts = 1;
  SyncEngine engine = SyncEngine::two_way(partner, store, clock, options);
  const SyncUser user{"first user", account.token};

  auto first = engine.sync(user);
  if (!first) return engine_failure(first.error(), "first");
  // A device here adds and removes; the partner's own site changes an item too.
  std::map<std::string, Favorite> edited;
  for (std::size_t i = 0; i < items.size(); ++i) {
    partner.allow(items[i]);
    clock.set(timestamp_of(lab.dates(items[i], 1).front()));
    const Action action = i % 2 == 0 ? Action::kAdd : Action::kDelete;
    auto stored = store.edit(user.name, items[i], action, clock.now());
    if (!stored) return engine_failure(stored.error(), "local edit before the second");
    edited[items[i]] = *stored;
  }
  const Write theirs{items.front(), {Act::kDelete, lab.dates(items.front(), 2).back()}};
  FAVSYNC_OR_RETURN(changed, lab.must_post(account, {&theirs, 1}));
  lab.session().pause(lab.options().settle);
  clock.set(timestamp_of(lab.ticks().next()));

  auto second = engine.sync(user);
  if (!second) return engine_failure(second.error(), "second");
  if (second->push_error) return engine_failure(*second->push_error, "second");
  lab.session().pause(lab.options().settle);
  auto third = engine.sync(user);
  if (!third) return engine_failure(third.error(), "third");

  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (!finding.passed()) {
    finding.message = "after two rounds of the reference engine: " + finding.message;
    return finding;
  }
  if (!third->pushed.empty() || !third->unsent.empty() || !partner.held_back().empty()) {
    const Favorite& again = !third->pushed.empty()   ? third->pushed.front()
                            : !third->unsent.empty() ? third->unsent.front()
                                                     : partner.held_back().front();
    return Finding::fail(
               "not-quiet",
               fmt::format("with no change on either side the engine would send \"{}\" again "
                           "({})",
                           clip(again.item, 80), to_text(value_of(again))))
        .wanted("nothing to send in the second round")
        .got(fmt::format("{} to send", third->pushed.size() + third->unsent.size()))
        .shown_by({reading.listing.exchange});
  }
  auto records = store.load(user.name);
  if (!records) return engine_failure(records.error(), "reading after the third");
  State here;
  for (const auto& record : *records) here[record.favorite.item] = value_of(record.favorite);
  const auto differences = compare(here, reading.listing.state);
  if (differences.empty()) return Finding::pass();
  const Mismatch& apart = differences.front();
  Finding different =
      Finding::fail(
          "sides-differ",
          fmt::format("after two rounds the sides differ in {} items: \"{}\" is {} here and "
                      "{} at the partner",
                      differences.size(), clip(apart.item, 80), to_text(apart.expected),
                      to_text(apart.shown)))
          .wanted(to_text(apart.expected))
          .got(to_text(apart.shown))
          .shown_by({reading.listing.exchange});
  different.may_be_foreign = all_may_be_foreign(lab, *account.user, differences);
  return different;
}

// A round in read-only mode takes the whole list over; the engine has nothing to write with.
Finding read_only(Lab& lab) {
  Account& account = lab.first();
  LabPartner partner(lab, account);
  InMemoryFavoriteStore store;
  ManualClock clock(timestamp_of(lab.ticks().next()));
  SyncEngine engine = SyncEngine::read_only(partner, store, clock);
  const SyncUser user{"first user", account.token};
  lab.wait_settled();
  auto report = engine.sync(user);
  if (!report) return engine_failure(report.error(), "read-only");
  if (!report->skipped.empty()) {
    return Finding::fail("skipped", fmt::format("the engine had to pass over {} elements: {}",
                                                report->skipped.size(), report->skipped.front()))
        .wanted("every element readable")
        .got(report->skipped.front())
        .shown_by({lab.session().requests()});
  }
  auto records = store.load(user.name);
  if (!records) return engine_failure(records.error(), "reading after the read-only");
  State here;
  for (const auto& record : *records) here[record.favorite.item] = value_of(record.favorite);
  const auto differences = compare(account.user->expected, here);
  if (differences.empty()) return Finding::pass(fmt::format("{} items", here.size()));
  Listing taken;
  taken.state = here;
  const bool foreign = lab.put_down_to_others(account, differences, taken);
  Finding different =
      Finding::fail("sides-differ",
                    fmt::format("after a read-only round the engine's store differs in "
                                "{} items: \"{}\" is {} there",
                                differences.size(), clip(differences.front().item, 80),
                                to_text(differences.front().shown)))
          .wanted(to_text(differences.front().expected))
          .got(to_text(differences.front().shown))
          .shown_by({lab.session().requests()});
  different.may_be_foreign = foreign;
  return different;
}

}  // namespace

std::vector<Check> engine_checks() {
  return {
      {.id = "engine.converges",
       .clause = "5.5",
       .title = "The reference engine and the partner converge, and then are quiet",
       .applies = Applies::kTwoWay,
       .needs = {"merge.newer-delete", "merge.newer-add", "merge.stale-add", "list.elements"},
       .steps = "A round; changes on both sides; two rounds: both sides hold the same, and the "
                "last round "
                "has nothing to send.",
       .hint = "Dates that come back other than they were sent make rounds without end.",
       .depth = Depth::kStandard,
       .run = converges},
      {.id = "engine.read-only",
       .clause = "6.2",
       .title = "The reference engine takes the list over in read-only mode",
       .needs = {"read.answers", "list.json", "list.array", "list.elements", "list.item",
                 "list.action", "list.date", "list.stable"},
       .steps =
           "One round in read-only mode into an empty store: the store holds what the list shows.",
       .hint = "Elements that cannot be read are passed over.",
       .run = read_only},
  };
}

}  // namespace favsync::contract
