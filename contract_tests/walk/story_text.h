#pragma once

#include <string>

#include "contract_tests/walk/runner.h"
#include "wire/auth_scheme.h"

namespace favsync::contract {

// The failed walk as a numbered story in one line: items are A, B, …, dates relative to t.
//   1. POST ADD of A at t; 2. POST DELETE of A at t+1 s; 3. GET shows A: ADD at t, expected DELETE
//   …
std::string tell_walk(const Walk& walk, const WalkOutcome& outcome);

// The failed walk as a POSIX shell script with curl, for fresh items and dates each time. It takes
// the tokens from $TOKEN and $OTHER_TOKEN, and ends with what to look for.
std::string script_of(const Walk& walk, const WalkOutcome& outcome, const std::string& url,
                      const AuthScheme& auth, bool generates_items);

// "A" for 0, "B" for 1, … "Z", then "A26".
std::string walk_item_name(std::size_t item);
// "t", "t+1 ms", "t+1 h", "t+1 day 2 s".
std::string walk_date_text(std::int64_t at_ms);

}  // namespace favsync::contract
