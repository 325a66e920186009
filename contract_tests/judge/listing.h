#pragma once

#include <cstddef>
#include <string>
#include <vector>

#include "contract_tests/http/exchange.h"
#include "contract_tests/judge/value.h"

namespace favsync::contract {

// What the contract asks of an answer to GET /getUserFavorites, rule by rule.
enum class ListRule {
  kStatus,      // 200 (§3.1)
  kJson,        // whole UTF-8 JSON without BOM (§3.1)
  kArray,       // the top level is an array (§3.1)
  kElement,     // each element is an object without duplicate members (§2)
  kItem,        // `item` is a non-empty string (§2.1)
  kUnique,      // an item stands at most once (§2.2)
  kAction,      // `action` is exactly ADD or DELETE (§2.3)
  kDate,        // `actionDate` is an RFC 3339 date-time (§2.4)
  kGmt,         // … in GMT (§2.4); "+00:00" is only a warning
  kDigits,      // … with three fraction digits (§2.5, SHOULD)
  kContentType  // application/json (§3.5, SHOULD)
};

// One thing that is wrong in an answer.
struct ListProblem {
  ListRule rule = ListRule::kStatus;
  bool warning = false;  // passes with a warning
  std::string reason;    // stable word: "local-offset"
  std::string message;   // "[3].actionDate: …"
  std::string expected, actual;
};

// An answer to GET /getUserFavorites, judged from its raw bytes.
struct Listing {
  int exchange = 0;
  bool is_list = false;               // 200 and a JSON array: `state` can be used
  std::size_t length = 0;             // elements of the array
  State state;                        // the readable elements; of repeated items the newest
  std::vector<ListProblem> problems;  // at most three a rule, the rest only counted in the message
};

Listing judge_list(const Exchange& exchange);

}  // namespace favsync::contract
