#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contract_tests/judge/value.h"
#include "contract_tests/report.h"

namespace favsync::contract {

// How a script can tell whether a fault shows again.
struct ReproJudge {
  // By an item of the list in the last answer: what it should stand at; nothing: not listed.
  struct Item {
    std::string id;
    std::optional<Value> expected;
  };
  std::optional<Item> item;
  // By the status of the last answer: the one that was recorded is the fault.
  std::optional<int> wrong_status;
};
ReproJudge judge_for(const CheckReport& check, const std::vector<const LoggedExchange*>& exchanges);

// Whose favourites a request reads or writes, from the tokens in it: "first", "other", "empty"; ""
// for a token that names nobody.
std::string user_of(const LoggedExchange& exchange);

// The items that POSTs of that user name, as far as their bodies are such arrays.
std::set<std::string> written_items(const std::vector<const LoggedExchange*>& exchanges,
                                    const std::string& user);

}  // namespace favsync::contract
