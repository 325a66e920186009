#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include <tl/expected.hpp>

namespace favsync {

// What a caller can do about an error. Closed; the names are printed by `to_string` and are stable.
enum class ErrorCode {
  kInvalidArgument,  // the caller's own value is wrong: mend the call
  kMalformed,        // a text or file is not what the contract or its format demands
  kLimitExceeded,    // larger, longer or deeper than the limit that was given
  kNotFound,         // a file, user or name that does not exist
  kStorage,          // the local store failed: nothing of the operation took effect
  kConnection,       // DNS, TCP, or the connection broke: retry
  kTls,              // certificate or handshake: never retry insecurely
  kTimeout,          // no whole answer in time: retry
  kUnauthorized,     // 401: the token is not taken; sign in again
  kForbidden,        // 403: do not retry, do not refresh
  kRateLimited,      // 429: wait `retry_after`, then retry
  kUnavailable,      // 5xx or 408: retry with backoff
  kRejected,         // other 4xx: the partner will not take this request
  kReadOnlyPartner,  // 404, 405 or 501 on POST: stop posting, keep reading
  kMalformedReply,   // the partner's answer breaks the contract; nothing was applied
  kRedirected,       // 3xx: not followed, because the token would travel with it
  kCancelled,        // the caller asked to stop
  kInternal,         // a fault of favsync itself
};

// The stable lower-case name, for example "rate_limited". Never fails.
std::string_view to_string(ErrorCode code);

// An error as a value: a code to act on and one sentence that says what, where, expected, got and
// what next. The message never holds a token.
struct Error {
  ErrorCode code = ErrorCode::kInternal;
  std::string message;
  std::optional<std::chrono::milliseconds> retry_after;  // as the partner asked, if it did
};

template <typename T>
using Result = tl::expected<T, Error>;
using Status = Result<void>;

// Shorthand for returning an error: `return fail(ErrorCode::kMalformed, "…");`
inline tl::unexpected<Error> fail(ErrorCode code, std::string message) {
  return tl::unexpected<Error>(Error{code, std::move(message), std::nullopt});
}

}  // namespace favsync
