#include "sync_engine/sqlite_schema.h"

#include <array>
#include <cstddef>

#include <SQLiteCpp/SQLiteCpp.h>
#include <fmt/format.h>

#include "sync_engine/sqlite_favorite_store.h"

namespace favsync {
namespace {

constexpr int kApplicationId =
    0x46415653;  // "FAVS" in the file's header: tells our files from others'

// Step i brings a file from schema i to schema i + 1. Steps are only ever appended.
constexpr std::array<const char*, SqliteFavoriteStore::kSchemaVersion> kMigrations = {
    "CREATE TABLE user("
    " id INTEGER PRIMARY KEY,"
    " name TEXT NOT NULL UNIQUE,"
    " partner TEXT NOT NULL DEFAULT '');"
    "CREATE TABLE favorite("
    " user INTEGER NOT NULL REFERENCES user(id),"
    " item BLOB NOT NULL,"
    " action INTEGER NOT NULL,"  // 1 ADD, 0 DELETE
    " seconds INTEGER NOT NULL, nanoseconds INTEGER NOT NULL,"
    " base_action INTEGER, base_seconds INTEGER, base_nanoseconds INTEGER,"
    " tries INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY(user, item)) WITHOUT ROWID;",
    // The validator of the partner's list; no ETag: none.
    "ALTER TABLE user ADD COLUMN list_etag TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE user ADD COLUMN list_partner TEXT NOT NULL DEFAULT '';"
    "ALTER TABLE user ADD COLUMN list_read_ms INTEGER NOT NULL DEFAULT 0;"};

int pragma_value(SQLite::Database& database, const char* name) {
  return database.execAndGet(fmt::format("PRAGMA {}", name)).getInt();
}

void refuse_foreign_file(SQLite::Database& database, const std::string& file) {
  const int application = pragma_value(database, "application_id");
  const int tables = database.execAndGet("SELECT count(*) FROM sqlite_master").getInt();
  if (application == kApplicationId || (application == 0 && tables == 0)) return;
  throw SchemaError(fmt::format(
      "store {}: expected a favsync store, got a database of another program; name another file",
      file));
}

}  // namespace

void open_schema(SQLite::Database& database, const std::string& file) {
  refuse_foreign_file(database, file);
  const int found = pragma_value(database, "user_version");
  if (found > SqliteFavoriteStore::kSchemaVersion) {
    throw SchemaError(
        fmt::format("store {}: expected schema {} or older, got {}; it was written by a newer "
                    "favsync: use that "
                    "version, or name another file",
                    file, SqliteFavoriteStore::kSchemaVersion, found));
  }
  database.exec("PRAGMA journal_mode = WAL");
  database.exec("PRAGMA synchronous = FULL");
  if (found == SqliteFavoriteStore::kSchemaVersion) return;

  SQLite::Transaction transaction(database, SQLite::TransactionBehavior::IMMEDIATE);
  // Another process may have done it while this one waited for the lock.
  const int current = pragma_value(database, "user_version");
  for (int step = current; step < SqliteFavoriteStore::kSchemaVersion; ++step) {
    database.exec(kMigrations.at(static_cast<std::size_t>(step)));
  }
  database.exec(fmt::format("PRAGMA application_id = {}", kApplicationId));
  database.exec(fmt::format("PRAGMA user_version = {}", SqliteFavoriteStore::kSchemaVersion));
  transaction.commit();
}

}  // namespace favsync
