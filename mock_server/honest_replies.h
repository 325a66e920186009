#pragma once

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/favorite_list.h"
#include "mock_server/partner_message.h"
#include "mock_server/partner_state.h"
#include "wire/auth_scheme.h"

namespace favsync::mock {

inline constexpr std::string_view kListPath = "/getUserFavorites";
inline constexpr std::string_view kPostPath = "/postUserFavorites";

// What a request asks for: one of the two endpoints, or something that `reply` answers already
// (404, 405 with Allow, OPTIONS).
enum class Endpoint { kList, kPost, kNone };
struct Route {
  Endpoint endpoint = Endpoint::kNone;
  PartnerReply reply;
};

// By exact path and method; HEAD counts as GET. A read-only partner's POST is answered 405 with
// Allow: GET whatever the token is; other methods do not find that path. Source: §6.1.
Route find_route(std::string_view method, std::string_view path, bool read_only);

// 200 with a list. Source: §3.1, §3.5.
PartnerReply list_reply(std::shared_ptr<const std::string> body);
// 200 and how many of the posted favourites were applied. Source: §4.1.
PartnerReply accepted_reply(const std::vector<Decision>& decisions);
// 401 with the challenge of the scheme; tells a missing token from one that is refused. Source:
// §1.3, §1.4.
PartnerReply unauthorized_reply(const AuthScheme& auth, bool token_shown, Standing standing);
// A refusal as {"error":ERROR,"message":MESSAGE}.
PartnerReply refusal(int status, std::string_view error, std::string_view message);
PartnerReply bad_body_reply(std::string_view message);  // 400. Source: §4.7
PartnerReply too_large_reply(std::size_t max_bytes);    // 413. Source: §4.9

// Any body with the headers that every answer has.
PartnerReply reply_with(int status, std::string_view content_type, std::string body);
// Sets a header in place of one of that name (exact case), or adds it.
void set_header(PartnerReply& reply, std::string_view name, std::string_view value);
bool remove_header(PartnerReply& reply, std::string_view name);
// Empty when there is none.
std::string_view find_header(const PartnerReply& reply, std::string_view name);

}  // namespace favsync::mock
