// Good HTTP manners: §3.5, and what a client may vary without harm.
#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

// Sends the varied GET and compares its list with what is expected.
Finding same_list(Lab& lab, const Request& request, std::string_view how) {
  Account& account = lab.first();
  lab.wait_settled();
  FAVSYNC_OR_RETURN(listing, lab.read_with(account, request));
  const auto differences = compare(account.user->expected, listing.state);
  if (differences.empty()) return Finding::pass();
  const Mismatch& first = differences.front();
  Finding finding =
      Finding::fail("another-list",
                    fmt::format("{}: another list: \"{}\" is {}, was {}", how, clip(first.item, 80),
                                to_text(first.shown), to_text(first.expected)))
          .wanted(to_text(first.expected))
          .got(to_text(first.shown))
          .shown_by({listing.exchange});
  finding.may_be_foreign = lab.put_down_to_others(account, differences, listing);
  return finding;
}

Finding gzip(Lab& lab) {
  Request request = lab.get_request(lab.first());
  request.headers.emplace_back("Accept-Encoding", "gzip");
  return same_list(lab, request, "with Accept-Encoding: gzip");
}

Finding unknown_query(Lab& lab) {
  Request request = lab.get_request(lab.first());
  request.query += request.query.empty() ? "favsync=1" : "&favsync=1";
  Finding finding = same_list(lab, request, "with a query parameter that is not known");
  if (finding.may_be_foreign) return finding;  // the runner weighs it
  if (finding.status == CheckStatus::kFail) finding.status = CheckStatus::kWarn;
  return finding;
}

Finding framing(Lab& lab) {
  const auto& anomalies = lab.observations().anomalies();
  if (anomalies.empty()) return Finding::pass();
  return Finding::warn("framing",
                       fmt::format("{} kind{} of odd framing; the first: {}", anomalies.size(),
                                   anomalies.size() == 1 ? "" : "s", anomalies.front().anomaly))
      .wanted("framing by RFC 9112")
      .got(anomalies.front().anomaly)
      .shown_by({anomalies.front().exchange});
}

Finding date_header(Lab& lab) {
  const Exchange& exchange = lab.observations().last_list();
  const std::string_view text = exchange.header("Date");
  if (text.empty()) {
    return Finding::warn("no-date", "the answer has no Date header")
        .wanted("Date within five minutes of true time")
        .got("no header")
        .shown_by({exchange.number});
  }
  const auto date = read_http_date(text);
  if (!date) {
    return Finding::warn("date-form", "Date is no HTTP date")
        .wanted("Tue, 02 May 2017 10:45:12 GMT")
        .got(clip(text, 60))
        .shown_by({exchange.number});
  }
  const auto skew = *date - exchange.started;
  if (std::chrono::abs(skew) <= std::chrono::minutes(5)) return Finding::pass();
  return Finding::warn("clock-skew",
                       fmt::format("the partner's clock is {:+.0f} s from this machine's",
                                   std::chrono::duration<double>(skew).count()))
      .wanted("within five minutes")
      .got(clip(text, 60))
      .shown_by({exchange.number});
}

Finding not_cacheable(Lab& lab) {
  const Exchange& exchange = lab.observations().last_list();
  const std::string_view control = exchange.header("Cache-Control");
  const auto says = [&](std::string_view word) { return contains_ignoring_case(control, word); };
  const auto warn = [&](std::string reason, std::string message) {
    return Finding::warn(std::move(reason), std::move(message))
        .wanted("Cache-Control: no-store or private")
        .got(control.empty() ? "no Cache-Control" : clip(control, 100))
        .shown_by({exchange.number});
  };
  if (says("no-store") || says("private")) return Finding::pass();
  if (says("public") || says("s-maxage")) {
    return warn("publicly-cacheable", "a shared cache may give one user's list to another");
  }
  // With Authorization a shared cache keeps nothing unasked (RFC 9111 §3.5), and a token in the
  // query is part of the cache's key; a cookie or a header of one's own is neither.
  const auto kind = lab.options().auth.kind;
  const bool unkeyed = kind == AuthScheme::Kind::kCookie || kind == AuthScheme::Kind::kHeader;
  if (unkeyed && control.empty() && exchange.header("Vary").empty()) {
    return warn("no-cache-control", "nothing keeps a shared cache from mixing users up");
  }
  return Finding::pass();
}

Finding token_not_echoed(Lab& lab) {
  const int exchange = lab.session().log().first_leak();
  if (exchange == 0) return Finding::pass();
  return Finding::warn("token-echoed", "an answer holds the user's token")
      .wanted("no token in any answer")
      .got("the token, in its headers or body")
      .shown_by({exchange});
}

// Where an ETag is offered, a conditional GET must show what was written since.
Finding etag_follows_writes(Lab& lab) {
  Account& account = lab.first();
  const Exchange before = lab.session().send(account.client, lab.get_request(account));
  const std::string etag(before.header("ETag"));
  if (etag.empty()) return Finding::pass("no ETag offered");
  const auto items = lab.items(account, 1);
  if (items.empty()) return Finding::not_exercised("no-item", "no item that may be written");
  const Write write{items.front(), {Act::kAdd, lab.dates(items.front(), 1).front()}};
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, {&write, 1}));
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Request request = lab.get_request(account);
  request.headers.emplace_back("If-None-Match", etag);
  const Exchange after = lab.session().send(account.client, request);
  if (after.status != 304) return Finding::pass();
  return Finding::fail("stale-etag",
                       "304 Not Modified, though a favourite was written since the ETag "
                       "was handed out")
      .wanted("200 with the new list")
      .got("status 304")
      .shown_by({before.number, posted.exchange, after.number});
}

}  // namespace

std::vector<Check> http_checks() {
  const std::vector<std::string_view> readable = {"read.answers", "list.json", "list.array"};
  return {
      {.id = "http.gzip",
       .clause = "3.1",
       .title = "A client that takes gzip gets the same list",
       .needs = {"read.answers", "list.json", "list.array", "list.stable"},
       .steps = "GET with Accept-Encoding: gzip; unpacked and compared.",
       .hint = "Compressed twice, or labelled and not compressed.",
       .depth = Depth::kStandard,
       .run = gzip},
      {.id = "http.unknown-query",
       .clause = "2.6",
       .level = Level::kShould,
       .title = "A query parameter that is not known changes nothing",
       .needs = readable,
       .steps = "GET with favsync=1 in the query.",
       .hint = "Ignore what is not known.",
       .depth = Depth::kStandard,
       .run = unknown_query},
      {.id = "http.framing",
       .clause = "3.5",
       .level = Level::kShould,
       .title = "Answers are framed by the book",
       .needs = {"read.answers"},
       .steps = "Looks at line ends, lengths, chunks and encodings of every answer of the run.",
       .hint = "Usually headers set by hand beside the server's own.",
       .run = framing,
       .conclude = framing},
      {.id = "http.date",
       .clause = "3.5",
       .level = Level::kShould,
       .title = "Date is within five minutes of true time",
       .needs = {"read.answers"},
       .steps = "Compares the Date header with this machine's clock.",
       .hint = "Run NTP: dates that a wrong clock stamps win or lose wrongly.",
       .run = date_header},
      {.id = "http.not-cacheable",
       .clause = "3.5",
       .level = Level::kShould,
       .title = "Lists are not cacheable across users",
       .needs = {"read.answers"},
       .steps = "Looks at Cache-Control and Vary.",
       .hint = "Send Cache-Control: no-store.",
       .run = not_cacheable},
      {.id = "http.token-not-echoed",
       .clause = "1.4",
       .level = Level::kShould,
       .title = "No answer holds a token",
       .needs = {"read.answers"},
       .steps = "Looks for the tokens in every answer of the run.",
       .hint = "Answers end up in logs.",
       .run = token_not_echoed,
       .conclude = token_not_echoed},
  };
}

std::vector<Check> http_write_checks() {
  return {
      {.id = "http.etag",
       .clause = "4.2",
       .title = "A conditional GET shows what was written since",
       .applies = Applies::kTwoWay,
       .needs = {"write.takes-effect"},
       .steps = "Where an ETag is offered: GET, POST, GET with If-None-Match.",
       .control = "A plain GET shows the write.",
       .hint = "The ETag is not made anew when a favourite changes.",
       .run = etag_follows_writes},
  };
}

}  // namespace favsync::contract
