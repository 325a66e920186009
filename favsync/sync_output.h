#pragma once

#include <string>

#include "sync_engine/sync_report.h"

namespace favsync {

// What `favsync sync` prints of a round: the report in words, one line a favourite, at most
// 20 lines of a kind; ends in a newline.
std::string print_sync_text(const SyncReport& report);

// The same as one JSON object on one line. Members: pulled, pushed, unsent, quarantined (favourites
// as on the wire), rejected [{item, action, actionDate, message}], conflicts [{item, local,
// partner, kept: "local"|"partner"}], skipped, warnings (texts), listed, kept, same, forgotten,
// requests (counts), error (null or {code, message}: why sending ended early). Ends in a newline.
std::string print_sync_json(const SyncReport& report);

// For a round that ended before anything changed: {"error": {code, message}}.
std::string print_sync_json(const Error& error);

}  // namespace favsync
