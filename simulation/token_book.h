#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "wire/user_token.h"

namespace favsync::simulation {

// Who owns which token, and which are dead: the partner's side of signing in; and the token that
// the platform now holds for each user. Renewal is single-flight and rotates: a refresh with a
// token that was rotated out already would sign the user out everywhere, as strict partners do.
class TokenBook {
 public:
  explicit TokenBook(int users);

  // The user of a token that was ever issued, or -1.
  int owner(std::string_view token) const;
  bool is_expired(std::string_view token) const;
  void expire(std::string_view token);

  const UserToken& current(int user) const { return held_[static_cast<std::size_t>(user)]; }
  // The platform's TokenSource: another round may have renewed it already.
  const UserToken& renew(int user, const UserToken& refused);

 private:
  std::set<std::string, std::less<>> dead_;
  std::vector<UserToken> held_;
  std::vector<int> generations_;
};

}  // namespace favsync::simulation
