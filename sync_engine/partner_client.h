#pragma once

#include <span>
#include <string>
#include <vector>

#include "wire/favorite.h"
#include "wire/result.h"
#include "wire/user_token.h"

namespace favsync {

// What a partner lists for one user.
struct PartnerList {
  std::vector<Favorite> favorites;   // as listed: any order, repetitions included
  std::vector<std::string> skipped;  // one sentence for each element that could not be read
  std::vector<std::string>
      warnings;               // what the answer did beside the contract, though it was usable
  std::string etag = {};      // names this very list, for get_favorites_if_changed; empty: none
  bool not_modified = false;  // the list is still the one that the given etag names; no favourites
};

// What a partner said to a POST that it answered with 2xx.
struct PostReceipt {
  // The items count as taken. Where false (202, 207, an error in a 2xx body), only the next GET
  // tells.
  bool acknowledged = true;
  std::string note = {};  // one sentence on why not; empty when acknowledged
};

// The reading half of a partner, and all that read-only synchronisation has: it cannot write
// because there is nothing here that writes. One caller at a time. Source: §3, §6.2.
class PartnerReader {
 public:
  virtual ~PartnerReader() = default;

  // Fetches the whole list of the token's user. Errors, none of which changed anything anywhere:
  // kConnection, kTimeout, kUnavailable (408, 5xx), kRateLimited (wait error.retry_after): retry.
  // kTls, kUnauthorized (sign in again), kForbidden, kRedirected, kRejected (other 4xx): do not.
  // kMalformedReply: not a list of favourites, and never to be read as an empty one.
  // kLimitExceeded.
  [[nodiscard]] virtual Result<PartnerList> get_favorites(const UserToken& token) = 0;

  // The same, unless the list is still the one whose `etag` an earlier answer gave: then
  // `not_modified` alone is set. A reader that knows no such thing fetches the list.
  [[nodiscard]] virtual Result<PartnerList> get_favorites_if_changed(const UserToken& token,
                                                                     const std::string& etag) {
    (void)etag;
    return get_favorites(token);
  }
};

// A partner that can be written to as well. Source: §4.
class PartnerClient : public PartnerReader {
 public:
  // Sends the favourites in one request, in order; the caller keeps to the partner's batch size.
  // May be repeated with the same content without harm (§4.6). Errors as get_favorites, and
  // kReadOnlyPartner (404, 405, 501). After kConnection or kTimeout the partner may have applied it
  // or not.
  [[nodiscard]] virtual Result<PostReceipt> post_favorites(const UserToken& token,
                                                           std::span<const Favorite> favorites) = 0;
};

// Renews a user's token when the partner refuses it.
class TokenRefresher {
 public:
  virtual ~TokenRefresher() = default;

  // Another token of the same user instead of `refused`. Called at most once a round. Errors:
  // whatever stopped it; the round then ends with kUnauthorized.
  [[nodiscard]] virtual Result<UserToken> refresh(std::string_view user,
                                                  const UserToken& refused) = 0;
};

}  // namespace favsync
