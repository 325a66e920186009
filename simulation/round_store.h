#pragma once

#include <memory>

#include "simulation/ledger.h"
#include "simulation/passage.h"
#include "simulation/round_sight.h"
#include "sync_engine/favorite_store.h"

namespace favsync::simulation {

// The store as a round of the engine has it: each call is a point where the process can crash or
// the store fail, and every write is judged. Borrows all that it is made of; ends with the round.
class RoundStore final : public FavoriteStore {
 public:
  RoundStore(FavoriteStore& below, Passage& passage, Ledger& ledger, RoundSight& sight,
             TiePolicy ties)
      : below_(below), passage_(passage), ledger_(ledger), sight_(sight), ties_(ties) {}

  Result<std::vector<FavoriteRecord>> load(std::string_view user) override;
  Result<std::optional<FavoriteRecord>> find(std::string_view user, std::string_view item) override;
  Result<std::size_t> apply(std::string_view user, std::span<const RecordUpdate> updates) override;
  Status acknowledge(std::string_view user, std::span<const Favorite> sent) override;
  Result<Favorite> edit(std::string_view user, std::string_view item, Action action,
                        Timestamp now) override;
  Result<bool> offer(std::string_view user, const Favorite& change) override;
  Result<std::optional<std::string>> bind_partner(std::string_view user,
                                                  std::string_view partner) override;

 private:
  template <typename Call>
  auto pass(Call call) -> decltype(call());
  void judge_user(std::string_view user);
  void judge_write(const std::optional<FavoriteRecord>& before, const FavoriteRecord& after);

  FavoriteStore& below_;
  Passage& passage_;
  Ledger& ledger_;
  RoundSight& sight_;
  TiePolicy ties_;
};

// The store as devices have it: what they change is issued, and stands.
class DeviceStore final : public FavoriteStore {
 public:
  // `below` may come to point to another store, when the process starts again.
  DeviceStore(const std::unique_ptr<FavoriteStore>& below, Ledger& ledger, int user)
      : below_(below), ledger_(ledger), user_(user) {}

  Result<std::vector<FavoriteRecord>> load(std::string_view user) override;
  Result<std::optional<FavoriteRecord>> find(std::string_view user, std::string_view item) override;
  Result<std::size_t> apply(std::string_view user, std::span<const RecordUpdate> updates) override;
  Status acknowledge(std::string_view user, std::span<const Favorite> sent) override;
  Result<Favorite> edit(std::string_view user, std::string_view item, Action action,
                        Timestamp now) override;
  Result<bool> offer(std::string_view user, const Favorite& change) override;
  Result<std::optional<std::string>> bind_partner(std::string_view user,
                                                  std::string_view partner) override;

 private:
  const std::unique_ptr<FavoriteStore>& below_;
  Ledger& ledger_;
  int user_;
};

}  // namespace favsync::simulation
