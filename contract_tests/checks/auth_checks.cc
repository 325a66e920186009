// Who is let in: §1.1, §1.3 to §1.5.
#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"
#include "contract_tests/checks/tokens.h"
#include "contract_tests/http/text.h"
#include "contract_tests/judge/listing.h"

namespace favsync::contract {
namespace {

constexpr std::string_view kControl = "The same request with the valid token is answered 200.";

Request bare_get() {
  Request request;
  request.path = "/getUserFavorites";
  return request;
}

Request bare_post(std::string body) {
  Request request;
  request.method = "POST";
  request.path = "/postUserFavorites";
  request.headers.emplace_back("Content-Type", "application/json");
  request.body = std::move(body);
  return request;
}

// Judges an answer to a request that must be refused; `how` says whose token it carried.
Finding judge_refusal(const Exchange& exchange, std::string_view how) {
  const auto finding = [&](Finding made, std::string got) {
    return std::move(made).wanted("401").got(std::move(got)).shown_by({exchange.number});
  };
  const std::string what = fmt::format("{} {}", exchange.request.method, how);
  if (exchange.outcome == Outcome::kCancelled) {
    return Finding::inconclusive("interrupted", "the run was interrupted");
  }
  if (!exchange.answered()) {
    return finding(Finding::fail(std::string(to_string(exchange.outcome)),
                                 fmt::format("{}: no answer: {}", what, exchange.problem)),
                   exchange.problem);
  }
  const std::string status = fmt::format("status {}", exchange.status);
  Exchange as_list = exchange;
  as_list.status = 200;
  if (const Listing given = judge_list(as_list); given.is_list && given.length > 0) {
    return finding(
        Finding::fail("gives-favourites-away", fmt::format("{}: answered {} with {} favourites",
                                                           what, exchange.status, given.length)),
        fmt::format("{} and a list of {}", status, given.length));
  }
  if (exchange.status == 401) return Finding::pass();
  if (exchange.status == 403) {
    return finding(Finding::warn("status-403", what + ": answered 403; 401 is the form"), status);
  }
  if (exchange.status == 429) {
    return Finding::inconclusive("status-429", what + ": answered 429; try --max-rps, or later");
  }
  if (exchange.status >= 200 && exchange.status < 300) {
    return finding(
        Finding::fail("accepted", fmt::format("{}: accepted with {}", what, exchange.status)),
        status);
  }
  if (exchange.status >= 300 && exchange.status < 400) {
    return finding(
        Finding::fail("redirected", fmt::format("{}: redirected to {} instead of refused", what,
                                                clip(exchange.header("Location"), 100))),
        status);
  }
  return finding(Finding::fail(fmt::format("status-{}", exchange.status),
                               fmt::format("{}: answered {} instead of 401: {}", what,
                                           exchange.status, clip(exchange.body, 120))),
                 status);
}

// The worse of two findings: a failure before a warning before a pass.
void keep_worse(Finding& worst, Finding next) {
  const auto rank = [](const Finding& finding) {
    return finding.status == CheckStatus::kFail   ? 3
           : !finding.passed()                    ? 2
           : finding.status == CheckStatus::kWarn ? 1
                                                  : 0;
  };
  if (rank(next) > rank(worst)) worst = std::move(next);
}

// After refusals the valid token must still be taken: otherwise a lock-out was at work and nothing
// is shown.
Finding with_control(Lab& lab, Finding finding) {
  if (finding.status == CheckStatus::kFail) return finding;
  const auto control = lab.read(lab.first());
  if (control) return finding;
  return Finding::inconclusive("locked-out",
                               "after requests with tokens that are not valid, the valid one is "
                               "refused as well: " +
                                   control.error().message);
}

Finding get_without_token(Lab& lab) {
  return with_control(
      lab, judge_refusal(lab.session().send(lab.first().client, bare_get()), "without a token"));
}

Finding get_unknown_token(Lab& lab) {
  Finding worst = Finding::pass();
  for (const auto& token : unknown_tokens(lab.first().token, lab.options())) {
    const Request request = lab.with_token(bare_get(), token.token);
    keep_worse(worst, judge_refusal(lab.session().send(lab.first().client, request), token.how));
  }
  return worst;
}

Finding get_similar_token(Lab& lab) {
  Finding worst = Finding::pass();
  for (const auto& token : similar_tokens(lab.first().token, lab.options())) {
    const Request request = lab.with_token(bare_get(), token.token);
    keep_worse(worst, judge_refusal(lab.session().send(lab.first().client, request), token.how));
    if (worst.status == CheckStatus::kFail) break;
  }
  return with_control(lab, worst);
}

// Credentials that are no token at all: an empty one, another scheme, a bare word.
Finding get_malformed_credentials(Lab& lab) {
  if (lab.options().auth.kind != AuthScheme::Kind::kBearer) {
    return Finding::not_applicable("not-bearer", "only for tokens that ride as Bearer");
  }
  Finding worst = Finding::pass();
  for (const std::string_view value : {"Bearer ", "Basic eDp5"}) {
    Request request = bare_get();
    request.headers.emplace_back("Authorization", value);
    const Exchange exchange = lab.session().send(lab.first().client, request);
    // RFC 6750 has 400 for a malformed request: any refusal will do, as long as it is one.
    if (exchange.answered() && exchange.status >= 400 && exchange.status < 500) continue;
    keep_worse(worst, judge_refusal(exchange, fmt::format("with \"Authorization: {}\"", value)));
  }
  return worst;
}

Finding challenge(Lab& lab) {
  const Exchange exchange = lab.session().send(lab.first().client, bare_get());
  const auto warn = [&](std::string reason, std::string message, std::string got) {
    return Finding::warn(std::move(reason), std::move(message))
        .wanted("401 with WWW-Authenticate")
        .got(std::move(got))
        .shown_by({exchange.number});
  };
  constexpr std::chrono::milliseconds kQuick{1500};
  const auto accepted = lab.observations().last_list().duration;
  if (exchange.duration > accepted + kQuick) {
    return warn("slow",
                fmt::format("the refusal took {} ms, an accepted GET {} ms",
                            exchange.duration.count(), accepted.count()),
                fmt::format("{} ms", exchange.duration.count()));
  }
  if (exchange.status != 401) {
    return warn(fmt::format("status-{}", exchange.status),
                fmt::format("the refusal is a {}", exchange.status),
                fmt::format("status {}", exchange.status));
  }
  const std::string_view header = exchange.header("WWW-Authenticate");
  if (header.empty()) return warn("no-challenge", "the 401 has no WWW-Authenticate", "no header");
  const bool bearer = lab.options().auth.kind == AuthScheme::Kind::kBearer;
  if (bearer && !contains_ignoring_case(header, "bearer")) {
    return warn("no-bearer-challenge", "WWW-Authenticate does not name Bearer", clip(header, 100));
  }
  return Finding::pass();
}

Finding scheme_case(Lab& lab) {
  if (lab.options().auth.kind != AuthScheme::Kind::kBearer) {
    return Finding::not_applicable("not-bearer", "only for tokens that ride as Bearer");
  }
  Request request = bare_get();
  request.headers.emplace_back("authorization", "bearer " + lab.first().token.reveal());
  const Exchange exchange = lab.session().send(lab.first().client, request);
  if (exchange.ok()) return Finding::pass();
  return Finding::warn(
             "case-sensitive-scheme",
             fmt::format("\"authorization: bearer …\" in lower case is answered {}; header "
                         "names and schemes are the same in any case (RFC 9110)",
                         exchange.status))
      .wanted("200")
      .got(fmt::format("status {}", exchange.status))
      .shown_by({exchange.number});
}

// POSTs that must be refused and change nothing, one with each of the tokens (none: without a
// token); one reading after all of them.
Finding post_refused(Lab& lab, const std::vector<TokenVariant>& tokens) {
  struct Attempt {
    std::string_view how;
    Write write;
    Posted posted;
  };
  Account& account = lab.first();
  std::vector<Attempt> attempts;
  Finding worst = Finding::pass();
  const auto attempt = [&](const UserToken* token, std::string_view how) -> Finding {
    const auto items = lab.items(account, 1);
    if (items.empty()) return Finding::not_exercised("no-item", "no item that may be written");
    const auto known = account.user->expected.find(items.front());
    const Act act =
        known == account.user->expected.end() ? Act::kAdd : other_than(known->second.act);
    const Write write{items.front(), {act, lab.dates(items.front(), 1).front()}};
    Request request = bare_post(lab.print({&write, 1}));
    if (token) request = lab.with_token(std::move(request), *token);
    FAVSYNC_OR_RETURN(posted, lab.post_raw(account, request, {&write, 1}));
    attempts.push_back({how, write, posted});
    Exchange answer;
    answer.number = posted.exchange;
    answer.request = request;
    answer.outcome = Outcome::kAnswered;
    answer.status = posted.status;
    answer.body = posted.body;
    return judge_refusal(answer, how);
  };
  if (tokens.empty()) keep_worse(worst, attempt(nullptr, "without a token"));
  for (const auto& variant : tokens) keep_worse(worst, attempt(&variant.token, variant.how));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  for (const auto& made : attempts) {
    const Mismatch* mismatch = find_item(reading.wrong, made.write.item);
    if (!mismatch) continue;
    return Finding::fail(
               "refused-but-applied",
               fmt::format("POST {}: answered {}, and it took effect: item \"{}\" is now {}",
                           made.how, made.posted.status, clip(mismatch->item, 80),
                           to_text(mismatch->shown)))
        .wanted("401 and no change")
        .got(fmt::format("status {}, {}", made.posted.status, to_text(mismatch->shown)))
        .shown_by({made.posted.exchange, reading.listing.exchange});
  }
  return worst;
}

Finding post_without_token(Lab& lab) {
  return post_refused(lab, {});
}

Finding post_unknown_token(Lab& lab) {
  auto tokens = unknown_tokens(lab.first().token, lab.options());
  const auto similar = similar_tokens(lab.first().token, lab.options());
  constexpr std::size_t kSimilar = 1;  // the rest is tried with GET
  tokens.insert(tokens.end(), similar.begin(),
                similar.begin() + static_cast<std::ptrdiff_t>(std::min(kSimilar, similar.size())));
  return post_refused(lab, tokens);
}

Finding expired_token(Lab& lab) {
  if (!lab.expired()) return Finding::not_applicable("no-token", "give --expired-token");
  const UserToken& token = lab.expired()->token;
  const Request request = lab.with_token(bare_get(), token);
  return judge_refusal(lab.session().send(lab.first().client, request), "with the expired token");
}

Finding post_expired_token(Lab& lab) {
  if (!lab.expired()) return Finding::not_applicable("no-token", "give --expired-token");
  return post_refused(lab, {{"with the expired token", lab.expired()->token}});
}

}  // namespace

std::vector<Check> auth_checks() {
  const std::vector<std::string_view> readable = {"read.answers", "list.json", "list.array"};
  return {
      {.id = "auth.get.no-token",
       .clause = "1.3",
       .title = "GET without a token is refused",
       .needs = readable,
       .steps = "GET without the token.",
       .control = kControl,
       .hint = "Does the route stand behind the authentication at all?",
       .run = get_without_token},
      {.id = "auth.get.unknown-token",
       .clause = "1.3",
       .title = "GET with a token that was never issued is refused",
       .needs = readable,
       .steps = "GET with well-formed tokens that nobody issued.",
       .control = kControl,
       .hint = "Is the token looked up, or only its presence checked?",
       .run = get_unknown_token},
      {.id = "auth.get.similar-token",
       .clause = "1.3",
       .title = "Tokens compare exactly",
       .needs = {"auth.get.unknown-token"},
       .steps = "GET with tokens made from the valid one: cut, longer, in another case, one byte "
                "changed.",
       .control = kControl,
       .hint = "A case-folding column, a LIKE, a prefix match, or a column that cuts the token.",
       .depth = Depth::kStandard,
       .run = get_similar_token},
      {.id = "auth.get.malformed",
       .clause = "1.3",
       .title = "Credentials that are no token are refused, not a crash",
       .needs = readable,
       .steps = "GET with an empty Bearer and with another scheme in Authorization.",
       .control = kControl,
       .hint = "The header is split without looking at what came.",
       .depth = Depth::kStandard,
       .run = get_malformed_credentials},
      {.id = "auth.challenge",
       .clause = "1.4",
       .level = Level::kShould,
       .title = "The refusal is a 401 with WWW-Authenticate",
       .needs = {"auth.get.no-token"},
       .steps = "GET without a token; looks at status and WWW-Authenticate.",
       .hint = "RFC 6750 §3 has the form.",
       .depth = Depth::kStandard,
       .run = challenge},
      {.id = "auth.scheme-case",
       .clause = "1.1",
       .level = Level::kShould,
       .title = "The word Bearer is taken in any case",
       .needs = readable,
       .steps = "GET with \"authorization: bearer …\" in lower case.",
       .control = kControl,
       .hint = "Compare header names and schemes without regard to case.",
       .depth = Depth::kStandard,
       .run = scheme_case},
      {.id = "auth.get.expired-token",
       .clause = "1.5",
       .title = "GET with an expired or revoked token is refused",
       .needs = {"auth.get.unknown-token"},
       .steps = "GET with --expired-token.",
       .control = kControl,
       .hint = "The expiry is stored, but is it looked at?",
       .run = expired_token},
  };
}

std::vector<Check> auth_write_checks() {
  const std::vector<std::string_view> writable = {"read.answers", "list.array", "write.accepts"};
  return {
      {.id = "auth.post.no-token",
       .clause = "1.3",
       .title = "POST without a token is refused and changes nothing",
       .applies = Applies::kTwoWay,
       .needs = writable,
       .steps = "POST of one item without a token; then GET with the valid one.",
       .control = "The same POST with the valid token takes effect.",
       .hint = "Authentication on the GET only, or after the write.",
       .run = post_without_token},
      {.id = "auth.post.unknown-token",
       .clause = "1.3",
       .title = "POST with a token that was never issued is refused and changes nothing",
       .applies = Applies::kTwoWay,
       .needs = {"auth.post.no-token"},
       .steps = "POST of one item with unknown and similar tokens; then GET with the valid one.",
       .control = "The same POST with the valid token takes effect.",
       .hint = "Authentication on the GET only, or after the write.",
       .depth = Depth::kStandard,
       .run = post_unknown_token},
      {.id = "auth.post.expired-token",
       .clause = "1.5",
       .title = "POST with an expired or revoked token is refused and changes nothing",
       .applies = Applies::kTwoWay,
       .needs = {"auth.post.no-token"},
       .steps = "POST of one item with --expired-token; then GET with the valid one.",
       .control = "The same POST with the valid token takes effect.",
       .hint = "The expiry is looked at on the GET only.",
       .run = post_expired_token},
  };
}

}  // namespace favsync::contract
