#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <string>

#include "sync_engine/partner_client.h"
#include "wire/auth_scheme.h"

namespace favsync {

// How a partner is spoken to. The defaults suit a partner across the internet.
struct HttpPartnerOptions {
  std::string base_url;  // as parse_base_url takes it; "/getUserFavorites" is appended to its path
  AuthScheme auth;
  std::chrono::milliseconds connect_timeout{5'000};  // for each address of the host, TLS included
  std::chrono::milliseconds read_timeout{15'000};    // without a single byte
  std::chrono::milliseconds total_timeout{60'000};  // from the call to the last byte of the answer,
                                                    // though bytes drip; looking up a name apart
  std::size_t max_reply_bytes = 64u << 20;          // bytes, after decompression
  std::size_t max_items = 1'000'000;                // elements of a list
  std::string
      ca_file;  // PEM; beside the system's certificates where empty, instead of them where not
  std::string proxy;  // "http://HOST:PORT"; none where empty
  std::string user_agent = "favsync";
};

class HttpExchange;

// Speaks HTTP/1.1 with one partner over one kept connection; certificates and host names are
// verified, redirects are never followed, gzip is taken. No message holds a token. Not safe from
// several threads: one object a worker. Blocks for at most total_timeout. Source: §1.1, §3.
class HttpPartnerReader final : public PartnerReader {
 public:
  // Errors: kInvalidArgument for a URL or proxy that cannot be used. Connects only when asked to
  // read.
  [[nodiscard]] static Result<std::unique_ptr<HttpPartnerReader>> make(
      const HttpPartnerOptions& options);
  ~HttpPartnerReader() override;

  Result<PartnerList> get_favorites(const UserToken& token) override;
  Result<PartnerList> get_favorites_if_changed(const UserToken& token,
                                               const std::string& etag) override;

 private:
  explicit HttpPartnerReader(std::unique_ptr<HttpExchange> exchange);
  std::unique_ptr<HttpExchange> exchange_;
};

// The same, and writes too. Source: §4.
class HttpPartnerClient final : public PartnerClient {
 public:
  [[nodiscard]] static Result<std::unique_ptr<HttpPartnerClient>> make(
      const HttpPartnerOptions& options);
  ~HttpPartnerClient() override;

  Result<PartnerList> get_favorites(const UserToken& token) override;
  Result<PartnerList> get_favorites_if_changed(const UserToken& token,
                                               const std::string& etag) override;
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override;

 private:
  explicit HttpPartnerClient(std::unique_ptr<HttpExchange> exchange);
  std::unique_ptr<HttpExchange> exchange_;
};

}  // namespace favsync
