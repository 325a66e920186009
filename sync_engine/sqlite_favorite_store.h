#pragma once

#include <memory>
#include <string>

#include "sync_engine/favorite_store.h"

namespace favsync {

// A FavoriteStore in one SQLite file: write-ahead log, many users. What a call wrote is there after
// a kill of the process. What a user did (edit, offer) is also flushed to the disk, and is there
// after a power cut; a round's writes are flushed with the next of those or with the log, since the
// partner's list gives them again, and never out of order. Several processes may use the file at
// once; a call waits up to 10 s for another's write. Safe from any thread; calls take turns.
class SqliteFavoriteStore final : public FavoriteStore {
 public:
  // The schema that this version writes; kept in the file's user_version. Older files are brought
  // up to it when they are opened, in one transaction; newer ones are refused.
  static constexpr int kSchemaVersion = 2;

  // Opens the file, and makes it where there is none (its folder must exist). Errors: kStorage for
  // a file that cannot be opened, is no favsync store, or has a newer schema; such a file is left
  // as it is.
  [[nodiscard]] static Result<std::unique_ptr<SqliteFavoriteStore>> open(const std::string& file);

  ~SqliteFavoriteStore() override;

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
  struct Connection;
  explicit SqliteFavoriteStore(std::unique_ptr<Connection> connection);

  std::unique_ptr<Connection> connection_;
};

}  // namespace favsync
