#pragma once

#include <memory>
#include <string>

#include "sync_engine/http_partner_client.h"
#include "sync_engine/partner_reply.h"

namespace favsync {

// One request and its answer, as bytes: what HttpPartnerReader and HttpPartnerClient share. Knows
// the two endpoints, how a token rides, and every limit; does not know what an answer means.
class HttpExchange {
 public:
  enum Endpoint { kGet, kPost };

  // Errors: kInvalidArgument, as HttpPartnerReader::make.
  [[nodiscard]] static Result<std::unique_ptr<HttpExchange>> make(
      const HttpPartnerOptions& options);
  ~HttpExchange();

  // Sends one request and reads the answer whole, whatever its status. `body` is JSON, for kPost;
  // `etag`, where not empty, is a validator that the partner gave, for kGet (If-None-Match).
  // Errors: kConnection, kTls, kTimeout, kLimitExceeded; kMalformedReply for a body that cannot be
  // decompressed; kInternal. No message holds the token, nor
  // what the partner sent.
  [[nodiscard]] Result<PartnerReply> send(Endpoint endpoint, const UserToken& token,
                                          const std::string& body, const std::string& etag);

  const HttpPartnerOptions& options() const;
  // For messages: "GET https://host/prefix/getUserFavorites".
  std::string where(Endpoint endpoint) const;

 private:
  struct Parts;
  explicit HttpExchange(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace favsync
