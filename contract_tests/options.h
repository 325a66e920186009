#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "contract_tests/http/response_parser.h"
#include "contract_tests/http/target.h"
#include "contract_tests/waivers.h"
#include "wire/auth_scheme.h"
#include "wire/user_token.h"

namespace favsync::contract {

enum class Profile { kAuto, kReadOnly, kTwoWay };
enum class Depth { kQuick, kStandard, kDeep };

std::string_view to_string(Profile profile);
std::string_view to_string(Depth depth);

// What a certification is told. Every field is an option of `favsync certify`.
struct Options {
  Target target;
  AuthScheme auth;
  std::optional<UserToken> token;            // the first test user: needed
  std::optional<UserToken> other_token;      // a second user; without it isolation is not exercised
  std::optional<UserToken> same_user_token;  // a second device of the first user
  std::optional<UserToken> expired_token;
  std::optional<UserToken> empty_token;  // a user without favourites

  Profile profile = Profile::kAuto;
  Depth depth = Depth::kStandard;
  std::vector<std::string> items;       // the only ids that may be written; empty: generated ones
  std::chrono::milliseconds settle{0};  // how late a write may show, as the partner declares
  std::chrono::milliseconds timeout{10'000};  // for one exchange
  std::optional<double> max_rps;  // requests a second at most; none: as fast as it answers
  std::uint64_t seed = 1;
  ResponseLimits limits;
  std::vector<std::string> only, skip;  // globs over check ids
  std::string requirement_set;          // checks outside it run unscored; empty: all are scored
  std::vector<Waiver> waivers;          // as read_waivers gave them; expired ones too
  std::function<int()> restart;         // restarts the partner; 0 when it went well; empty: none
  std::string journal_file;             // writes are noted here before they are sent; empty: none

  // The longest single wait that a Retry-After may ask for, and all such waits of a run together.
  std::chrono::milliseconds max_wait{30'000}, max_total_wait{120'000};
  const std::atomic<bool>* cancel = nullptr;  // may be null; ends the run, then restores
};

}  // namespace favsync::contract
