#pragma once

#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contract_tests/judge/value.h"
#include "contract_tests/report.h"

namespace favsync::contract {

// The exchanges that a script repeats: those that the finding points to, with what else was posted
// of the item at fault meanwhile (another user's write, say); else those that the check sent, up
// to 30.
std::vector<const LoggedExchange*> exchanges_behind(const Report& report, const CheckReport& check);

// How a script can tell whether a fault shows again.
struct ReproJudge {
  // By an item of the list in the last answer: what it should stand at; nothing: not listed.
  struct Item {
    std::string id;
    std::optional<Value> expected;
  };
  std::optional<Item> item;
  // By the status of one answer: the one that was recorded is the fault.
  const LoggedExchange* wrong_status = nullptr;
};
// `item_prefix`: of the ids that were made up; only these are known to have been listed nowhere.
ReproJudge judge_for(const CheckReport& check, const std::vector<const LoggedExchange*>& exchanges,
                     const std::string& item_prefix);

// Whose favourites a request reads or writes, from the tokens in it: "first", "other", "empty"; ""
// for a token that names nobody.
std::string user_of(const LoggedExchange& exchange);

// The items that POSTs of that user name, as far as their bodies are such arrays. What was posted
// for nobody, to see it refused, may have been taken for the first user's.
std::set<std::string> written_items(const std::vector<const LoggedExchange*>& exchanges,
                                    const std::string& user);

}  // namespace favsync::contract
