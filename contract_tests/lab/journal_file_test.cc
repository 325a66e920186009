#include "contract_tests/lab/journal_file.h"

#include <fstream>

#include <gmock/gmock.h>

#include "contract_tests/lab/write_journal.h"
#include "sync_engine/test_support.h"

namespace favsync::contract {
namespace {

using testing::HasSubstr;

const Value kAdded{Act::kAdd, to_instant({2017, 5, 2, 10, 45, 12, 798})};
const Value kRemoved{Act::kDelete, to_instant({2017, 5, 2, 11, 0, 0, 1})};

constexpr std::string_view kHead =
    "{\"favsync_journal\":1,\"url\":\"http://a\",\"made_up\":\"session_9\"}\n";
constexpr std::string_view kLine =
    R"({"user":"first user","item":"a","original":null,)"
    R"("write":{"action":"ADD","actionDate":"2017-05-02T10:45:12.798000000Z"}})"
    "\n";

std::string error_of(std::string_view text) {
  const auto journal = parse_journal(text, "run.jsonl");
  return journal ? "no error" : journal.error().message;
}

TEST(JournalFile, HoldsWhatTheJournalNoted) {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.jsonl");
  User user;
  user.name = "first user";
  user.snapshot = {{"known", kAdded}};
  {
    WriteJournal journal(path, "http://a");
    journal.set_made_up("session_9");
    const Write writes[] = {{"known", kRemoved}, {"new \xC3\xA9\n", kAdded}};
    ASSERT_TRUE(journal.note(user, writes));
    user.snapshot.clear();  // what stood before the first write of an item counts
    ASSERT_TRUE(journal.note(user, {writes, 1}));
  }
  const auto read = read_journal(path);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->url, "http://a");
  EXPECT_EQ(read->prefixes, std::vector<std::string>{"session_9"});
  EXPECT_EQ(read->writes, 3u);
  const auto& items = read->users.at("first user");
  EXPECT_EQ(items.at("known").original, kAdded);
  EXPECT_EQ(items.at("known").writes, (std::vector<Value>{kRemoved, kRemoved}));
  EXPECT_EQ(items.at("new \xC3\xA9\n").original, std::nullopt);
}

TEST(JournalFile, WhatWasPutBackIsLeftOut) {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.jsonl");
  {
    WriteJournal journal(path, "http://a");
    User named;
    named.name = "first user";
    const Write write{"a", kAdded};
    ASSERT_TRUE(journal.note(named, {&write, 1}));
    ASSERT_TRUE(journal.note_restored());
  }
  const auto read = read_journal(path);
  ASSERT_TRUE(read) << read.error().message;
  EXPECT_EQ(read->writes, 0u);
  EXPECT_TRUE(read->users.empty());
}

TEST(JournalFile, NothingIsWrittenBeforeTheFirstWrite) {
  const TemporaryFolder folder;
  const std::string path = folder.file("run.jsonl");
  { const WriteJournal journal(path, "http://a"); }
  EXPECT_FALSE(std::ifstream(path).is_open());
}

TEST(JournalFile, JournalThatCannotBeWrittenIsAnError) {
  WriteJournal journal("/no/such/folder/run.jsonl", "http://a");
  const Write write{"a", kAdded};
  const Status noted = journal.note(User{}, {&write, 1});
  ASSERT_FALSE(noted);
  EXPECT_THAT(noted.error().message, HasSubstr("/no/such/folder/run.jsonl"));
  EXPECT_THAT(noted.error().message, HasSubstr("nothing is sent without it"));
}

TEST(JournalFile, LineThatWasCutOffIsPassedOver) {
  const std::string text =
      std::string(kHead) + std::string(kLine) + std::string(kLine.substr(0, 40));
  const auto journal = parse_journal(text, "run.jsonl");
  ASSERT_TRUE(journal) << journal.error().message;
  EXPECT_TRUE(journal->torn);
  EXPECT_EQ(journal->writes, 1u);
}

TEST(JournalFile, BadLineSaysWhereWhatWasExpectedAndWhatCame) {
  const std::string head(kHead);
  EXPECT_EQ(error_of(head + "oops\n"),
            "run.jsonl: line 2: expected {\"user\":…,\"item\":…,\"write\":{\"action\":…,"
            "\"actionDate\":…},\"original\":null or likewise}, got oops; nothing was put back");
  EXPECT_THAT(error_of(std::string(kLine)), HasSubstr("line 1: expected the journal's head"));
  std::string line(kLine);
  line.replace(line.find("ADD"), 3, "add");
  EXPECT_THAT(error_of(head + line),
              HasSubstr("line 2: write.action: expected \"ADD\" or \"DELETE\", got \"add\""));
  line = kLine;
  line.replace(line.find("2017-05"), 7, "2017-13");
  EXPECT_THAT(error_of(head + line), HasSubstr("write.actionDate: expected a date such as"));
  line = kLine;
  line.replace(line.find("\"original\":null,"), 16, "");
  EXPECT_THAT(error_of(head + line), HasSubstr("got no \"original\""));
  EXPECT_THAT(error_of("{\"favsync_journal\":2,\"url\":\"http://a\"}\n"),
              HasSubstr("favsync_journal: expected 1, got 2"));
}

TEST(JournalFile, TwoPartnersInOneFileAreAnError) {
  const std::string other = "{\"favsync_journal\":1,\"url\":\"http://b\",\"made_up\":\"\"}\n";
  EXPECT_THAT(error_of(std::string(kHead) + std::string(kLine) + other),
              HasSubstr("line 3: expected writes to one partner, http://a, got some to http://b"));
}

TEST(JournalFile, MissingFileIsAnError) {
  const auto journal = read_journal("/no/such/run.jsonl");
  ASSERT_FALSE(journal);
  EXPECT_EQ(journal.error().code, ErrorCode::kNotFound);
  EXPECT_THAT(journal.error().message, HasSubstr("/no/such/run.jsonl"));
}

}  // namespace
}  // namespace favsync::contract
