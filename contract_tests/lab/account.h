#pragma once

#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "contract_tests/http/http_client.h"
#include "contract_tests/judge/value.h"
#include "wire/user_token.h"

namespace favsync::contract {

// One element of an array that the suite posts.
struct Write {
  std::string item;
  Value value;
  int digits = 3;  // fraction digits in which the date is written
};

// A write that was sent, for telling an item's story.
struct SentWrite {
  Value value;
  int exchange = 0;
  bool acknowledged = false;
  Instant sent;       // by this machine's clock
  bool lost = false;  // no answer came: it may take effect even later
};

// What the suite knows of one user of the partner, whichever of the user's tokens was used.
struct User {
  std::string name;  // "first user"
  bool snapshot_taken = false;
  State snapshot;  // as found before the first write
  State expected;  // what the partner should show now
  std::map<std::string, std::vector<SentWrite>> history;
  std::set<std::string> suspects;  // named in bodies that must not be understood
  // Written since the list was last compared; true where nothing should have changed, which is
  // known only when the settle time is over.
  std::map<std::string, bool> unsettled;
};

// A token with a connection of its own.
struct Account {
  std::string name;  // "first user", "first user's second device"
  UserToken token;
  std::shared_ptr<User> user;
  HttpClient client;
};

// Where a list differs from what it should show.
struct Mismatch {
  std::string item;
  std::optional<Value> expected, shown;
};

// Every difference between what is expected and what is shown; dates to the millisecond (§2.5).
std::vector<Mismatch> compare(const State& expected, const State& shown);

// Why an item may be shown as it is: a stable reason word and a sentence, from what was sent.
struct Explanation {
  std::string reason;
  std::string message;
};
Explanation explain(const Mismatch& mismatch, const std::vector<SentWrite>& history);

// "ADD of …", or "not in the list".
std::string to_text(const std::optional<Value>& value);
// Newest wins, strictly, over what is there; whether it changed. Source: §4.4, §4.5.
bool apply_newest(State& state, const Write& write);

}  // namespace favsync::contract
