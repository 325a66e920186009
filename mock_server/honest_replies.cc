#include "mock_server/honest_replies.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace favsync::mock {
namespace {

constexpr std::string_view kJson = "application/json";

std::string_view challenge_scheme(AuthScheme::Kind kind) {
  switch (kind) {
    case AuthScheme::Kind::kBearer:
      return "Bearer";
    case AuthScheme::Kind::kBasic:
      return "Basic";
    default:
      return "Token";  // no registered scheme fits a bare header, query parameter or cookie
  }
}

std::string_view reason_of(Standing standing) {
  switch (standing) {
    case Standing::kExpired:
      return "the token has expired; sign in again";
    case Standing::kRevoked:
      return "the token was revoked; sign in again";
    default:
      return "the token was never issued here; sign in";
  }
}

PartnerReply method_not_allowed(std::string_view allow, std::string_view message) {
  PartnerReply reply = refusal(405, "method_not_allowed", message);
  set_header(reply, "Allow", allow);
  return reply;
}

PartnerReply options_reply(std::string_view allow) {
  PartnerReply reply;
  reply.status = 204;
  reply.headers = {{"Allow", std::string(allow)}, {"Cache-Control", "no-store"}};
  return reply;
}

}  // namespace

Route find_route(std::string_view method, std::string_view path, bool read_only) {
  if (path == kListPath) {
    if (method == "GET" || method == "HEAD") return {Endpoint::kList, {}};
    constexpr std::string_view kAllow = "GET, HEAD, OPTIONS";
    if (method == "OPTIONS") return {Endpoint::kNone, options_reply(kAllow)};
    return {Endpoint::kNone, method_not_allowed(kAllow, "getUserFavorites is read with GET")};
  }
  if (path == kPostPath) {
    if (read_only && method == "POST") {
      return {Endpoint::kNone,
              method_not_allowed("GET", "this partner is read-only: GET /getUserFavorites is all")};
    }
    if (read_only) {
      return {Endpoint::kNone, refusal(404, "not_found", "this partner is read-only")};
    }
    if (method == "POST") return {Endpoint::kPost, {}};
    constexpr std::string_view kAllow = "POST, OPTIONS";
    if (method == "OPTIONS") return {Endpoint::kNone, options_reply(kAllow)};
    return {Endpoint::kNone, method_not_allowed(kAllow, "postUserFavorites is written with POST")};
  }
  return {Endpoint::kNone,
          refusal(404, "not_found",
                  "this partner has GET /getUserFavorites and POST /postUserFavorites")};
}

PartnerReply list_reply(std::shared_ptr<const std::string> body) {
  PartnerReply reply;
  reply.headers.reserve(2);
  reply.headers.emplace_back("Content-Type", kJson);
  reply.headers.emplace_back("Cache-Control", "no-store");
  reply.body = std::move(body);
  return reply;
}

PartnerReply accepted_reply(const std::vector<Decision>& decisions) {
  const auto applied =
      std::count_if(decisions.begin(), decisions.end(),
                    [](const Decision& decision) { return decision.verdict == Verdict::kApplied; });
  return reply_with(200, kJson,
                    fmt::format(R"({{"received":{},"applied":{}}})", decisions.size(), applied));
}

PartnerReply unauthorized_reply(const AuthScheme& auth, bool token_shown, Standing standing) {
  const std::string_view scheme = challenge_scheme(auth.kind);
  if (!token_shown) {
    PartnerReply reply = refusal(401, "token_missing",
                                 fmt::format("a user token is expected by {}", to_string(auth)));
    set_header(reply, "WWW-Authenticate", fmt::format(R"({} realm="favorites")", scheme));
    return reply;
  }
  const std::string_view reason = reason_of(standing);
  PartnerReply reply = refusal(401, "invalid_token", reason);
  const bool is_bearer = auth.kind == AuthScheme::Kind::kBearer;
  set_header(reply, "WWW-Authenticate",
             is_bearer
                 ? fmt::format(
                       R"(Bearer realm="favorites", error="invalid_token", error_description="{}")",
                       reason)
                 : fmt::format(R"({} realm="favorites")", scheme));
  return reply;
}

PartnerReply refusal(int status, std::string_view error, std::string_view message) {
  nlohmann::ordered_json body;
  body["error"] = error;
  body["message"] = message;
  return reply_with(status, kJson,
                    body.dump(-1, ' ', false, nlohmann::json::error_handler_t::replace));
}

PartnerReply bad_body_reply(std::string_view message) {
  return refusal(400, "not_a_list_of_favorites", message);
}

PartnerReply too_large_reply(std::size_t max_bytes) {
  return refusal(413, "body_too_large",
                 fmt::format("expected at most {} bytes in one POST; send fewer favourites at a "
                             "time. Nothing of this one was taken (§4.9)",
                             max_bytes));
}

PartnerReply reply_with(int status, std::string_view content_type, std::string body) {
  PartnerReply reply = list_reply(std::make_shared<const std::string>(std::move(body)));
  reply.status = status;
  reply.headers.front().second = content_type;
  return reply;
}

void set_header(PartnerReply& reply, std::string_view name, std::string_view value) {
  for (auto& [candidate, text] : reply.headers) {
    if (candidate != name) continue;
    text = value;
    return;
  }
  reply.headers.emplace_back(name, value);
}

bool remove_header(PartnerReply& reply, std::string_view name) {
  return std::erase_if(reply.headers, [&](const auto& header) { return header.first == name; }) > 0;
}

std::string_view find_header(const PartnerReply& reply, std::string_view name) {
  for (const auto& [candidate, text] : reply.headers) {
    if (candidate == name) return text;
  }
  return {};
}

}  // namespace favsync::mock
