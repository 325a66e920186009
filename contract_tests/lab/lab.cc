#include "contract_tests/lab/lab.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/http/text.h"
#include "contract_tests/lab/foreign_writer.h"

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
      journal_(options.journal_file, options.target.origin() + options.target.base_path),
      run_prefix_(make_run_prefix(options.seed, now)) {
  if (generates_items()) adopt_made_up(run_prefix_);
  journal_.set_made_up(generates_items() ? run_prefix_ : "");
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
  if (exchange.outcome == Outcome::kCancelled) return tl::unexpected(session_.why_stopped());
  if (exchange.answered() && (exchange.status == 429 || exchange.status == 503)) {
    return tl::unexpected(Finding::inconclusive(
        fmt::format("status-{}", exchange.status),
        fmt::format("GET was answered {} again and again; try --max-rps, or later",
                    exchange.status)));
  }
  if (exchange.outcome == Outcome::kNoConnection && observations_.lists() > 0) {
    return tl::unexpected(Finding::inconclusive("no-connection", exchange.problem));
  }
  Listing listing = judge_list(exchange);
  observations_.add(listing);
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
      for (const auto& mismatch : reading.others) note_difference(user, mismatch, *listing);
      const bool wrote_anew = std::any_of(user.unsettled.begin(), user.unsettled.end(),
                                          [](const auto& entry) { return !entry.second; });
      if (wrote_anew && reading.wrong.empty()) {
        convergence_.push_back(std::chrono::duration_cast<std::chrono::milliseconds>(
            std::chrono::steady_clock::now() - last_write_));
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

// Takes note of a change that no write of the run asked for.
void Lab::note_difference(const User& user, const Mismatch& mismatch, const Listing& listing) {
  if (!mismatch.expected) return;  // a stranger: nothing that was known has changed
  if (may_be_foreign(*this, user, mismatch)) {
    observations_.add_foreign_change(mismatch, listing.exchange, listing.length);
  } else {
    observations_.add_untouched_change(mismatch, listing.exchange, listing.length);
  }
}

OrFinding<bool> Lab::announce(Account& account, std::span<const Write> writes) {
  // What stood before must be known, or it could not be put back.
  if (!writes.empty() && !account.user->snapshot_taken) {
    FAVSYNC_OR_RETURN(listing, read(account));
  }
  if (Status noted = journal_.note(*account.user, writes); !noted) {
    return tl::unexpected(Finding::inconclusive("journal", noted.error().message));
  }
  return true;
}

void Lab::note_posted(Account& account, std::span<const Write> writes, const Posted& posted,
                      Instant sent) {
  User& user = *account.user;
  wrote_ = true;
  writes_ += static_cast<int>(writes.size());
  last_write_ = std::chrono::steady_clock::now();
  std::map<std::string, bool> stays;  // items that should be as before
  for (const Write& write : writes) {
    user.history[write.item].push_back(
        {write.value, posted.exchange, posted.acknowledged, sent, posted.status == 0});
    const bool changed = posted.acknowledged && apply_newest(user.expected, write);
    stays[write.item] = stays[write.item] || !changed;
  }
  for (const auto& [item, unchanged] : stays) user.unsettled[item] = unchanged;
}

OrFinding<Posted> Lab::send_post(Account& account, const Request& request,
                                 std::span<const Write> writes, bool expects) {
  FAVSYNC_OR_RETURN(announced, announce(account, writes));
  const Exchange exchange = session_.send(account.client, request);
  observations_.add(exchange);
  Posted posted{exchange.number, exchange.status, exchange.ok(), exchange.body};
  Posted as_refused = posted;  // what is expected is for the caller to say
  as_refused.acknowledged = false;
  note_posted(account, writes, expects ? posted : as_refused, exchange.started);
  if (exchange.outcome == Outcome::kCancelled) return tl::unexpected(session_.why_stopped());
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
                                std::span<const Write> writes, std::string_view suspect) {
  if (!suspect.empty()) {
    const Write might_be{std::string(suspect), {Act::kAdd, start_}};
    FAVSYNC_OR_RETURN(announced, announce(account, {&might_be, 1}));
    account.user->suspects.emplace(suspect);
  }
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

bool Lab::is_made_up(std::string_view item) const {
  return std::any_of(made_up_.begin(), made_up_.end(),
                     [&](const std::string& prefix) { return item.starts_with(prefix); });
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

}  // namespace favsync::contract
