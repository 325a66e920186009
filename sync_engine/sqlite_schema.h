#pragma once

#include <stdexcept>
#include <string>

namespace SQLite {
class Database;
}

namespace favsync {

// A file that is a database, and yet no store that this version can use. Never leaves sync_engine.
class SchemaError : public std::runtime_error {
  using std::runtime_error::runtime_error;
};

// Brings `database`, just opened from `file`, to this version's schema, and sets how it writes. A
// new file gets the schema; an older one is migrated in one transaction. Throws SchemaError for
// another program's file or a newer schema, before anything is written, and SQLite::Exception.
void open_schema(SQLite::Database& database, const std::string& file);

}  // namespace favsync
