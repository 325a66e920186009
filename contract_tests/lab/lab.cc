#include "contract_tests/lab/lab.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

constexpr std::size_t kMostInOnePost = 100;  // §4.9

std::shared_ptr<User> named_user(std::string name) {
  auto user = std::make_shared<User>();
  user->name = std::move(name);
  return user;
}

// "12 digits of its own a run": ids in the article's form that meet no session of a real programme.
std::string make_run_prefix(std::uint64_t seed, Instant now) {
  const std::uint64_t mixed = seed * 1'000'003 + static_cast<std::uint64_t>(now.millis());
  return fmt::format("session_9{:08}", mixed % 100'000'000);
}

}  // namespace

Lab::Lab(const Options& options, Session& session, Instant now)
    : options_(options),
      session_(session),
      start_(now),
      ticks_(now, options.seed),
      journal_(options.journal_file),
      run_prefix_(make_run_prefix(options.seed, now)) {
  const auto account = [&](std::string name, const std::optional<UserToken>& token,
                           std::shared_ptr<User> user) {
    return token ? make_account(std::move(name), *token, std::move(user)) : nullptr;
  };
  first_ = account("first user", options.token, named_user("first user"));
  other_ = account("other user", options.other_token, named_user("other user"));
  same_user_ = account("first user's second token", options.same_user_token, first_->user);
  empty_ = account("empty user", options.empty_token, named_user("empty user"));
  expired_ = account("expired token", options.expired_token, named_user("expired token"));
}

std::unique_ptr<Account> Lab::make_account(std::string name, const UserToken& token,
                                           std::shared_ptr<User> user) const {
  return std::make_unique<Account>(
      Account{std::move(name), token, std::move(user), session_.new_client()});
}

std::vector<Account*> Lab::accounts() {
  std::vector<Account*> all;
  for (Account* account : {first_.get(), other_.get(), same_user_.get(), empty_.get()}) {
    if (account) all.push_back(account);
  }
  return all;
}

void Lab::reconnect() {
  for (Account* account : accounts()) account->client = session_.new_client();
}

Request Lab::with_token(Request request, const UserToken& token) const {
  const TokenPlacement placement = place_token(options_.auth, token);
  if (!placement.header_name.empty()) {
    request.headers.emplace_back(placement.header_name, placement.header_value);
  }
  if (!placement.query_name.empty()) {
    if (!request.query.empty()) request.query += "&";
    request.query += placement.query_name + "=" + placement.query_value;
  }
  return request;
}

Request Lab::get_request(const Account& account) const {
  Request request;
  request.path = "/getUserFavorites";
  return with_token(std::move(request), account.token);
}

Request Lab::post_request(const Account& account, std::string body) const {
  Request request;
  request.method = "POST";
  request.path = "/postUserFavorites";
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  return with_token(std::move(request), account.token);
}

std::string Lab::print(std::span<const Write> writes) const {
  std::string body = "[";
  for (const Write& write : writes) {
    if (body.size() > 1) body += ",";
    body += fmt::format(R"({{"item":{},"actionDate":"{}","action":"{}"}})",
                        nlohmann::json(write.item).dump(), to_text(write.value.at, write.digits),
                        to_string(write.value.act));
  }
  return body + "]";
}

OrFinding<Listing> Lab::read(Account& account) {
  return read_with(account, get_request(account));
}

OrFinding<Listing> Lab::read_with(Account& account, const Request& request) {
  const Exchange exchange = session_.send(account.client, request);
  observations_.add(exchange);
  if (exchange.outcome == Outcome::kCancelled) {
    return tl::unexpected(Finding::inconclusive("interrupted", "the run was interrupted"));
  }
  if (exchange.answered() && (exchange.status == 429 || exchange.status == 503)) {
    return tl::unexpected(Finding::inconclusive(
        fmt::format("status-{}", exchange.status),
        fmt::format("GET was answered {} again and again; try --max-rps, or later",
                    exchange.status)));
  }
  Listing listing = judge_list(exchange);
  // Why an unusual request got no list says nothing of the usual ones.
  const Request usual = get_request(account);
  const bool is_usual = request.query == usual.query && request.headers == usual.headers;
  if (listing.is_list || is_usual) observations_.add(listing);
  if (listing.is_list) {
    observations_.keep_list(exchange);
    User& user = *account.user;
    if (!user.snapshot_taken) {
      user.snapshot_taken = true;
      user.snapshot = user.expected = listing.state;
    }
    return listing;
  }
  const ListProblem& problem = listing.problems.front();
  return tl::unexpected(
      Finding::fail("list-not-readable",
                    fmt::format("GET /getUserFavorites gave no list for the {}: {}", account.name,
                                problem.message))
          .wanted(problem.expected)
          .got(problem.actual)
          .shown_by({exchange.number}));
}

bool Lab::explained(const User& user, const Mismatch& mismatch) const {
  const auto history = user.history.find(mismatch.item);
  if (history == user.history.end()) return false;
  const auto snapshot = user.snapshot.find(mismatch.item);
  if (!mismatch.shown) return snapshot == user.snapshot.end();
  if (snapshot != user.snapshot.end() && agrees(snapshot->second, *mismatch.shown)) return true;
  return std::any_of(history->second.begin(), history->second.end(),
                     [&](const SentWrite& write) { return agrees(write.value, *mismatch.shown); });
}

OrFinding<Reading> Lab::settle(Account& account) {
  User& user = *account.user;
  const SteadyTime start = std::chrono::steady_clock::now();
  const SteadyTime until = start + options_.settle;
  auto backoff = std::chrono::milliseconds(20);
  while (true) {
    const bool last_look = std::chrono::steady_clock::now() >= until;
    auto listing = read(account);
    if (!listing) return tl::unexpected(std::move(listing.error()));
    Reading reading;
    bool impossible = false;
    for (auto& mismatch : compare(user.expected, listing->state)) {
      if (user.unsettled.contains(mismatch.item)) {
        impossible = impossible || !explained(user, mismatch);
        reading.wrong.push_back(std::move(mismatch));
      } else {
        reading.others.push_back(std::move(mismatch));
      }
    }
    const bool arrived = reading.wrong.empty() && reading.others.empty() &&
                         std::none_of(user.unsettled.begin(), user.unsettled.end(),
                                      [](const auto& entry) { return entry.second; });
    if (last_look || arrived || impossible || session_.cancelled()) {
      for (const auto& mismatch : reading.others) {
        if (!mismatch.expected) continue;  // a stranger: nothing that was known has changed
        observations_.add_untouched_change(mismatch, listing->exchange, listing->length);
      }
      user.expected = listing->state;
      user.unsettled.clear();
      reading.listing = std::move(*listing);
      return reading;
    }
    const auto left =
        std::chrono::ceil<std::chrono::milliseconds>(until - std::chrono::steady_clock::now());
    session_.pause(reading.wrong.empty() ? left : std::min(backoff, left));
    backoff *= 2;
  }
}

void Lab::note_posted(Account& account, std::span<const Write> writes, const Posted& posted,
                      Instant sent) {
  User& user = *account.user;
  wrote_ = true;
  last_write_ = std::chrono::steady_clock::now();
  std::map<std::string, bool> stays;  // items that should be as before
  for (const Write& write : writes) {
    user.history[write.item].push_back({write.value, posted.exchange, posted.acknowledged, sent});
    const bool changed = posted.acknowledged && apply_newest(user.expected, write);
    stays[write.item] = stays[write.item] || !changed;
  }
  for (const auto& [item, unchanged] : stays) user.unsettled[item] = unchanged;
}

OrFinding<Posted> Lab::send_post(Account& account, const Request& request,
                                 std::span<const Write> writes, bool expects) {
  if (Status noted = journal_.note(*account.user, writes); !noted) {
    return tl::unexpected(Finding::inconclusive("journal", noted.error().message));
  }
  const Exchange exchange = session_.send(account.client, request);
  observations_.add(exchange);
  Posted posted{exchange.number, exchange.status, exchange.ok(), exchange.body};
  Posted as_refused = posted;  // what is expected is for the caller to say
  as_refused.acknowledged = false;
  note_posted(account, writes, expects ? posted : as_refused, exchange.started);
  if (exchange.outcome == Outcome::kCancelled) {
    return tl::unexpected(Finding::inconclusive("interrupted", "the run was interrupted"));
  }
  if (!exchange.answered()) {
    return tl::unexpected(
        Finding::fail(
            std::string("post-") + std::string(to_string(exchange.outcome)),
            fmt::format("POST /postUserFavorites got no whole answer: {}", exchange.problem))
            .wanted("a 2xx, or a 4xx that says why")
            .got(exchange.problem)
            .shown_by({exchange.number}));
  }
  if (exchange.status == 429 || exchange.status == 503) {
    return tl::unexpected(Finding::inconclusive(
        fmt::format("status-{}", exchange.status),
        fmt::format("POST was answered {} again and again; try --max-rps, or later",
                    exchange.status)));
  }
  return posted;
}

OrFinding<Posted> Lab::post(Account& account, std::span<const Write> writes) {
  return send_post(account, post_request(account, print(writes)), writes, true);
}

OrFinding<Posted> Lab::post_raw(Account& account, const Request& request,
                                std::span<const Write> writes) {
  return send_post(account, request, writes, false);
}

OrFinding<Posted> Lab::must_post(Account& account, std::span<const Write> writes) {
  auto posted = post(account, writes);
  if (!posted || posted->acknowledged) return posted;
  return tl::unexpected(Finding::fail(fmt::format("status-{}", posted->status),
                                      fmt::format("POST of {} good item{} was answered {}: {}",
                                                  writes.size(), writes.size() == 1 ? "" : "s",
                                                  posted->status, clip(posted->body, 160)))
                            .wanted("a 2xx")
                            .got(fmt::format("status {}", posted->status))
                            .shown_by({posted->exchange}));
}

OrFinding<Posted> Lab::post_all(Account& account, std::span<const Write> writes) {
  OrFinding<Posted> posted = Posted{};
  while (!writes.empty()) {
    const std::size_t count = std::min(kMostInOnePost, writes.size());
    posted = must_post(account, writes.first(count));
    if (!posted) return posted;
    writes = writes.subspan(count);
  }
  return posted;
}

std::vector<std::string> Lab::items(Account& account, std::size_t count) {
  std::vector<std::string> chosen;
  if (generates_items()) {
    while (chosen.size() < count) chosen.push_back(fmt::format("{}{}", run_prefix_, ++next_item_));
    return chosen;
  }
  for (std::size_t tried = 0; tried < options_.items.size() && chosen.size() < count; ++tried) {
    const std::string& item = options_.items[next_item_++ % options_.items.size()];
    const auto known = account.user->expected.find(item);
    const bool usable =
        known == account.user->expected.end() || ticks_.leaves_room(known->second.at);
    if (usable) chosen.push_back(item);
  }
  return chosen;
}

std::string Lab::item_named(std::string_view tail) {
  return fmt::format("{}{}{}", run_prefix_, ++next_item_, tail);
}

std::vector<Instant> Lab::dates(std::string_view item, std::size_t count) {
  Instant floor;
  for (const Account* account : accounts()) {
    const auto known = account->user->expected.find(item);
    if (known != account->user->expected.end()) floor = std::max(floor, known->second.at);
  }
  return ticks_.series(count, floor);
}

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
  return Finding::fail(std::move(why.reason), std::move(why.message))
      .wanted(to_text(mismatch.expected))
      .got(to_text(mismatch.shown))
      .shown_by(std::move(exchanges));
}

Finding Lab::judge(const Account& account, const Reading& reading) const {
  if (reading.wrong.empty()) return Finding::pass();
  Finding finding = failure(account, reading.wrong.front(), reading.listing.exchange);
  if (reading.wrong.size() > 1) {
    finding.message += fmt::format(" ({} more items are wrong)", reading.wrong.size() - 1);
  }
  return finding;
}

OrFinding<bool> Lab::known(Account& account) {
  if (account.user->snapshot_taken && account.user->unsettled.empty()) return true;
  FAVSYNC_OR_RETURN(reading, settle(account));
  return true;
}

void Lab::wait_settled() {
  if (options_.settle.count() == 0) return;
  session_.pause(std::chrono::ceil<std::chrono::milliseconds>(last_write_ + options_.settle -
                                                              std::chrono::steady_clock::now()));
}

void Lab::resync() {
  wait_settled();
  for (Account* account : accounts()) {
    User& user = *account->user;
    if (account == same_user_.get() || !user.snapshot_taken || user.history.empty()) continue;
    if (auto listing = read(*account)) user.expected = std::move(listing->state);
    user.unsettled.clear();
  }
}

std::optional<Finding> Lab::unstable_since(Account& account, const Reading& reading, Finding own) {
  wait_settled();
  for (int i = 0; i < 2; ++i) {
    const auto again = read(account);
    if (!again) return std::nullopt;
    const auto differences = compare(reading.listing.state, again->state);
    if (differences.empty()) continue;
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
