#include <algorithm>
#include <chrono>
#include <string>
#include <string_view>

#include "mock_server/behaviors/themes.h"
#include "mock_server/behaviors/visit.h"
#include "wire/favorites_codec.h"

namespace favsync::mock {
namespace {

// Whom a partner serves that does not look at the token: the user of its last good request (a
// session that nobody cleared), before that its first user. Remembers good requests as they pass.
UserPtr remembered_user(Visit& visit) {
  if (visit.standing == Standing::kGood) {
    visit.notes->note("user", visit.user->name());
    return nullptr;
  }
  if (visit.user) return visit.user;
  if (const auto name = visit.notes->recall("user")) {
    if (UserPtr user = visit.state.find_user(*name)) return user;
  }
  const std::vector<UserPtr> users = visit.state.users();
  return users.empty() ? nullptr : users.front();
}

bool let_in(Visit& visit, const UserPtr& user) {
  if (user == nullptr) return false;
  visit.become(user);
  return true;
}

// Lets an unknown token in when `same` finds it like one that is good.
bool let_in_like(Visit& visit, bool (*same)(std::string_view issued, std::string_view shown)) {
  if (!visit.token || visit.standing != Standing::kUnknown) return false;
  for (const auto& issued : visit.state.tokens()) {
    const std::string& text = issued->token.reveal();
    if (same(text, *visit.token) && visit.state.find_token(text).standing == Standing::kGood) {
      return let_in(visit, issued->user);
    }
  }
  return false;
}

std::string lower_case(std::string_view text) {
  std::string lower(text);
  for (char& c : lower) {
    if (c >= 'A' && c <= 'Z') c = static_cast<char>(c + ('a' - 'A'));
  }
  return lower;
}

// SQL's LIKE: '%' for any text, '_' for any character.
bool is_like(std::string_view text, std::string_view pattern) {
  if (pattern.empty()) return text.empty();
  if (pattern.front() == '%') {
    for (std::size_t skip = 0; skip <= text.size(); ++skip) {
      if (is_like(text.substr(skip), pattern.substr(1))) return true;
    }
    return false;
  }
  return !text.empty() && (pattern.front() == '_' || pattern.front() == text.front()) &&
         is_like(text.substr(1), pattern.substr(1));
}

bool is_refusal(const PartnerReply& reply) {
  return reply.status == 401;
}

constexpr std::string_view kLoginPage =
    "<!DOCTYPE html><html><head><title>Sign in</title></head><body><form action=\"/login\">"
    "<input name=\"user\"><input name=\"password\" type=\"password\"></form></body></html>";

constexpr Behavior kBehaviors[] = {
    {.id = "any-token-accepted",
     .clause = "1.3",
     .story = "A token that was never issued is taken for the last user who signed in.",
     .cure = "Is the token looked up at all, or only tested for presence?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     const UserPtr user = remembered_user(visit);
                     return visit.token && let_in(visit, user);
                   }}},
    {.id = "no-auth-on-get",
     .clause = "1.3",
     .story = "GET answers with favourites when the token is missing or unknown.",
     .cure = "Is the authentication filter registered for /getUserFavorites too?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     const UserPtr user = remembered_user(visit);
                     return visit.endpoint == Endpoint::kList && let_in(visit, user);
                   }}},
    {.id = "no-auth-on-post",
     .clause = "1.3",
     .story = "POST is taken without a valid token, for the last user who signed in.",
     .cure = "Is the authentication filter registered for POST, or only for GET?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     const UserPtr user = remembered_user(visit);
                     return visit.endpoint == Endpoint::kPost && let_in(visit, user);
                   }}},
    {.id = "write-before-auth",
     .clause = "1.3",
     .story = "A POST with a bad token is answered 401, and has been written already.",
     .cure = "Does the write come before the check, or run in a queue that the 401 does not stop?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     const UserPtr user = remembered_user(visit);
                     if (user == nullptr || visit.endpoint != Endpoint::kPost) return false;
                     Result<std::vector<Favorite>> posted = parse_favorites(visit.request.body);
                     if (!posted) return false;
                     visit.exchange.decisions = user->favorites().apply(*std::move(posted));
                     return visit.applied_any();
                   }}},
    {.id = "token-prefix-match",
     .clause = "1.3",
     .story = "A token is taken when it begins a good one, or a good one begins it.",
     .cure = "Does the look-up use LIKE 'token%' or a comparison over the shorter length?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     return let_in_like(visit, [](std::string_view issued, std::string_view shown) {
                       return shown.size() >= 4 &&
                              (issued.starts_with(shown) || shown.starts_with(issued));
                     });
                   }}},
    {.id = "token-case-folded",
     .clause = "1.3",
     .story = "Tokens that differ in upper and lower case only are the same.",
     .cure = "Does the token column have a case-insensitive collation?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     return let_in_like(visit, [](std::string_view issued, std::string_view shown) {
                       return lower_case(issued) == lower_case(shown);
                     });
                   }}},
    {.id = "token-first-8-only",
     .clause = "1.3",
     .story = "Only the first eight characters of a token are compared.",
     .cure = "Is the token column or key shorter than the token?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     return let_in_like(visit, [](std::string_view issued, std::string_view shown) {
                       return shown.size() >= 8 && issued.substr(0, 8) == shown.substr(0, 8);
                     });
                   }}},
    {.id = "token-as-pattern",
     .clause = "1.3",
     .story = "'%' and '_' in a token match any characters of a good one.",
     .cure = "Is the token looked up with LIKE instead of equality?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     return let_in_like(visit, [](std::string_view issued, std::string_view shown) {
                       return shown.size() <= 256 &&
                              std::count(shown.begin(), shown.end(), '%') <= 3 &&
                              is_like(issued, shown);
                     });
                   }}},
    {.id = "token-last-char-ignored",
     .clause = "1.3",
     .story = "The last character of a token is not compared.",
     .cure = "Is the terminating character cut off, or the length taken one too small?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     return let_in_like(visit, [](std::string_view issued, std::string_view shown) {
                       return issued.size() == shown.size() && issued.size() > 1 &&
                              issued.substr(0, issued.size() - 1) ==
                                  shown.substr(0, shown.size() - 1);
                     });
                   }}},
    {.id = "expiry-unchecked",
     .clause = "1.5",
     .story = "An expired token is still good.",
     .cure = "Is the expiry compared in the look-up, in UTC, or left to a clean-up job?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     return visit.standing == Standing::kExpired && let_in(visit, visit.user);
                   }}},
    {.id = "revocation-unchecked",
     .clause = "1.5",
     .story = "A revoked token is still good.",
     .cure = "Does a cache or a self-contained token outlive the revocation?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     return visit.standing == Standing::kRevoked && let_in(visit, visit.user);
                   }}},
    {.id = "login-page-302",
     .clause = "1.3",
     .story = "A request that is not signed in is redirected to a login page.",
     .cure = "Is the API behind the web site's session filter?",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (!is_refusal(reply)) return false;
                     reply = reply_with(302, "text/html", "");
                     set_header(reply, "Location", "/login");
                     return true;
                   }}},
    {.id = "login-page-200",
     .clause = "1.3",
     .story = "A request that is not signed in is answered 200 with a login page.",
     .cure = "Is the API behind the web site's session filter?",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (!is_refusal(reply)) return false;
                     reply = reply_with(200, "text/html; charset=utf-8", std::string(kLoginPage));
                     return true;
                   }}},
    {.id = "empty-list-when-unauthorized",
     .clause = "1.3",
     .story = "A request that is not signed in is answered 200 and an empty list.",
     .cure = "Is an unknown user looked up like any other, and found to have nothing?",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (!is_refusal(reply)) return false;
                     reply = reply_with(200, "application/json", "[]");
                     return true;
                   }}},
    {.id = "500-on-bad-token",
     .clause = "1.3",
     .story = "A token that was never issued is answered 500.",
     .cure = "Does the code go on with a user that was not found?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_refusal(reply) || !visit.token) return false;
                     reply = refusal(500, "internal_error", "user is null");
                     return true;
                   }}},
    {.id = "404-on-bad-token",
     .clause = "1.3",
     .story = "A token that was never issued is answered 404, as if the endpoint were missing.",
     .cure = "Does \"user not found\" become the status of the answer?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_refusal(reply) || !visit.token) return false;
                     reply = refusal(404, "not_found", "no such user");
                     return true;
                   }}},
    {.id = "400-without-token",
     .clause = "1.3",
     .story = "A request without a token is answered 400.",
     .cure = "Is the token treated as an ordinary required parameter?",
     .hooks = {.reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_refusal(reply) || visit.token) return false;
                     reply = refusal(400, "bad_request", "parameter token is required");
                     return true;
                   }}},
    {.id = "refusal-lists-favorites",
     .clause = "1.3",
     .story = "The 401 for a GET carries the favourites of the last user in its body.",
     .cure = "Does the handler go on after the status was set?",
     .hooks = {.authorize =
                   [](Visit& visit) {
                     (void)remembered_user(visit);
                     return false;
                   },
               .reply =
                   [](Visit& visit, PartnerReply& reply) {
                     if (!is_refusal(reply) || visit.endpoint != Endpoint::kList) return false;
                     const UserPtr user = remembered_user(visit);
                     if (user == nullptr) return false;
                     reply.body = user->favorites().printed();
                     return true;
                   }}},
    {.id = "401-without-challenge",
     .clause = "1.4",
     .breaks = Breaks::kShould,
     .story = "The 401 has no WWW-Authenticate header.",
     .cure = "Is the status set by hand? RFC 6750 §3 wants the challenge beside it.",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     return is_refusal(reply) && remove_header(reply, "WWW-Authenticate");
                   }}},
    {.id = "slow-refusal",
     .clause = "1.4",
     .breaks = Breaks::kShould,
     .story = "A refusal takes three seconds.",
     .cure = "Is a brute-force delay put on every 401, instead of on many of them?",
     .hooks = {.reply =
                   [](Visit&, PartnerReply& reply) {
                     if (!is_refusal(reply)) return false;
                     reply.delivery.delay =
                         std::max(reply.delivery.delay, std::chrono::milliseconds(3000));
                     return true;
                   }}},
};

}  // namespace

std::span<const Behavior> token_defects() {
  return kBehaviors;
}

}  // namespace favsync::mock
