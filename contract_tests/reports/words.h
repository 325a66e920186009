#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/report.h"

namespace favsync::contract {

// For people: "passed", "failed", "not exercised". All statuses have one, and a rank.
std::string_view words_for(CheckStatus status);
// The statuses, the most important first: what ends a certification before what only informs.
const std::vector<CheckStatus>& by_importance();
// "failed", or "failed, unscored".
std::string words_for(const CheckReport& check);
// The checks in that order, and within a status in the order of the run; those outside the
// requirement set last.
std::vector<const CheckReport*> most_important_first(const Report& report);

// "1 item", "2 items".
std::string plural(int count, std::string_view word);
// "1.230", in seconds.
std::string in_seconds(std::chrono::milliseconds duration);
// "two-way (found out), standard depth, seed 7".
std::string manner_of(const Report& report);
// Why the run tells less than it should, each a sentence: no connection, nothing selected,
// interrupted, leftovers. Empty after a whole run.
std::vector<std::string> shortfalls(const Report& report);
// How many checks did not count, and what came of each waiver: a sentence each.
std::vector<std::string> remarks_on_scoring(const Report& report);
// The exchange of that number, or null.
const LoggedExchange* find_exchange(const Report& report, int number);

}  // namespace favsync::contract
