#include "wire/result.h"

namespace favsync {

std::string_view to_string(ErrorCode code) {
  switch (code) {
    case ErrorCode::kInvalidArgument:
      return "invalid_argument";
    case ErrorCode::kMalformed:
      return "malformed";
    case ErrorCode::kLimitExceeded:
      return "limit_exceeded";
    case ErrorCode::kNotFound:
      return "not_found";
    case ErrorCode::kStorage:
      return "storage";
    case ErrorCode::kConnection:
      return "connection";
    case ErrorCode::kTls:
      return "tls";
    case ErrorCode::kTimeout:
      return "timeout";
    case ErrorCode::kUnauthorized:
      return "unauthorized";
    case ErrorCode::kForbidden:
      return "forbidden";
    case ErrorCode::kRateLimited:
      return "rate_limited";
    case ErrorCode::kUnavailable:
      return "unavailable";
    case ErrorCode::kRejected:
      return "rejected";
    case ErrorCode::kReadOnlyPartner:
      return "read_only_partner";
    case ErrorCode::kMalformedReply:
      return "malformed_reply";
    case ErrorCode::kRedirected:
      return "redirected";
    case ErrorCode::kCancelled:
      return "cancelled";
    case ErrorCode::kInternal:
      break;
  }
  return "internal";
}

}  // namespace favsync
