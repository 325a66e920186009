#pragma once

#include <map>
#include <string>
#include <string_view>

#include "contract_tests/judge/instant.h"

namespace favsync::contract {

enum class Act { kAdd, kDelete };

constexpr std::string_view to_string(Act act) {
  return act == Act::kAdd ? "ADD" : "DELETE";
}
constexpr Act other_than(Act act) {
  return act == Act::kAdd ? Act::kDelete : Act::kAdd;
}

// What an item stands at: the last action and its date.
struct Value {
  Act act = Act::kAdd;
  Instant at;
  friend bool operator==(const Value&, const Value&) = default;
};

// "ADD of 2026-05-02T10:45:12.798Z", with more digits where the date has them.
std::string to_text(const Value& value);

// A user's favourites by item.
using State = std::map<std::string, Value, std::less<>>;

// Whether two instants are the same as far as the contract goes: to the millisecond. What is finer
// may be cut or rounded, so instants less than a millisecond apart agree when either has such
// digits. Source: §2.5.
bool same_to_the_millisecond(const Instant& sent, const Instant& shown);
bool agrees(const Value& sent, const Value& shown);

}  // namespace favsync::contract
