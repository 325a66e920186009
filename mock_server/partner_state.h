#pragma once

#include <chrono>
#include <cstddef>
#include <memory>
#include <optional>
#include <shared_mutex>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "mock_server/favorite_list.h"
#include "mock_server/scenario.h"
#include "wire/clock.h"
#include "wire/result.h"
#include "wire/user_token.h"

namespace favsync::mock {

// Someone with favourites at the partner. The list is shared with the requests under way, so that a
// reset never pulls it from under them. Safe from any thread.
class PartnerUser {
 public:
  explicit PartnerUser(std::string name) : name_(std::move(name)) {}
  const std::string& name() const { return name_; }
  FavoriteList& favorites() { return favorites_; }
  const FavoriteList& favorites() const { return favorites_; }

 private:
  const std::string name_;
  FavoriteList favorites_;
};
using UserPtr = std::shared_ptr<PartnerUser>;

// A token that the partner issued. Immutable once issued.
struct IssuedToken {
  UserToken token;
  std::string fingerprint;              // of the token, computed once
  UserPtr user;                         // whose it is; never null
  std::optional<Timestamp> expires_at;  // refused from this moment on
};

// What the partner thinks of a token that it was shown.
enum class Standing { kGood, kUnknown, kExpired, kRevoked };
struct TokenLookup {
  Standing standing = Standing::kUnknown;
  std::shared_ptr<const IssuedToken> issued;  // null when unknown
};

// A user as the admin API and the console list it.
struct UserSummary {
  std::string name;
  std::vector<std::string>
      tokens;  // their texts: scripted secrets of a test, for the admin port only
  std::size_t adds = 0, deletes = 0;
};

// Who the partner knows: users, their tokens, their favourites. Looking up takes a shared lock,
// only changes of users and tokens an exclusive one; favourites have a lock a user. Safe from any
// thread. Source: §1.
class PartnerState {
 public:
  // `clock` outlives the state.
  explicit PartnerState(const Clock& clock) : clock_(clock) {}

  // The user of that name, made without tokens and favourites when there is none.
  UserPtr user(std::string_view name);
  // Null when there is none.
  UserPtr find_user(std::string_view name) const;
  std::vector<UserPtr> users() const;  // in the order in which they were made
  std::vector<UserSummary> summaries() const;

  // Makes `token` name that user (made when new), for `lifetime` from now or for good. Issuing a
  // user's own token again renews it. Errors: kInvalidArgument when it is another user's (§1.2).
  Status issue_token(std::string_view user, const UserToken& token,
                     std::optional<std::chrono::seconds> lifetime = std::nullopt);
  // From now on the token is refused; false when it was never issued. Source: §1.5.
  bool revoke_token(std::string_view token);

  // Exact comparison, expiry by the clock. Source: §1.3, §1.5.
  TokenLookup find_token(std::string_view token) const;
  std::vector<std::shared_ptr<const IssuedToken>> tokens() const;  // in the order of issue

  // Forgets everything and takes the scenario's users, tokens (their lifetimes start now),
  // favourites.
  void load(const Scenario& scenario);
  // Puts one user's favourites and tokens back to the scenario's; a user that it does not have is
  // removed. False when there is no such user in either.
  bool reset_user(const Scenario& scenario, std::string_view name);

 private:
  struct Entry {
    std::shared_ptr<const IssuedToken> issued;
    bool revoked = false;
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const {
      return std::hash<std::string_view>{}(text);
    }
  };
  UserPtr user_locked(std::string_view name);
  void issue_locked(const UserPtr& user, const UserToken& token,
                    std::optional<std::chrono::seconds> lifetime);

  const Clock& clock_;
  mutable std::shared_mutex mutex_;
  std::vector<UserPtr> users_;
  std::unordered_map<std::string, Entry, Hash, std::equal_to<>> tokens_;
  std::vector<std::string> issue_order_;
};

}  // namespace favsync::mock
