#include "simulation/token_book.h"

#include <fmt/format.h>

#include "simulation/plan.h"

namespace favsync::simulation {
namespace {

UserToken make_token(int user, int generation) {
  return UserToken::make(fmt::format("{}-{}", user_name(user), generation)).value();
}

}  // namespace

TokenBook::TokenBook(int users) : generations_(static_cast<std::size_t>(users), 1) {
  for (int user = 0; user < users; ++user) held_.push_back(make_token(user, 1));
}

int TokenBook::owner(std::string_view token) const {
  for (int user = 0; user < static_cast<int>(held_.size()); ++user) {
    if (token.starts_with(user_name(user))) return user;
  }
  return -1;
}

bool TokenBook::is_expired(std::string_view token) const {
  return dead_.contains(token);
}

void TokenBook::expire(std::string_view token) {
  dead_.emplace(token);
}

const UserToken& TokenBook::renew(int user, const UserToken& refused) {
  const auto at = static_cast<std::size_t>(user);
  if (held_[at] == refused) {
    dead_.insert(refused.reveal());
    held_[at] = make_token(user, ++generations_[at]);
  }
  return held_[at];
}

}  // namespace favsync::simulation
