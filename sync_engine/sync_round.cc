#include "sync_engine/sync_round.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "wire/quote.h"

namespace favsync {
namespace {

std::uint64_t seed_of(const SyncOptions& options) {
  return options.seed != 0 ? options.seed : std::random_device{}();
}

std::vector<Favorite> favorites_of(const auto& batch) {
  std::vector<Favorite> favorites;
  favorites.reserve(batch.size());
  for (const auto& outgoing : batch) favorites.push_back(outgoing.favorite());
  return favorites;
}

bool is_refused_item(const Error& error) {
  return error.code == ErrorCode::kRejected;
}

}  // namespace

SyncRound::SyncRound(const World& world, const SyncUser& user)
    : world_(world),
      user_(user.name),
      partner_(user.partner),
      token_(user.token),
      batch_limit_(std::max<std::size_t>(world.options.max_batch, 1)),
      random_(seed_of(world.options)) {}

Result<SyncReport> SyncRound::run() {
  if (world_.breaker == nullptr) {
    auto unused = CircuitBreaker::Admission::kNormal;
    return run_admitted(unused);
  }
  auto admission = world_.breaker->admit();
  if (!admission) {
    auto error = admission.error();
    if (!partner_.empty()) error.message = fmt::format("{}: {}", partner_, error.message);
    return tl::unexpected(std::move(error));
  }
  auto result = run_admitted(*admission);
  const Error* error = !result ? &result.error() : nullptr;
  if (result && result->push_error) error = &*result->push_error;
  world_.breaker->report(*admission,
                         error ? verdict_of(error->code) : CircuitBreaker::Verdict::kHealthy,
                         error ? error->retry_after.value_or(std::chrono::milliseconds{0})
                               : std::chrono::milliseconds{0});
  return result;
}

Result<SyncReport> SyncRound::run_admitted(CircuitBreaker::Admission& admission) {
  auto list = read();
  if (!list) return tl::unexpected(list.error());
  if (list->not_modified) {
    const auto is_settled = settle_unchanged();
    if (!is_settled) return tl::unexpected(is_settled.error());
    if (*is_settled) return std::move(report_);
    list = attempt([&] { return world_.reader.get_favorites(token_); });
    if (!list) return tl::unexpected(list.error());
  }
  if (admission == CircuitBreaker::Admission::kProbe) {
    // The probe is the GET alone; what follows is a round like any other.
    world_.breaker->report(admission, CircuitBreaker::Verdict::kHealthy);
    admission = CircuitBreaker::Admission::kNormal;
  }
  if (const auto bound = bind_partner(); !bound) return tl::unexpected(bound.error());
  if (const auto pulled = pull(*std::move(list)); !pulled) return tl::unexpected(pulled.error());
  if (world_.writer == nullptr) {
    report_.unsent = favorites_of(outbox_);
  } else {
    push();
    if (world_.options.read_back && !acknowledged_.empty()) read_back();
  }
  return std::move(report_);
}

Result<PartnerList> SyncRound::read() {
  const auto& options = world_.options;
  if (options.conditional_get) {
    auto stored = world_.store.validator(user_);
    if (!stored) return tl::unexpected(stored.error());
    validator_ = *std::move(stored);
  }
  if (validator_ && validator_->partner == partner_) {
    const auto now = world_.clock.now();
    const auto& read_at = validator_->read_at;
    const bool is_fresh =
        read_at <= now && now < read_at.plus(std::chrono::nanoseconds(options.whole_list_every));
    if (is_fresh) {
      return attempt([&] {
        // A renewed token may be another account's.
        return has_renewed_ ? world_.reader.get_favorites(token_)
                            : world_.reader.get_favorites_if_changed(token_, validator_->etag);
      });
    }
  }
  return attempt([&] { return world_.reader.get_favorites(token_); });
}

template <typename Call>
auto SyncRound::attempt(Call call) -> decltype(call()) {
  Backoff backoff(world_.options.retry, random_());
  const auto began = world_.clock.now().unix_millis();
  while (true) {
    if (world_.gate) {
      if (const auto open = world_.gate(); !open) return tl::unexpected(open.error());
    }
    ++report_.requests;
    auto result = call();
    if (result) return result;
    Error error = result.error();
    if (error.code == ErrorCode::kUnauthorized && renew_token()) continue;
    const std::chrono::milliseconds elapsed{world_.clock.now().unix_millis() - began};
    const auto wait = backoff.next(error, std::max(elapsed, std::chrono::milliseconds{0}));
    if (!wait) {
      if (backoff.attempts() > 1) {
        error.message += fmt::format("; gave up after {} attempts", backoff.attempts());
      }
      return tl::unexpected(std::move(error));
    }
    if (!world_.sleeper(*wait, error)) {
      return fail(ErrorCode::kCancelled, "stopped while waiting to try again: " + error.message);
    }
  }
}

bool SyncRound::renew_token() {
  if (world_.refresher == nullptr || std::exchange(has_renewed_, true)) return false;
  auto renewed = world_.refresher->refresh(user_, token_);
  if (!renewed) {
    report_.warnings.push_back("renewing the token: " + renewed.error().message);
    return false;
  }
  token_ = *std::move(renewed);
  return true;
}

Status SyncRound::bind_partner() {
  if (partner_.empty()) return {};
  const auto former = world_.store.bind_partner(user_, partner_);
  if (!former) return tl::unexpected(former.error());
  if (*former) {
    report_.warnings.push_back(fmt::format(
        "{} was last synced with {}; what {} had agreed to was not known, so favourites "
        "that it does not list count as new to it",
        user_, **former, partner_));
  }
  return {};
}

Status SyncRound::pull(PartnerList list) {
  report_.listed = list.favorites.size();
  report_.skipped = std::move(list.skipped);
  std::ranges::move(list.warnings, std::back_inserter(report_.warnings));
  auto incoming = fold_duplicates(std::move(list.favorites));
  if (incoming.size() < report_.listed) {
    report_.warnings.push_back(
        fmt::format("the list names {} items more than once; the newest of each counts (§2.2)",
                    report_.listed - incoming.size()));
  }
  const std::size_t limit = std::max<std::size_t>(world_.options.page_items, 1);
  auto page = world_.store.load_page(user_, {}, limit);
  if (!page) return tl::unexpected(page.error());
  std::span<const Favorite> rest(incoming);
  // The list is in memory whole; what is stored need not be: both are gone through by item.
  if (page->size() == limit) std::ranges::sort(incoming, {}, &Favorite::item);
  while (page->size() == limit) {
    const std::string last = page->back().favorite.item;
    const auto end = std::ranges::upper_bound(rest, last, {}, &Favorite::item);
    const auto count = static_cast<std::size_t>(end - rest.begin());
    if (const auto done = merge_range(*page, rest.first(count)); !done) return done;
    rest = rest.subspan(count);
    page = world_.store.load_page(user_, last, limit);
    if (!page) return tl::unexpected(page.error());
  }
  if (const auto done = merge_range(*page, rest); !done) return done;
  if (report_.forgotten > 0) {
    report_.warnings.push_back(
        fmt::format("the list no longer names {} items that the partner had agreed to; an absence "
                    "is no removal, "
                    "so they stay (§3.3)",
                    report_.forgotten));
  }
  std::ranges::sort(
      outbox_, {}, [](const Outgoing& o) -> auto& { return o.favorite().item; });
  return note_validator(list.etag);
}

Status SyncRound::merge_range(const std::vector<FavoriteRecord>& records,
                              std::span<const Favorite> incoming) {
  const auto& options = world_.options;
  const MergePolicy policy{options.ties, world_.clock.now(), options.future_warning,
                           options.max_future, options.partner_tick};
  std::vector<RecordUpdate> updates;
  for (const auto& [record_at, incoming_at, decision] :
       merge(records, ItemIndex(records), incoming, policy)) {
    note_decision(decision, record_at == MergedItem::kNone ? nullptr : &records[record_at],
                  incoming_at == MergedItem::kNone ? nullptr : &incoming[incoming_at], updates);
  }
  const auto passed_over = world_.store.apply(user_, updates);
  if (!passed_over) return tl::unexpected(passed_over.error());
  passed_over_ += *passed_over;
  return {};
}

void SyncRound::note_decision(const Decision& decision, const FavoriteRecord* record,
                              const Favorite* listed, std::vector<RecordUpdate>& updates) {
  const auto seen = record ? std::optional(state_of(record->favorite)) : std::nullopt;
  switch (decision.outcome) {
    case Outcome::kPulled:
      report_.pulled.push_back(*listed);
      break;
    case Outcome::kKept:
      ++report_.kept;
      break;
    case Outcome::kSame:
      ++report_.same;
      break;
    case Outcome::kAbsent:
      report_.forgotten += !decision.push;
      break;
    case Outcome::kTieKept:
    case Outcome::kTieTaken:
      report_.conflicts.push_back(
          {listed->item, *seen, state_of(*listed), decision.outcome == Outcome::kTieTaken});
      break;
    case Outcome::kQuarantined:
      report_.quarantined.push_back(*listed);
      break;
  }
  if (decision.far_future && decision.adopt) {
    report_.warnings.push_back(fmt::format(
        "item {}: actionDate {} lies in the future, and beats every change until then (§2.4)",
        favsync::quoted(listed->item), to_string(listed->action_date)));
  }
  if (decision.adopt || decision.agree) {
    auto after = record_after(decision, record, listed);
    if (record == nullptr || after != *record) updates.push_back({seen, std::move(after)});
  }
  if (!decision.push) return;
  if (record->tries >= world_.options.max_tries) {
    report_.unsent.push_back(record->favorite);
    report_.warnings.push_back(fmt::format(
        "item {} was sent {} times and the partner did not heed it; it is left alone until it "
        "changes here (§4.2)",
        favsync::quoted(record->favorite.item), record->tries));
    return;
  }
  outbox_.push_back({*record});
  if (decision.regressed && world_.writer != nullptr) {
    ++outbox_.back().record.tries;
    updates.push_back({seen, outbox_.back().record});
  }
}

void SyncRound::push() {
  const std::span<const Outgoing> outbox(outbox_);
  for (std::size_t start = 0; start < outbox.size();) {
    const auto batch = outbox.subspan(start, std::min(batch_limit_, outbox.size() - start));
    if (!push_batch(batch)) break;
    start += batch.size();
  }
  // Batches and their halves go out in the outbox's order, so what is left is its tail.
  const std::size_t answered = report_.pushed.size() + report_.rejected.size();
  std::ranges::move(favorites_of(outbox.subspan(answered)), std::back_inserter(report_.unsent));
}

bool SyncRound::push_batch(std::span<const Outgoing> batch) {
  const auto favorites = favorites_of(batch);
  const auto receipt = attempt([&] { return world_.writer->post_favorites(token_, favorites); });
  if (receipt) return record_receipt(batch, *receipt);
  if (!is_refused_item(receipt.error())) return stop(receipt.error());
  if (++rejected_posts_ > world_.options.max_rejected_posts) return stop(receipt.error());
  if (batch.size() == 1) return record_rejection(batch, receipt.error());
  // One bad item must not keep the others from being sent: halve until it stands alone.
  const std::size_t half = batch.size() / 2, rejected = report_.rejected.size();
  if (!push_batch(batch.first(half)) || !push_batch(batch.subspan(half))) return false;
  // Each half was taken: it was the number that the partner did not like (413, §4.9).
  if (report_.rejected.size() == rejected) batch_limit_ = std::min(batch_limit_, half);
  return true;
}

bool SyncRound::record_receipt(std::span<const Outgoing> batch, const PostReceipt& receipt) {
  const auto favorites = favorites_of(batch);
  report_.pushed.insert(report_.pushed.end(), favorites.begin(), favorites.end());
  if (!receipt.acknowledged) {
    report_.warnings.push_back(receipt.note + "; the next round tells by the list");
    return count_tries(batch);
  }
  acknowledged_.insert(acknowledged_.end(), batch.begin(), batch.end());
  if (const auto done = world_.store.acknowledge(user_, favorites); !done) {
    return stop(done.error());
  }
  return true;
}

bool SyncRound::record_rejection(std::span<const Outgoing> batch, const Error& error) {
  report_.rejected.push_back({batch.front().favorite(), error.message});
  return count_tries(batch);
}

bool SyncRound::count_tries(std::span<const Outgoing> batch) {
  std::vector<RecordUpdate> updates;
  for (const auto& outgoing : batch) {
    updates.push_back({state_of(outgoing.favorite()), outgoing.record});
    ++updates.back().record.tries;
  }
  if (const auto done = world_.store.apply(user_, updates); !done) return stop(done.error());
  return true;
}

void SyncRound::read_back() {
  auto list = attempt([&] { return world_.reader.get_favorites(token_); });
  if (!list) {
    report_.warnings.push_back("reading back what was sent: " + list.error().message);
    return;
  }
  auto shown = fold_duplicates(std::move(list->favorites));
  std::ranges::sort(shown, {}, &Favorite::item);
  std::vector<Outgoing> unheeded;
  for (const auto& outgoing : acknowledged_) {
    const auto& sent = outgoing.favorite();
    const auto found = std::ranges::lower_bound(shown, sent.item, {}, &Favorite::item);
    const bool is_listed = found != shown.end() && found->item == sent.item;
    if (!is_listed || sent.is_newer_than(*found)) unheeded.push_back(outgoing);
  }
  if (unheeded.empty()) return;
  report_.warnings.push_back(
      fmt::format("the partner answered 2xx, and does not list {} of the items sent, such as {} "
                  "(§4.2); they are sent again, {} times in all",
                  unheeded.size(), favsync::quoted(unheeded.front().favorite().item),
                  world_.options.max_tries));
  count_tries(unheeded);
}

bool SyncRound::stop(Error error) {
  report_.push_error = std::move(error);
  return false;
}

}  // namespace favsync
