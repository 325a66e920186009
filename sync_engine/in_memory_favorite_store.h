#pragma once

#include <map>
#include <mutex>
#include <string>

#include "sync_engine/favorite_store.h"

namespace favsync {

// A FavoriteStore that ends with the object. One lock for all: made for tests and for small tools.
class InMemoryFavoriteStore final : public FavoriteStore {
 public:
  Result<std::vector<FavoriteRecord>> load(std::string_view user) override;
  Result<std::vector<FavoriteRecord>> load_page(std::string_view user, std::string_view after,
                                                std::size_t limit) override;
  Result<std::optional<FavoriteRecord>> find(std::string_view user, std::string_view item) override;
  Result<std::size_t> apply(std::string_view user, std::span<const RecordUpdate> updates) override;
  Status acknowledge(std::string_view user, std::span<const Favorite> sent) override;
  Result<Favorite> edit(std::string_view user, std::string_view item, Action action,
                        Timestamp now) override;
  Result<bool> offer(std::string_view user, const Favorite& change) override;
  Result<std::optional<std::string>> bind_partner(std::string_view user,
                                                  std::string_view partner) override;
  Result<std::optional<ListValidator>> validator(std::string_view user) override;
  Status set_validator(std::string_view user,
                       const std::optional<ListValidator>& validator) override;

 private:
  struct Account {
    std::map<std::string, FavoriteRecord, std::less<>> records;
    std::string partner;
    std::optional<ListValidator> validator;
  };
  Account& account(std::string_view user);

  std::mutex mutex_;
  std::map<std::string, Account, std::less<>> accounts_;  // by user
};

}  // namespace favsync
