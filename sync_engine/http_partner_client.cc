#include "sync_engine/http_partner_client.h"

#include <utility>

#include "sync_engine/http_exchange.h"
#include "sync_engine/partner_reply.h"
#include "wire/clock.h"
#include "wire/favorites_codec.h"

namespace favsync {
namespace {

// A partner may echo what it was sent, so whatever it had a hand in is cleaned of the token.
Error cleaned(Error error, const UserToken& token) {
  error.message = redact(error.message, token);
  return error;
}

Result<PartnerList> get_list(HttpExchange& exchange, const UserToken& token,
                             const std::string& etag) {
  const auto reply = exchange.send(HttpExchange::kGet, token, {}, etag);
  if (!reply) return tl::unexpected(reply.error());
  // Asked for or not, a 304 to a request without a validator is no answer.
  if (reply->status == 304 && !etag.empty()) {
    return PartnerList{
        .favorites = {}, .skipped = {}, .warnings = {}, .etag = etag, .not_modified = true};
  }
  const auto& options = exchange.options();
  auto list = read_list_reply(*reply, exchange.where(HttpExchange::kGet),
                              {options.max_reply_bytes, options.max_items}, SystemClock().now());
  if (!list) return tl::unexpected(cleaned(list.error(), token));
  for (auto* lines : {&list->skipped, &list->warnings}) {
    for (auto& line : *lines) line = redact(line, token);
  }
  return list;
}

}  // namespace

HttpPartnerReader::HttpPartnerReader(std::unique_ptr<HttpExchange> exchange)
    : exchange_(std::move(exchange)) {}
HttpPartnerReader::~HttpPartnerReader() = default;

Result<std::unique_ptr<HttpPartnerReader>> HttpPartnerReader::make(
    const HttpPartnerOptions& options) {
  auto exchange = HttpExchange::make(options);
  if (!exchange) return tl::unexpected(exchange.error());
  return std::unique_ptr<HttpPartnerReader>(new HttpPartnerReader(*std::move(exchange)));
}

Result<PartnerList> HttpPartnerReader::get_favorites(const UserToken& token) {
  return get_list(*exchange_, token, {});
}

Result<PartnerList> HttpPartnerReader::get_favorites_if_changed(const UserToken& token,
                                                                const std::string& etag) {
  return get_list(*exchange_, token, etag);
}

HttpPartnerClient::HttpPartnerClient(std::unique_ptr<HttpExchange> exchange)
    : exchange_(std::move(exchange)) {}
HttpPartnerClient::~HttpPartnerClient() = default;

Result<std::unique_ptr<HttpPartnerClient>> HttpPartnerClient::make(
    const HttpPartnerOptions& options) {
  auto exchange = HttpExchange::make(options);
  if (!exchange) return tl::unexpected(exchange.error());
  return std::unique_ptr<HttpPartnerClient>(new HttpPartnerClient(*std::move(exchange)));
}

Result<PartnerList> HttpPartnerClient::get_favorites(const UserToken& token) {
  return get_list(*exchange_, token, {});
}

Result<PartnerList> HttpPartnerClient::get_favorites_if_changed(const UserToken& token,
                                                                const std::string& etag) {
  return get_list(*exchange_, token, etag);
}

Result<PostReceipt> HttpPartnerClient::post_favorites(const UserToken& token,
                                                      std::span<const Favorite> favorites) {
  const auto reply = exchange_->send(HttpExchange::kPost, token, print_favorites(favorites), {});
  if (!reply) return tl::unexpected(reply.error());
  auto receipt =
      read_post_reply(*reply, exchange_->where(HttpExchange::kPost), SystemClock().now());
  if (!receipt) return tl::unexpected(cleaned(receipt.error(), token));
  receipt->note = redact(receipt->note, token);
  return receipt;
}

}  // namespace favsync
