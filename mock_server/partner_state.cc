#include "mock_server/partner_state.h"

#include <algorithm>
#include <mutex>
#include <utility>

#include <fmt/format.h>

#include "wire/quote.h"

namespace favsync::mock {

UserPtr PartnerState::user_locked(std::string_view name) {
  const auto known = std::find_if(users_.begin(), users_.end(),
                                  [&](const UserPtr& user) { return user->name() == name; });
  if (known != users_.end()) return *known;
  return users_.emplace_back(std::make_shared<PartnerUser>(std::string(name)));
}

UserPtr PartnerState::user(std::string_view name) {
  const std::lock_guard lock(mutex_);
  return user_locked(name);
}

UserPtr PartnerState::find_user(std::string_view name) const {
  const std::shared_lock lock(mutex_);
  const auto known = std::find_if(users_.begin(), users_.end(),
                                  [&](const UserPtr& user) { return user->name() == name; });
  return known == users_.end() ? nullptr : *known;
}

std::vector<UserPtr> PartnerState::users() const {
  const std::shared_lock lock(mutex_);
  return users_;
}

std::vector<UserSummary> PartnerState::summaries() const {
  std::vector<UserSummary> summaries;
  const std::vector<UserPtr> users = this->users();
  const auto issued = tokens();
  for (const UserPtr& user : users) {
    UserSummary& summary = summaries.emplace_back();
    summary.name = user->name();
    for (const auto& token : issued) {
      if (token->user == user) summary.tokens.push_back(token->token.reveal());
    }
    const FavoriteList::Tally tally = user->favorites().tally();
    summary.adds = tally.adds;
    summary.deletes = tally.deletes;
  }
  return summaries;
}

Status PartnerState::issue_token(std::string_view user, const UserToken& token,
                                 std::optional<std::chrono::seconds> lifetime) {
  const std::lock_guard lock(mutex_);
  const auto known = tokens_.find(token.reveal());
  if (known != tokens_.end() && known->second.issued->user->name() != user) {
    return fail(
        ErrorCode::kInvalidArgument,
        fmt::format("{} already names user {}; a token names exactly one user (§1.2): issue "
                    "another one for {}",
                    token.fingerprint(), favsync::quoted(known->second.issued->user->name()),
                    favsync::quoted(user)));
  }
  issue_locked(user_locked(user), token, lifetime);
  return {};
}

void PartnerState::issue_locked(const UserPtr& user, const UserToken& token,
                                std::optional<std::chrono::seconds> lifetime) {
  std::optional<Timestamp> expires_at;
  if (lifetime) expires_at = clock_.now().plus(*lifetime);
  const bool is_new = !tokens_.contains(token.reveal());
  tokens_[token.reveal()] = Entry{std::make_shared<const IssuedToken>(
                                      IssuedToken{token, token.fingerprint(), user, expires_at}),
                                  false};
  if (is_new) issue_order_.push_back(token.reveal());
}

bool PartnerState::revoke_token(std::string_view token) {
  const std::lock_guard lock(mutex_);
  const auto known = tokens_.find(token);
  if (known == tokens_.end()) return false;
  known->second.revoked = true;
  return true;
}

TokenLookup PartnerState::find_token(std::string_view token) const {
  const std::shared_lock lock(mutex_);
  const auto known = tokens_.find(token);
  if (known == tokens_.end()) return {};
  const Entry& entry = known->second;
  if (entry.revoked) return {Standing::kRevoked, entry.issued};
  if (entry.issued->expires_at && clock_.now() >= *entry.issued->expires_at) {
    return {Standing::kExpired, entry.issued};
  }
  return {Standing::kGood, entry.issued};
}

std::vector<std::shared_ptr<const IssuedToken>> PartnerState::tokens() const {
  const std::shared_lock lock(mutex_);
  std::vector<std::shared_ptr<const IssuedToken>> issued;
  for (const std::string& token : issue_order_)
    issued.push_back(tokens_.find(token)->second.issued);
  return issued;
}

void PartnerState::load(const Scenario& scenario) {
  const std::lock_guard lock(mutex_);
  // New users, not emptied ones: a request under way goes on with the list that it began with.
  users_.clear();
  tokens_.clear();
  issue_order_.clear();
  for (const Scenario::User& scripted : scenario.users) {
    const UserPtr user = user_locked(scripted.name);
    user->favorites().assign(scripted.favorites);
    for (const Scenario::Token& token : scripted.tokens) {
      issue_locked(user, token.token, token.expires_in);
    }
  }
}

bool PartnerState::reset_user(const Scenario& scenario, std::string_view name) {
  const std::lock_guard lock(mutex_);
  const auto named = [&](const auto& user) { return user.name == name; };
  const auto scripted = std::find_if(scenario.users.begin(), scenario.users.end(), named);
  const auto known = std::find_if(users_.begin(), users_.end(),
                                  [&](const UserPtr& user) { return user->name() == name; });
  if (known == users_.end() && scripted == scenario.users.end()) return false;

  std::erase_if(issue_order_, [&](const std::string& token) {
    if (tokens_.find(token)->second.issued->user->name() != name) return false;
    tokens_.erase(token);
    return true;
  });
  if (scripted == scenario.users.end()) {
    users_.erase(known);
    return true;
  }
  UserPtr& user = known == users_.end() ? users_.emplace_back() : *known;
  user = std::make_shared<PartnerUser>(std::string(name));
  user->favorites().assign(scripted->favorites);
  for (const Scenario::Token& token : scripted->tokens) {
    issue_locked(user, token.token, token.expires_in);
  }
  return true;
}

}  // namespace favsync::mock
