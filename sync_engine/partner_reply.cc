#include "sync_engine/partner_reply.h"

#include <algorithm>
#include <array>
#include <string_view>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "sync_engine/retry_policy.h"
#include "wire/quote.h"

namespace favsync {
namespace {

using nlohmann::json;

constexpr std::size_t kMaxJudgedBytes = 1u << 20;  // of a body that nothing obliges to be small

std::string lower_case(std::string_view text) {
  std::string lower(text);
  std::transform(lower.begin(), lower.end(), lower.begin(),
                 [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
  return lower;
}

std::string_view trimmed(std::string_view text) {
  constexpr std::string_view kBlanks = " \t\r\n";
  const auto first = text.find_first_not_of(kBlanks);
  if (first == std::string_view::npos) return {};
  return text.substr(first, text.find_last_not_of(kBlanks) - first + 1);
}

bool looks_like_html(const PartnerReply& reply) {
  return lower_case(reply.content_type).starts_with("text/html") ||
         trimmed(reply.body).starts_with("<");
}

std::string body_shown(const PartnerReply& reply) {
  return reply.body.empty() ? "an empty body" : favsync::quoted(trimmed(reply.body), 80);
}

// The statuses that mean the same for both endpoints.
Error refusal(const PartnerReply& reply, const std::string& where, Timestamp now) {
  Error error;
  const int status = reply.status;
  const auto say = [&](ErrorCode code, std::string_view rest) {
    error.code = code;
    error.message = fmt::format("{}: partner answered {}{}", where, status, rest);
  };
  // Some partners refuse a dead token with another status, and name the cause as RFC 6750 does.
  const bool is_dead_token =
      (status == 400 || status == 403) &&
      lower_case(reply.www_authenticate).find("invalid_token") != std::string::npos;
  if (status == 401 || is_dead_token) {
    say(ErrorCode::kUnauthorized, ": it does not take the token; sign the user in again (§1.3)");
  } else if (status == 403) {
    say(ErrorCode::kForbidden,
        looks_like_html(reply) ? " with a page of HTML: expected the API, got what looks like a "
                                 "firewall or login page; ask the partner to let the client in"
                               : ": the user may not do this; ask the partner why");
  } else if (status == 429) {
    say(ErrorCode::kRateLimited, ": too many requests; wait, then try again");
    error.retry_after = parse_retry_after(reply.retry_after, now);
  } else if (status == 408 || (status >= 500 && status <= 599)) {
    say(ErrorCode::kUnavailable, ": it cannot answer at present; try again later");
    error.retry_after = parse_retry_after(reply.retry_after, now);
  } else if (status >= 300 && status <= 399 && status != 304) {
    say(ErrorCode::kRedirected,
        fmt::format(
            " to {}: a redirect is not followed, because the token would travel with it; if "
            "the address is right, use it as the URL",
            reply.location.empty() ? "no Location" : favsync::quoted(reply.location, 200)));
  } else if (status >= 400 && status <= 499) {
    say(ErrorCode::kRejected, fmt::format(" with {}", body_shown(reply)));
  } else {
    say(ErrorCode::kMalformedReply, ": expected 200 with a JSON array of favourites (§3.1)");
  }
  return error;
}

// Why a body is no list, in words that help to mend the partner; empty where the codec says it
// best.
std::string hint_for(const PartnerReply& reply) {
  if (looks_like_html(reply)) return "a page of HTML, perhaps a login or maintenance page";
  const auto body = trimmed(reply.body);
  if (body.empty()) return "an empty body; a user without favourites is [] (§3.2)";
  if (body == "{}") return "{}; an empty list is [] (in PHP: array_values before json_encode)";
  if (body.starts_with('{')) return fmt::format("an object: {}", body_shown(reply));
  if (body == "null") return "null; a user without favourites is [] (§3.2)";
  return {};
}

bool is_failure_value(const json& value) {
  if (value.is_null()) return false;
  if (value.is_boolean()) return value.get<bool>();
  if (value.is_number()) return value != 0;
  if (value.is_string()) return !value.get_ref<const std::string&>().empty();
  return !value.empty();
}

bool object_reports_failure(const json& reply) {
  if (!reply.is_object()) return false;
  for (const auto& [key, value] : reply.items()) {
    const auto name = lower_case(key);
    constexpr std::array<std::string_view, 7> kBad = {
        "error", "errors", "failed", "failures", "failure", "rejected", "failedcount"};
    if (std::find(kBad.begin(), kBad.end(), name) != kBad.end() && is_failure_value(value)) {
      return true;
    }
    if ((name == "success" || name == "ok") && value.is_boolean() && !value.get<bool>())
      return true;
    if (name == "status" && value.is_string()) {
      const auto status = lower_case(value.get_ref<const std::string&>());
      if (status.starts_with("err") || status.starts_with("fail")) return true;
    }
  }
  return false;
}

bool reports_failure(const json& reply) {
  if (!reply.is_array()) return object_reports_failure(reply);
  return std::any_of(reply.begin(), reply.end(), object_reports_failure);
}

PostReceipt unconfirmed(std::string note) {
  return {.acknowledged = false, .note = std::move(note)};
}

}  // namespace

Result<PartnerList> read_list_reply(const PartnerReply& reply, const std::string& where,
                                    const CodecLimits& limits, Timestamp now) {
  PartnerList list;
  if (reply.status == 204) {
    list.warnings.push_back(where + ": answered 204; expected 200 and [] (§3.2)");
    return list;
  }
  if (reply.status == 404 || reply.status == 410) {
    return fail(
        ErrorCode::kRejected,
        fmt::format("{}: partner answered {}: there is no such endpoint; expected 200, for a "
                    "user without favourites too; check the base URL (§3.1, §3.2)",
                    where, reply.status));
  }
  if (reply.status != 200) return tl::unexpected(refusal(reply, where, now));

  auto parsed = parse_favorites_leniently(reply.body, limits);
  if (!parsed) {
    const bool is_limit = parsed.error().code == ErrorCode::kLimitExceeded;
    const auto hint = is_limit ? std::string() : hint_for(reply);
    return fail(is_limit ? ErrorCode::kLimitExceeded : ErrorCode::kMalformedReply,
                hint.empty() ? fmt::format("{}: {}", where, parsed.error().message)
                             : fmt::format("{}: expected a JSON array of favourites, got {} (§3.1)",
                                           where, hint));
  }
  list.favorites = std::move(parsed->favorites);
  for (auto& note : parsed->skipped) list.skipped.push_back(std::move(note.message));
  for (auto& note : parsed->warnings) list.warnings.push_back(std::move(note.message));
  if (!lower_case(reply.content_type).starts_with("application/json")) {
    list.warnings.push_back(fmt::format("{}: Content-Type {}; expected application/json (§3.5)",
                                        where, favsync::quoted(reply.content_type)));
  }
  return list;
}

Result<PostReceipt> read_post_reply(const PartnerReply& reply, const std::string& where,
                                    Timestamp now) {
  const int status = reply.status;
  if (status == 404 || status == 405 || status == 501) {
    return fail(
        ErrorCode::kReadOnlyPartner,
        fmt::format("{}: partner answered {}: it looks read-only; sync with it in read-only "
                    "mode, or check the base URL (§6.1)",
                    where, status));
  }
  if (status == 202 || status == 206 || status == 207) {
    return unconfirmed(fmt::format("{}: answered {}, which does not say that every item was taken",
                                   where, status));
  }
  if (status < 200 || status > 299) {
    auto error = refusal(reply, where, now);
    if (error.code == ErrorCode::kMalformedReply) {
      error.message = fmt::format("{}: partner answered {}: expected 2xx (§4.1)", where, status);
    }
    return tl::unexpected(std::move(error));
  }
  const auto body = trimmed(reply.body);
  if (body.empty() || lower_case(body) == "ok") return PostReceipt{};
  if (looks_like_html(reply)) {
    return unconfirmed(fmt::format("{}: answered {} with a page of HTML", where, status));
  }
  if (body.size() > kMaxJudgedBytes) {
    return unconfirmed(fmt::format("{}: answered {} with {} bytes, more than are looked into",
                                   where, status, body.size()));
  }
  const auto answer = json::parse(body, nullptr, false);
  if (answer.is_discarded()) {
    return unconfirmed(
        fmt::format("{}: answered {} with the text {}", where, status, body_shown(reply)));
  }
  if (reports_failure(answer)) {
    return unconfirmed(fmt::format("{}: answered {}, and its body reports a failure: {}", where,
                                   status, body_shown(reply)));
  }
  return PostReceipt{};
}

}  // namespace favsync
