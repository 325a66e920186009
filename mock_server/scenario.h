#pragma once

#include <chrono>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mock_server/faults/fault.h"
#include "mock_server/script/step.h"
#include "mock_server/virtual_clock.h"
#include "wire/auth_scheme.h"
#include "wire/favorite.h"
#include "wire/result.h"
#include "wire/user_token.h"

namespace favsync::mock {

// How a mock partner begins: who is there, how it wants tokens, how it misbehaves. A value; every
// reset goes back to it.
struct Scenario {
  struct Token {
    UserToken token;
    std::optional<std::chrono::seconds>
        expires_in;  // from the start; 0 s is expired from the start
  };
  struct User {
    std::string name;  // 1 to 200 bytes, unique
    std::vector<Token> tokens;
    std::vector<Favorite> favorites;  // one an item
  };

  std::vector<User> users;
  AuthScheme auth;                   // JSON "auth": "bearer", "header:NAME", …; default bearer
  bool read_only = false;            // JSON "read_only"
  std::vector<std::string> quirks;   // ids of quirks, each once
  std::vector<std::string> defects;  // ids of defects, each once
  ClockSetting clock;                // JSON "clock": "real", "frozen@DATE", …; default real
  std::string state = "start";       // JSON "state": the script's, to begin with
  std::vector<Fault> faults;         // each once
  std::vector<Step> script;
};

// Reads a scenario: one JSON object, comments allowed, nothing else liberal. Members that are not
// known are refused with a "did you mean", as are repeated members, repeated users, a token of two
// users, an item twice in one list, unknown behaviours, and a fault or step that names a user or
// token which nothing makes. Errors: kMalformed, one sentence that
// begins with `name` and the place: `conference.json: users[1].favorites[0].action: expected "ADD"
// or "DELETE", got "add"`.
[[nodiscard]] Result<Scenario> parse_scenario(std::string_view text,
                                              std::string_view name = "scenario");

// The same from a file. Errors: also kNotFound when it cannot be read.
[[nodiscard]] Result<Scenario> load_scenario(const std::filesystem::path& file);

// What runs without a file: alice (alice-token) with the article's two favourites, bob (bob-token)
// with none.
Scenario default_scenario();

// The scenario as JSON that parse_scenario takes, indented. Tokens stand in it in clear.
std::string print_scenario(const Scenario& scenario);

}  // namespace favsync::mock
