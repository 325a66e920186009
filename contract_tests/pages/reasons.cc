#include "contract_tests/pages/reasons.h"

#include <algorithm>
#include <iterator>
#include <utility>

#include <fmt/format.h>

namespace favsync::contract {
namespace {

constexpr std::pair<std::string_view, std::string_view> kMeanings[] = {
    // Lists.
    {"byte-order-mark", "The body begins with EF BB BF."},
    {"content-type", "Content-Type is not application/json."},
    {"duplicate-member", "A member stands twice in its object."},
    {"empty-body", "The answer has no body."},
    {"fraction-digits", "A date has other than three fraction digits."},
    {"html", "A page for people came instead of JSON."},
    {"incomplete", "The list has fewer items than were acknowledged: it is cut, or in pages."},
    {"list-not-readable", "GET gave no list that can be read."},
    {"listed-twice", "An item stands in the list more than once."},
    {"local-offset", "A date has another offset than GMT."},
    {"missing", "A member is missing."},
    {"not-a-string", "A value should be a string."},
    {"not-add-or-delete", "An action is neither ADD nor DELETE."},
    {"not-an-array", "The top level is no array."},
    {"not-an-object", "An element is no object."},
    {"not-json", "The body is no JSON."},
    {"not-rfc3339", "A date is no RFC 3339 date-time."},
    {"plus-zero", "GMT is written +00:00; it passes with a warning."},
    {"reads-differ", "Two reads with no write between them differ."},
    {"another-list", "A GET that should mean the same got another list."},
    // Who is let in.
    {"accepted", "What must be refused was answered 2xx."},
    {"gives-favourites-away", "The answer holds favourites, though the token is not good."},
    {"redirected", "A redirect came instead of a refusal."},
    {"refused-but-applied", "The request was refused, and took effect all the same."},
    {"no-challenge", "The 401 has no WWW-Authenticate."},
    {"no-bearer-challenge", "WWW-Authenticate does not name Bearer."},
    {"slow", "The refusal takes much longer than an accepted request."},
    {"case-sensitive-scheme", "The word Bearer is taken in one case only."},
    {"token-echoed", "An answer holds the user's token."},
    // Values.
    {"action-altered", "The date is right and the action is not."},
    {"date-altered", "The date is another one, in no way that is known."},
    {"delete-ignored", "A DELETE is passed over where a newer ADD counts."},
    {"id-altered", "The item came back under another id."},
    {"ids-confused", "Two different ids are taken for one item."},
    {"invented", "An item or value is listed that nobody wrote."},
    {"milliseconds-altered", "The date is off by less than a second."},
    {"not-listed", "What was acknowledged is not in the list."},
    {"older-value-won", "An older write is shown instead of the newest."},
    {"others-changed", "Items that no write named have changed."},
    {"others-lost", "Items that no write named are gone."},
    {"removal-not-listed", "A removal is not listed: the other side cannot learn of it."},
    {"restamped", "The date is about that of receipt: the partner's clock replaced it."},
    {"rounded-to-second", "The date is rounded to whole seconds."},
    {"shifted-by-hours", "The date is off by whole hours or quarters of one."},
    {"truncated-to-minute", "The seconds of the date are lost."},
    {"truncated-to-second", "The fraction of the second is lost."},
    {"unexpected-value", "A write is shown that another one should have replaced."},
    {"value-altered", "Action and date are those of no write."},
    // Writing.
    {"cut-silently", "Part of an acknowledged array did not take effect."},
    {"partly-wrong", "Part of an array is listed otherwise than it was sent."},
    {"half-understood", "A body that is no array of favourites had an effect."},
    {"taken-leniently", "A body that should be refused was taken for what it may have meant."},
    {"stale-etag", "304 Not Modified, though a favourite was written since."},
    {"tie-invented", "After writes of equal dates a value shows that nobody wrote."},
    {"tie-not-stable", "After writes of equal dates the outcome changes."},
    {"tie-replaces", "An equal date replaced what was stored."},
    {"unknown-ids-refused", "Ids that are made up are refused, as they may be; name some."},
    // Users and devices, concurrency, engine.
    {"crosses-users", "One user's favourites show, or take effect, at another."},
    {"devices-differ", "Two tokens of one user see different favourites."},
    {"lost-under-concurrency", "Of POSTs at the same moment an acknowledged write was lost."},
    {"not-quiet", "With no change on either side the engine has something to send."},
    {"sides-differ", "After rounds without faults the two sides hold different favourites."},
    {"malformed-reply", "The engine could not read the partner's list."},
    {"skipped", "The engine had to pass over elements of the list."},
    // HTTP.
    {"clock-skew", "The Date header is more than five minutes from true time."},
    {"date-form", "The Date header is no HTTP date."},
    {"framing", "An answer's lengths, chunks or line ends are odd."},
    {"no-date", "The answer has no Date header."},
    {"no-cache-control", "Nothing keeps a shared cache from mixing users up."},
    {"publicly-cacheable", "A shared cache may give one user's list to another."},
    {"closed-without-answer", "The connection was closed without an answer."},
    {"malformed", "The bytes that came are no HTTP answer."},
    {"timed-out", "No whole answer came in time."},
    {"too-large", "The answer is larger than the limit."},
    {"truncated", "The connection ended inside the answer."},
    // Why nothing could be judged.
    {"interrupted", "The run was interrupted."},
    {"journal", "The journal of writes could not be written."},
    {"locked-out", "After refusals the valid token is refused too."},
    {"rate-limited", "Answered 429 or 503 again and again."},
    {"restart-failed", "The restart command did not succeed."},
    {"no-item", "There is no item that may be written."},
    {"no-new-item", "Only made-up ids would do, and --items forbids them."},
    {"no-empty-user", "No user without favourites is known: give --empty-token."},
    {"no-other-token", "A second user is needed: give --other-token."},
    {"no-same-user-token", "A second device is needed: give --same-user-token."},
    {"no-restart-command", "A restart is needed: give --restart-cmd."},
    {"no-token", "Such a token is needed: give --expired-token."},
    {"not-bearer", "Only for tokens that ride as Bearer."},
    {"not-empty", "The user of --empty-token has favourites."},
};

constexpr std::pair<std::string_view, std::string_view> kSuffixes[] = {
    {"flaky", "It did not happen in each of three tries."},
    {"only-among-others", "Alone in its array the same item came out right."},
};

std::string_view look_up(std::string_view word) {
  const auto* found = std::find_if(std::begin(kMeanings), std::end(kMeanings),
                                   [&](const auto& entry) { return entry.first == word; });
  return found == std::end(kMeanings) ? std::string_view() : found->second;
}

}  // namespace

std::string meaning_of(std::string_view reason) {
  const std::size_t dot = reason.find('.');
  const std::string_view word = reason.substr(0, dot);
  std::string meaning(look_up(word));
  if (word.starts_with("status-")) {
    meaning = fmt::format("Answered {}, which is not what the contract asks.", word.substr(7));
  } else if (word.starts_with("repeat-status-")) {
    meaning = fmt::format("The same POST again was answered {}.", word.substr(14));
  } else if (word.starts_with("post-") && meaning.empty()) {
    meaning = fmt::format("POST got no whole answer. {}", look_up(word.substr(5)));
  }
  if (dot == std::string_view::npos || meaning.empty()) return meaning;
  for (const auto& [suffix, text] : kSuffixes) {
    if (reason.substr(dot + 1) == suffix) meaning += fmt::format(" {}", text);
  }
  return meaning;
}

}  // namespace favsync::contract
