#pragma once

#include <functional>
#include <optional>
#include <string>

#include "simulation/ledger.h"
#include "simulation/partner.h"
#include "simulation/passage.h"
#include "simulation/round_sight.h"
#include "sync_engine/partner_client.h"

namespace favsync::simulation {

// The way to the simulated partner as a round of the engine has it: favourites become JSON, answers
// are read by the engine's own table (partner_reply.h), and the network between loses, repeats and
// delays. Judges what is sent. Borrows all that it is made of; ends with the round.
class RoundClient final : public PartnerClient {
 public:
  struct World {
    const Setup& setup;
    Timeline& timeline;
    const Clock& clock;  // the backend's
    TokenBook& tokens;
    Partner& partner;
    FavoriteStore& store;  // the true one, without faults
    Ledger& ledger;
  };
  RoundClient(const World& world, Passage& passage, RoundSight& sight)
      : world_(world), passage_(passage), sight_(sight) {}

  Result<PartnerList> get_favorites(const UserToken& token) override;
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override;

 private:
  // Sends by `deliver`, which may be called never, once, twice, or later, by value of all it needs.
  Result<PartnerReply> exchange(const std::optional<Fault>& fault,
                                const std::function<PartnerReply()>& deliver);
  void judge_token(const UserToken& token);
  void judge_sent(std::span<const Favorite> favorites);
  void judge_sent(const Favorite& favorite);
  void judge_repeat(const PartnerAccount& before);

  World world_;
  Passage& passage_;
  RoundSight& sight_;
  std::string to_repeat_;  // the body of a POST that has to be tried again
};

}  // namespace favsync::simulation
