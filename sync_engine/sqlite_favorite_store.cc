#include "sync_engine/sqlite_favorite_store.h"

#include <mutex>
#include <utility>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "sync_engine/local_edit.h"
#include "sync_engine/sqlite_schema.h"

namespace favsync {
namespace {

constexpr int kBusyTimeoutMillis = 10'000;

// An item is any UTF-8, zero bytes included, and compares by bytes: a BLOB does exactly that.
void bind_item(SQLite::Statement& statement, int index, std::string_view item) {
  const char* data = item.data() == nullptr ? "" : item.data();  // null would bind NULL
  statement.bind(index, static_cast<const void*>(data), static_cast<int>(item.size()));
}

void bind_text(SQLite::Statement& statement, int index, std::string_view text) {
  statement.bind(index, std::string(text));
}

void bind_state(SQLite::Statement& statement, int index, const std::optional<ItemState>& state) {
  if (!state) {
    for (int i = 0; i < 3; ++i) statement.bind(index + i);
    return;
  }
  statement.bind(index, state->action == Action::kAdd ? 1 : 0);
  statement.bind(index + 1, static_cast<std::int64_t>(state->action_date.seconds()));
  statement.bind(index + 2, static_cast<std::int64_t>(state->action_date.nanoseconds()));
}

std::optional<ItemState> read_state(SQLite::Statement& row, int index) {
  if (row.getColumn(index).isNull()) return std::nullopt;
  return ItemState{row.getColumn(index).getInt() != 0 ? Action::kAdd : Action::kDelete,
                   Timestamp::from_unix(row.getColumn(index + 1).getInt64(),
                                        row.getColumn(index + 2).getUInt())};
}

// Reads the columns item, action, seconds, nanoseconds, base_*, tries in this order.
FavoriteRecord read_record(SQLite::Statement& row) {
  FavoriteRecord record;
  const auto item = row.getColumn(0);
  record.favorite.item.assign(static_cast<const char*>(item.getBlob()),
                              static_cast<std::size_t>(item.getBytes()));
  if (const auto state = read_state(row, 1)) {
    record.favorite.action = state->action;
    record.favorite.action_date = state->action_date;
  }
  record.base = read_state(row, 4);
  record.tries = row.getColumn(7).getInt();
  return record;
}

#define FAVSYNC_COLUMNS \
  "item, action, seconds, nanoseconds, base_action, base_seconds, base_nanoseconds, tries"

}  // namespace

struct SqliteFavoriteStore::Connection {
  explicit Connection(const std::string& file)
      : path(file),
        database(file, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE, kBusyTimeoutMillis) {
    open_schema(database, file);
  }

  // Prepared once a call: SQLite's own cache of plans would save little beside the commit.
  std::int64_t user_id(std::string_view user) {
    SQLite::Statement insert(database, "INSERT OR IGNORE INTO user(name) VALUES(?)");
    bind_text(insert, 1, user);
    insert.exec();
    SQLite::Statement select(database, "SELECT id FROM user WHERE name = ?");
    bind_text(select, 1, user);
    select.executeStep();
    return select.getColumn(0).getInt64();
  }

  std::optional<FavoriteRecord> find(std::string_view user, std::string_view item) {
    SQLite::Statement select(database,
                             "SELECT " FAVSYNC_COLUMNS
                             " FROM favorite WHERE user = (SELECT id FROM user WHERE name = ?)"
                             " AND item = ?");
    bind_text(select, 1, user);
    bind_item(select, 2, item);
    if (!select.executeStep()) return std::nullopt;
    return read_record(select);
  }

  void put(std::int64_t user, const FavoriteRecord& record) {
    SQLite::Statement insert(database, "INSERT OR REPLACE INTO favorite(user, " FAVSYNC_COLUMNS
                                       ") VALUES(?,?,?,?,?,?,?,?,?)");
    put(insert, user, record);
  }

  void put(SQLite::Statement& insert, std::int64_t user, const FavoriteRecord& record) {
    insert.bind(1, user);
    bind_item(insert, 2, record.favorite.item);
    bind_state(insert, 3, state_of(record.favorite));
    bind_state(insert, 6, record.base);
    insert.bind(9, record.tries);
    insert.exec();
    insert.reset();
  }

  // Runs `work` alone and turns what SQLite throws into an error that names the file.
  template <typename Work>
  auto locked(Work work) -> Result<decltype(work())> {
    const std::lock_guard lock(mutex);
    try {
      return work();
    } catch (const SQLite::Exception& error) {
      return fail(ErrorCode::kStorage,
                  fmt::format("store {}: {}; nothing of this step was kept", path, error.what()));
    }
  }

  // What a commit waits for. A round's commits can be worked out again from the partner's list, so
  // they only need to keep their order; what a user did exists nowhere else.
  enum class Flush { kLater, kNow };

  // As `locked`, inside a write transaction that is undone unless `work` returns. The lock on the
  // file is taken at once: a transaction that reads first could fail when it comes to write.
  template <typename Work>
  auto transact(Flush wanted, Work work) -> Result<decltype(work())> {
    return locked([&] {
      if (wanted != flush) {
        database.exec(wanted == Flush::kNow ? "PRAGMA synchronous = FULL"
                                            : "PRAGMA synchronous = NORMAL");
        flush = wanted;
      }
      SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
      auto result = work();
      transaction.commit();
      return result;
    });
  }

  std::mutex mutex;
  Flush flush = Flush::kNow;  // as the schema's opening leaves it
  std::string path;
  SQLite::Database database;
};

SqliteFavoriteStore::SqliteFavoriteStore(std::unique_ptr<Connection> connection)
    : connection_(std::move(connection)) {}
SqliteFavoriteStore::~SqliteFavoriteStore() = default;

Result<std::unique_ptr<SqliteFavoriteStore>> SqliteFavoriteStore::open(const std::string& file) {
  if (file.empty()) {
    return fail(ErrorCode::kStorage, "store: expected the name of a file, got an empty one");
  }
  try {
    return std::unique_ptr<SqliteFavoriteStore>(
        new SqliteFavoriteStore(std::make_unique<Connection>(file)));
  } catch (const SchemaError& error) {
    return fail(ErrorCode::kStorage, error.what());
  } catch (const SQLite::Exception& error) {
    return fail(ErrorCode::kStorage,
                fmt::format("store {}: {}; expected a favsync store or a new file in a folder that "
                            "can be written",
                            file, error.what()));
  }
}

Result<std::vector<FavoriteRecord>> SqliteFavoriteStore::load(std::string_view user) {
  return connection_->locked([&] {
    std::vector<FavoriteRecord> records;
    SQLite::Statement select(connection_->database,
                             "SELECT " FAVSYNC_COLUMNS
                             " FROM favorite WHERE user = (SELECT id FROM user WHERE name = ?)"
                             " ORDER BY item");
    bind_text(select, 1, user);
    while (select.executeStep()) records.push_back(read_record(select));
    return records;
  });
}

Result<std::vector<FavoriteRecord>> SqliteFavoriteStore::load_page(std::string_view user,
                                                                   std::string_view after,
                                                                   std::size_t limit) {
  return connection_->locked([&] {
    std::vector<FavoriteRecord> records;
    SQLite::Statement select(connection_->database,
                             "SELECT " FAVSYNC_COLUMNS
                             " FROM favorite WHERE user = (SELECT id FROM user WHERE name = ?)"
                             " AND item > ? ORDER BY item LIMIT ?");
    bind_text(select, 1, user);
    bind_item(select, 2, after);
    select.bind(3, static_cast<std::int64_t>(limit));
    while (select.executeStep()) records.push_back(read_record(select));
    return records;
  });
}

Result<std::optional<FavoriteRecord>> SqliteFavoriteStore::find(std::string_view user,
                                                                std::string_view item) {
  return connection_->locked([&] { return connection_->find(user, item); });
}

Result<std::size_t> SqliteFavoriteStore::apply(std::string_view user,
                                               std::span<const RecordUpdate> updates) {
  if (updates.empty()) return std::size_t{0};
  return connection_->transact(Connection::Flush::kLater, [&] {
    const std::int64_t id = connection_->user_id(user);
    auto& database = connection_->database;
    SQLite::Statement select(
        database, "SELECT action, seconds, nanoseconds FROM favorite WHERE user = ? AND item = ?");
    SQLite::Statement insert(database, "INSERT OR REPLACE INTO favorite(user, " FAVSYNC_COLUMNS
                                       ") VALUES(?,?,?,?,?,?,?,?,?)");
    std::size_t passed_over = 0;
    for (const auto& update : updates) {
      select.bind(1, id);
      bind_item(select, 2, update.record.favorite.item);
      const auto stands = select.executeStep() ? read_state(select, 0) : std::optional<ItemState>();
      select.reset();
      if (stands == update.seen) {
        connection_->put(insert, id, update.record);
      } else {
        ++passed_over;
      }
    }
    return passed_over;
  });
}

Status SqliteFavoriteStore::acknowledge(std::string_view user, std::span<const Favorite> sent) {
  if (sent.empty()) return {};
  const auto done = connection_->transact(Connection::Flush::kLater, [&] {
    SQLite::Statement update(
        connection_->database,
        "UPDATE favorite SET base_action = ?, base_seconds = ?, base_nanoseconds = ?"
        " WHERE user = ? AND item = ?");
    const std::int64_t id = connection_->user_id(user);
    for (const auto& favorite : sent) {
      bind_state(update, 1, state_of(favorite));
      update.bind(4, id);
      bind_item(update, 5, favorite.item);
      update.exec();
      update.reset();
    }
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

Result<Favorite> SqliteFavoriteStore::edit(std::string_view user, std::string_view item,
                                           Action action, Timestamp now) {
  const auto stored = connection_->transact(Connection::Flush::kNow, [&] {
    auto record = edited(connection_->find(user, item), item, action, now);
    if (record) connection_->put(connection_->user_id(user), *record);
    return record;
  });
  if (!stored) return tl::unexpected(stored.error());
  if (!*stored) return tl::unexpected(stored->error());
  return (*stored)->favorite;
}

Result<bool> SqliteFavoriteStore::offer(std::string_view user, const Favorite& change) {
  return connection_->transact(Connection::Flush::kNow, [&] {
    const auto record = offered(connection_->find(user, change.item), change);
    if (record) connection_->put(connection_->user_id(user), *record);
    return record.has_value();
  });
}

Result<std::optional<std::string>> SqliteFavoriteStore::bind_partner(std::string_view user,
                                                                     std::string_view partner) {
  // Nearly always it is the same one, and reading waits for nobody.
  const auto is_bound = connection_->locked([&] {
    SQLite::Statement select(connection_->database,
                             "SELECT 1 FROM user WHERE name = ? AND partner = ?");
    bind_text(select, 1, user);
    bind_text(select, 2, partner);
    return select.executeStep();
  });
  if (!is_bound) return tl::unexpected(is_bound.error());
  if (*is_bound) return std::optional<std::string>();
  return connection_->transact(Connection::Flush::kLater, [&]() -> std::optional<std::string> {
    const std::int64_t id = connection_->user_id(user);
    SQLite::Statement select(connection_->database, "SELECT partner FROM user WHERE id = ?");
    select.bind(1, id);
    select.executeStep();
    const std::string before = select.getColumn(0).getString();
    if (before == partner) return std::nullopt;
    SQLite::Statement update(connection_->database, "UPDATE user SET partner = ? WHERE id = ?");
    bind_text(update, 1, partner);
    update.bind(2, id);
    update.exec();
    if (before.empty()) return std::nullopt;
    SQLite::Statement forget(connection_->database,
                             "UPDATE favorite SET base_action = NULL, base_seconds = NULL,"
                             " base_nanoseconds = NULL, tries = 0 WHERE user = ?");
    forget.bind(1, id);
    forget.exec();
    return before;
  });
}

Result<std::optional<ListValidator>> SqliteFavoriteStore::validator(std::string_view user) {
  return connection_->locked([&]() -> std::optional<ListValidator> {
    SQLite::Statement select(
        connection_->database,
        "SELECT list_partner, list_etag, list_read_ms FROM user WHERE name = ?");
    bind_text(select, 1, user);
    if (!select.executeStep() || select.getColumn(1).getString().empty()) return std::nullopt;
    return ListValidator{select.getColumn(0).getString(), select.getColumn(1).getString(),
                         Timestamp::from_unix_millis(select.getColumn(2).getInt64())};
  });
}

Status SqliteFavoriteStore::set_validator(std::string_view user,
                                          const std::optional<ListValidator>& validator) {
  const auto noted = validator.value_or(ListValidator{});
  const auto done = connection_->transact(Connection::Flush::kLater, [&] {
    SQLite::Statement update(
        connection_->database,
        "UPDATE user SET list_partner = ?, list_etag = ?, list_read_ms = ? WHERE id = ?");
    bind_text(update, 1, noted.partner);
    bind_text(update, 2, noted.etag);
    update.bind(3, noted.read_at.unix_millis());
    update.bind(4, connection_->user_id(user));
    update.exec();
    return true;
  });
  if (!done) return tl::unexpected(done.error());
  return {};
}

}  // namespace favsync
