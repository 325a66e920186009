#pragma once

#include <map>
#include <mutex>
#include <string>
#include <string_view>
#include <vector>

#include "sync_engine/fleet.h"
#include "wire/result.h"

namespace favsync {

// Who is to be synced, as `favsync sync --users` reads it.
struct UsersFile {
  std::vector<FleetUser> users;  // in the file's order, no name twice
  // Where tokens came from, for those named by "@FILE" or "env:NAME", by user: to read them again.
  std::map<std::string, std::string, std::less<>> token_sources;
};

// Reads a users file, in one of two forms:
//   {"users":[{"name":"alice","token":"env:ALICE","url":"https://api.a.example"}]}
//   lines of  name,token  or  name,token,url ; blank ones and those that begin with '#' are skipped
// `url` may be left out where `default_url` is not empty. A token is what read_token takes. JSON is
// strict: unknown and repeated members are refused; a text whose first character is '{' is JSON.
// Errors, with the line or place: kMalformed, kInvalidArgument, kNotFound for a token source that
// is not there. No message holds a token.
[[nodiscard]] Result<UsersFile> parse_users(std::string_view text, std::string_view default_url);

// The same from a file, whose name then begins the message. Errors also: kNotFound.
[[nodiscard]] Result<UsersFile> read_users_file(const std::string& file,
                                                std::string_view default_url);

// Reads a refused token's source again: whoever signs users in puts the new token there. Safe from
// any thread.
class TokenSources final : public TokenRefresher {
 public:
  using Sources = std::map<std::string, std::string, std::less<>>;

  explicit TokenSources(Sources sources = {}) : sources_(std::move(sources)) {}
  void replace(Sources sources);

  // Errors: kUnauthorized where the source still holds the refused token, or the token was given
  // literally; those of read_token.
  Result<UserToken> refresh(std::string_view user, const UserToken& refused) override;

 private:
  std::mutex mutex_;
  Sources sources_;  // by user
};

}  // namespace favsync
