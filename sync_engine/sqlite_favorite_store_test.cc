// What only a file can do; the contract that it shares is in favorite_store_test.cc.
#include "sync_engine/sqlite_favorite_store.h"

#include <fstream>

#include <SQLiteCpp/SQLiteCpp.h>
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using ::testing::HasSubstr;

class SqliteFavoriteStoreTest : public ::testing::Test {
 protected:
  auto open() { return SqliteFavoriteStore::open(file_); }
  void run(const char* sql) {
    SQLite::Database database(file_, SQLite::OPEN_READWRITE | SQLite::OPEN_CREATE);
    database.exec(sql);
  }
  TemporaryFolder folder_;
  const std::string file_ = folder_.file("favorites.db");
};

TEST_F(SqliteFavoriteStoreTest, RecordsOutliveTheObject) {
  const auto edit = open().value()->edit("alice", "a", Action::kAdd, at("10:00:00")).value();
  EXPECT_EQ(open().value()->find("alice", "a").value()->favorite, edit);
}

TEST_F(SqliteFavoriteStoreTest, TwoObjectsOnOneFileSeeEachOthersWrites) {
  const auto one = open().value(), two = open().value();
  one->edit("alice", "a", Action::kAdd, at("10:00:00")).value();
  const auto edit = two->edit("alice", "a", Action::kDelete, at("10:00:00")).value();
  EXPECT_EQ(edit.action_date, at("10:00:00.001"));
  EXPECT_EQ(one->find("alice", "a").value()->favorite, edit);
}

TEST_F(SqliteFavoriteStoreTest, WritesGoThroughAWriteAheadLog) {
  const auto store = open().value();
  SQLite::Database database(file_, SQLite::OPEN_READONLY);
  EXPECT_EQ(database.execAndGet("PRAGMA journal_mode").getString(), "wal");
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(),
            SqliteFavoriteStore::kSchemaVersion);
}

// As favsync 0.1.0 made it.
constexpr const char* kSchema1 =
    "CREATE TABLE user(id INTEGER PRIMARY KEY, name TEXT NOT NULL UNIQUE,"
    " partner TEXT NOT NULL DEFAULT '');"
    "CREATE TABLE favorite(user INTEGER NOT NULL REFERENCES user(id), item BLOB NOT NULL,"
    " action INTEGER NOT NULL, seconds INTEGER NOT NULL, nanoseconds INTEGER NOT NULL,"
    " base_action INTEGER, base_seconds INTEGER, base_nanoseconds INTEGER,"
    " tries INTEGER NOT NULL DEFAULT 0, PRIMARY KEY(user, item)) WITHOUT ROWID;"
    "INSERT INTO user VALUES(7, 'alice', 'https://a.example');"
    "INSERT INTO favorite VALUES(7, x'61', 1, 1493721912, 798000000, 1, 1493721912, 798000000, 0);"
    "INSERT INTO favorite VALUES(7, x'62', 0, 1493721913, 1, NULL, NULL, NULL, 2);"
    "PRAGMA application_id = 1178687059; PRAGMA user_version = 1";

TEST_F(SqliteFavoriteStoreTest, FileOfTheFirstSchemaIsBroughtUpToDateWithAllThatItHolds) {
  run(kSchema1);
  const auto opened = open();
  ASSERT_TRUE(opened) << opened.error().message;
  const auto& store = *opened;
  const auto a = ItemState{Action::kAdd, at("10:45:12.798")};
  const std::vector<FavoriteRecord> expected{
      {{"a", a.action, a.action_date}, a, 0},
      {{"b", Action::kDelete, at("10:45:13.000000001")}, std::nullopt, 2}};
  EXPECT_EQ(store->load("alice").value(), expected);
  EXPECT_EQ(store->bind_partner("alice", "https://a.example").value(), std::nullopt);
  EXPECT_EQ(store->validator("alice").value(), std::nullopt);
  ASSERT_TRUE(store->set_validator("alice", ListValidator{"p", "\"1\"", at("11:00:00")}));
  SQLite::Database database(file_, SQLite::OPEN_READONLY);
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(),
            SqliteFavoriteStore::kSchemaVersion);
}

TEST_F(SqliteFavoriteStoreTest, MigrationThatFailsLeavesTheFileAsItWas) {
  run(kSchema1);
  run("ALTER TABLE user ADD COLUMN list_read_ms INTEGER");  // in the way of the migration's own
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kStorage);
  SQLite::Database database(file_, SQLite::OPEN_READONLY);
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), 1);
  EXPECT_EQ(database.execAndGet("SELECT count(*) FROM pragma_table_info('user')").getInt(), 4);
}

TEST_F(SqliteFavoriteStoreTest, NewerSchemaIsRefusedAndLeftAsItIs) {
  ASSERT_TRUE(open());
  run("PRAGMA user_version = 99");
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kStorage);
  EXPECT_THAT(store.error().message, HasSubstr("expected schema 2 or older, got 99"));
  SQLite::Database database(file_, SQLite::OPEN_READONLY);
  EXPECT_EQ(database.execAndGet("PRAGMA user_version").getInt(), 99);
}

TEST_F(SqliteFavoriteStoreTest, AnotherProgramsDatabaseIsRefusedAndLeftAsItIs) {
  run("CREATE TABLE notes(text)");
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr("a database of another program"));
  SQLite::Database database(file_, SQLite::OPEN_READONLY);
  EXPECT_FALSE(database.tableExists("favorite"));
}

TEST_F(SqliteFavoriteStoreTest, FileThatIsNoDatabaseIsRefusedAndLeftAsItIs) {
  const std::string text(5000, 'x');
  std::ofstream(file_) << text;
  const auto store = open();
  ASSERT_FALSE(store);
  EXPECT_THAT(store.error().message, HasSubstr(file_));
  std::ifstream after(file_);
  EXPECT_EQ(std::string(std::istreambuf_iterator<char>(after), {}), text);
}

TEST_F(SqliteFavoriteStoreTest, FileInNoFolderIsAnErrorThatNamesIt) {
  const auto store = SqliteFavoriteStore::open(folder_.file("no/such/folder.db"));
  ASSERT_FALSE(store);
  EXPECT_EQ(store.error().code, ErrorCode::kStorage);
  EXPECT_THAT(store.error().message, HasSubstr("no/such/folder.db"));
  EXPECT_FALSE(SqliteFavoriteStore::open(""));
}

TEST_F(SqliteFavoriteStoreTest, FailedStepKeepsNothingOfItself) {
  const auto store = open().value();
  store->edit("alice", "a", Action::kAdd, at("10:00:00")).value();
  run("CREATE TRIGGER full BEFORE INSERT ON favorite WHEN NEW.item = x'62'"
      " BEGIN SELECT RAISE(ABORT, 'disk full'); END");
  const std::vector<RecordUpdate> updates{
      {std::nullopt, {{"0", Action::kAdd, at("11:00:00")}, std::nullopt, 0}},
      {std::nullopt, {{"b", Action::kAdd, at("11:00:00")}, std::nullopt, 0}}};
  const auto applied = store->apply("alice", updates);
  ASSERT_FALSE(applied);
  EXPECT_EQ(applied.error().code, ErrorCode::kStorage);
  EXPECT_THAT(applied.error().message, HasSubstr("disk full"));
  EXPECT_EQ(store->load("alice").value().size(), 1u);
}

}  // namespace
}  // namespace favsync
