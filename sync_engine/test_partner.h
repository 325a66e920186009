#pragma once

#include <map>
#include <string>
#include <vector>

#include "sync_engine/partner_client.h"

namespace favsync {

// A partner in memory, for tests: honest unless told otherwise, with a rule of its own for equal
// dates.
class TestPartner final : public PartnerClient {
 public:
  enum class Tie { kKeepOwn, kAcceptEqual, kDeleteWins, kAddWins };

  explicit TestPartner(Tie tie = Tie::kKeepOwn) : tie_(tie) {}

  Result<PartnerList> get_favorites(const UserToken& token) override;
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override;

  // What the partner's own site does: newest wins there too.
  void put(const Favorite& favorite);

  std::map<std::string, Favorite> favorites;
  std::vector<std::vector<Favorite>> posts;  // as they came
  int gets = 0;
  // Misbehaviour.
  bool drops_writes = false;   // 2xx, and stores nothing
  bool loses_answers = false;  // stores, then the connection breaks
  bool confirms_nothing = false;
  std::string refused_item;  // any array that holds it is refused whole

 private:
  Tie tie_;
};

}  // namespace favsync
