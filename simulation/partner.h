#pragma once

#include <string_view>
#include <vector>

#include "simulation/plan.h"
#include "simulation/timeline.h"
#include "simulation/token_book.h"

namespace favsync::simulation {

// The simulated partner: newest wins per item, with code of its own, spoken to with JSON texts.
// With switches it is wrong in their ways. One thread.
class Partner {
 public:
  // Borrows all three.
  Partner(const Setup& setup, const Timeline& timeline, TokenBook& tokens);

  PartnerReply get(std::string_view token);
  PartnerReply post(std::string_view token, std::string_view body);

  // What the user does on the partner's own site: newer than what stands there, unless a switch
  // makes it else. Returns what was stored.
  Favorite edit(int user, const std::string& item, Action action);

  // Passing troubles end.
  void end_troubles() { has_troubles_ = false; }

  const PartnerAccount& account(int user) const {
    return accounts_[static_cast<std::size_t>(user)];
  }
  // How often each of the setup's switches changed something, in their order.
  const std::vector<int>& fired() const { return fired_; }

 private:
  // What a request is known by while switches look at it.
  struct Caller {
    int user = 0;
    bool is_token_expired = false;
    bool expire_token = false;
  };
  template <typename Hook, typename... Arguments>
  bool ask(Hook hook, Caller& caller, Arguments&... arguments);
  bool ignores_expiry();
  // False: `reply` is a refusal.
  bool admit(std::string_view token, Caller& caller, PartnerReply& reply);
  void take(Caller& caller, Favorite favorite);
  void put(PartnerAccount& account, const Favorite& favorite);
  std::string print(Caller& caller, const std::vector<Favorite>& list);

  const Setup& setup_;
  TokenBook& tokens_;
  SkewedClock clock_;
  std::vector<PartnerAccount> accounts_;
  std::vector<std::vector<SwitchNotes>> notes_;  // by switch, then user
  std::vector<int> fired_;
  bool has_troubles_ = true;
};

}  // namespace favsync::simulation
