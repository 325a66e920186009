#pragma once

#include <string>

#include "sync_engine/partner_client.h"
#include "wire/favorites_codec.h"
#include "wire/result.h"
#include "wire/timestamp.h"

namespace favsync {

// A partner's answer with what the engine looks at. Header values are empty where absent.
struct PartnerReply {
  int status = 0;
  std::string content_type = {};
  std::string retry_after = {};
  std::string location = {};
  std::string www_authenticate = {};
  std::string body = {};  // decompressed
};

// What each answer to GET /getUserFavorites means. `where` names the request in messages.
//   200 with a JSON array       the list; elements that cannot be read are skipped
//   200 with anything else      kMalformedReply, or kLimitExceeded
//   204                         the empty list, with a warning (§3.2)
//   other 2xx, 1xx, 304         kMalformedReply
//   other 3xx                   kRedirected
//   401 / 403 / 408, 5xx / 429  kUnauthorized / kForbidden / kUnavailable / kRateLimited; 400 and
//                               403 with invalid_token in WWW-Authenticate are kUnauthorized too
//   other 4xx                   kRejected; 404 and 410 are a wrong URL, never "no favourites"
// `now` is for Retry-After. Pure. Source: §3.
[[nodiscard]] Result<PartnerList> read_list_reply(const PartnerReply& reply,
                                                  const std::string& where,
                                                  const CodecLimits& limits, Timestamp now);

// What each answer to POST /postUserFavorites means.
//   200, 201, 2xx else   acknowledged, unless the body is HTML, a text other than "OK", or JSON
//   that
//                        reports an error: then the next GET decides
//   202, 206, 207        not acknowledged: the next GET decides
//   404, 405, 501        kReadOnlyPartner
//   413 and other 4xx    kRejected; the rest as for GET
[[nodiscard]] Result<PostReceipt> read_post_reply(const PartnerReply& reply,
                                                  const std::string& where, Timestamp now);

}  // namespace favsync
