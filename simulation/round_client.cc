#include "simulation/round_client.h"

#include <utility>

#include <fmt/format.h>

#include "sync_engine/merge_lists.h"
#include "sync_engine/partner_reply.h"
#include "sync_engine/retry_policy.h"
#include "wire/favorites_codec.h"

namespace favsync::simulation {
namespace {

using namespace std::chrono_literals;

constexpr CodecLimits kLimits{.max_body_bytes = 1u << 20, .max_items = 10'000, .max_depth = 32};

std::optional<PartnerReply> refusal_of(const std::optional<Fault>& fault) {
  PartnerReply reply;
  if (fault && fault->kind == FaultKind::kUnavailable) {
    reply.status = 503;
    return reply;
  }
  if (fault && fault->kind == FaultKind::kThrottled) {
    reply.status = 429;
    reply.retry_after = "2";
    return reply;
  }
  return std::nullopt;
}

}  // namespace

Result<PartnerReply> RoundClient::exchange(const std::optional<Fault>& fault,
                                           const std::function<PartnerReply()>& deliver) {
  world_.timeline.pass(world_.setup.latency);
  if (const auto refused = refusal_of(fault)) return *refused;
  const auto kind = fault ? std::optional(fault->kind) : std::nullopt;
  if (kind == FaultKind::kLostRequest) {
    return fail(ErrorCode::kConnection, "simulated: the request was lost");
  }
  if (kind == FaultKind::kLateDelivery) {
    world_.timeline.schedule(fault->delay, [deliver] { deliver(); });
    world_.timeline.pass(15s);
    return fail(ErrorCode::kTimeout, "simulated: no answer within 15 s");
  }
  PartnerReply reply = deliver();
  // Of an honest partner: others may refuse the first and take the second.
  if (kind == FaultKind::kDuplicate && reply.status / 100 == 2 && world_.setup.switches.empty()) {
    const auto before = world_.partner.account(sight_.user);
    deliver();
    judge_repeat(before);
  }
  world_.timeline.pass(world_.setup.latency);
  if (kind == FaultKind::kLostAnswer) {
    return fail(ErrorCode::kConnection, "simulated: the answer was lost");
  }
  return reply;
}

void RoundClient::judge_repeat(const PartnerAccount& before) {
  if (world_.partner.account(sight_.user).rows == before.rows) return;
  world_.ledger.breach(Property::kRepeatIsHarmless,
                       fmt::format("a request of {} that arrived twice changed the partner twice",
                                   user_name(sight_.user)));
}

void RoundClient::judge_token(const UserToken& token) {
  const int owner = world_.tokens.owner(token.reveal());
  if (owner == sight_.user) return;
  world_.ledger.breach(
      Property::kUsersNeverMix,
      fmt::format("a round of {} carried the token {}", user_name(sight_.user), token.reveal()));
}

Result<PartnerList> RoundClient::get_favorites(const UserToken& token) {
  const auto fault = passage_.enter(Passage::Side::kPartner);
  if (passage_.is_dead()) return Passage::death();
  judge_token(token);
  const auto reply = exchange(
      fault, [partner = &world_.partner, text = token.reveal()] { return partner->get(text); });
  if (!passage_.leave(fault)) return Passage::death();
  auto list = reply ? read_list_reply(*reply, "GET partner", kLimits, world_.clock.now())
                    : Result<PartnerList>(tl::unexpected(reply.error()));
  sight_.list_failed = !list;
  if (!list) {
    world_.ledger.tell([&] { return "    GET: " + list.error().message; });
    return list;
  }
  sight_.listed.emplace();
  std::string items;
  for (const auto& favorite : fold_duplicates(list->favorites)) {
    items += "; " + shown(favorite);
    sight_.listed->emplace(favorite.item, favorite);
  }
  world_.ledger.tell([&] {
    return "    GET: the list is " + (items.empty() ? "empty" : items.substr(2)) +
           (list->skipped.empty() ? "" : fmt::format(" ({} skipped)", list->skipped.size()));
  });
  return list;
}

Result<PostReceipt> RoundClient::post_favorites(const UserToken& token,
                                                std::span<const Favorite> favorites) {
  const auto fault = passage_.enter(Passage::Side::kPartner);
  if (passage_.is_dead()) return Passage::death();
  judge_token(token);
  ++sight_.posts;
  judge_sent(favorites);
  const std::string body = print_favorites(favorites);
  if (!to_repeat_.empty() && body != to_repeat_) {
    world_.ledger.breach(Property::kRepeatIsHarmless,
                         fmt::format("a POST of {} was tried again with other content: {} after {}",
                                     user_name(sight_.user), body, to_repeat_));
  }
  to_repeat_.clear();
  const auto reply = exchange(fault, [partner = &world_.partner, text = token.reveal(), body] {
    return partner->post(text, body);
  });
  const bool is_alive = passage_.leave(fault);
  auto receipt = reply ? read_post_reply(*reply, "POST partner", world_.clock.now())
                       : Result<PostReceipt>(tl::unexpected(reply.error()));
  world_.ledger.tell([&] {
    std::string items;
    for (const auto& favorite : favorites) items += "; " + shown(favorite);
    return fmt::format("    POST {}: {}", items.substr(items.empty() ? 0 : 2),
                       !receipt                ? receipt.error().message
                       : receipt->acknowledged ? "taken"
                                               : receipt->note);
  });
  if (!is_alive) return Passage::death();
  if (receipt && receipt->acknowledged) {
    for (const auto& favorite : favorites) world_.ledger.acknowledged(sight_.user, favorite);
  }
  // The engine's retries follow at once; a later round works out anew what to send.
  if (!receipt && is_retriable(receipt.error().code)) to_repeat_ = body;
  return receipt;
}

void RoundClient::judge_sent(std::span<const Favorite> favorites) {
  const auto breach = [&](Property property, std::string sentence) {
    world_.ledger.breach(property, std::move(sentence));
  };
  if (world_.setup.is_read_only) {
    breach(Property::kReadOnlyNeverWrites,
           fmt::format("a round of {} sent a POST in read-only mode", user_name(sight_.user)));
  }
  if (!sight_.listed) {
    breach(Property::kBadListChangesNothing,
           fmt::format("a round of {} sent a POST without having been shown a list",
                       user_name(sight_.user)));
  }
  for (const auto& favorite : favorites) judge_sent(favorite);
}

void RoundClient::judge_sent(const Favorite& favorite) {
  const char* user = user_name(sight_.user);
  if (!world_.ledger.ever_stood(sight_.user, favorite)) {
    world_.ledger.breach(
        Property::kSendsOnlyNewer,
        fmt::format("{} sent {}, which never stood in the store", user, shown(favorite)));
    return;
  }
  if (!sight_.listed) return;
  const auto listed = sight_.listed->find(favorite.item);
  if (listed == sight_.listed->end()) {
    const auto record = world_.store.find(user, favorite.item).value_or(std::nullopt);
    const bool was_agreed = record && record->base == state_of(favorite);
    // Within a round that another round ran in, the other may have agreed on it meanwhile.
    if (was_agreed && !sight_.was_disturbed && to_repeat_.empty()) {
      world_.ledger.breach(Property::kSendsOnlyNewer,
                           fmt::format("{} sent {}, which was agreed on and is not listed; an "
                                       "absence asks for nothing",
                                       user, shown(favorite)));
    }
    return;
  }
  const bool is_older = world_.ledger.is_older(favorite.action_date, listed->second.action_date);
  const bool is_same_date =
      !is_older && !world_.ledger.is_older(listed->second.action_date, favorite.action_date);
  if (is_older || (is_same_date && listed->second.action == favorite.action)) {
    world_.ledger.breach(Property::kSendsOnlyNewer,
                         fmt::format("{} sent {}, and the list showed {}", user, shown(favorite),
                                     shown(listed->second)));
  }
}

}  // namespace favsync::simulation
