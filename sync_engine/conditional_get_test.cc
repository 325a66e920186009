// What a round does with a partner that gives ETags, honest or lying.
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/http_partner_client.h"
#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sync_engine.h"
#include "sync_engine/test_partner.h"
#include "sync_engine/test_raw_server.h"
#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using ::testing::ElementsAre;
using ::testing::IsEmpty;
using ::testing::SizeIs;

Favorite add(std::string item, std::string_view time = "10:00:00") {
  return {std::move(item), Action::kAdd, at(time)};
}

// TestPartner with an ETag that changes with the list, or lies.
class TaggedPartner final : public PartnerClient {
 public:
  Result<PartnerList> get_favorites(const UserToken& token) override {
    ++whole_lists;
    auto list = partner.get_favorites(token);
    list->etag = tag();
    return list;
  }
  Result<PartnerList> get_favorites_if_changed(const UserToken& token,
                                               const std::string& etag) override {
    asked_with.push_back(etag);
    if (etag != tag() && !always_says_unchanged) return get_favorites(token);
    ++unchanged;
    return PartnerList{
        .favorites = {}, .skipped = {}, .warnings = {}, .etag = etag, .not_modified = true};
  }
  Result<PostReceipt> post_favorites(const UserToken& token,
                                     std::span<const Favorite> favorites) override {
    return partner.post_favorites(token, favorites);
  }

  std::string tag() const {
    std::string text = "\"";
    for (const auto& [item, favorite] : partner.favorites) {
      text += item + std::to_string(favorite.action_date.unix_millis() % 100'000'000) +
              std::string(to_string(favorite.action));
    }
    return text + '"';
  }

  TestPartner partner;
  std::vector<std::string> asked_with;
  int whole_lists = 0, unchanged = 0;
  bool always_says_unchanged = false;
};

class ConditionalGet : public ::testing::Test {
 protected:
  SyncReport round(bool is_read_only = false) {
    auto engine = is_read_only ? SyncEngine::read_only(partner_, store_, clock_, options_)
                               : SyncEngine::two_way(partner_, store_, clock_, options_);
    return engine.sync({"alice", UserToken::make("t").value(), url_}).value();
  }
  bool here(std::string_view item) { return store_.find("alice", item).value().has_value(); }

  TaggedPartner partner_;
  InMemoryFavoriteStore store_;
  ManualClock clock_{at("10:46:00")};
  SyncOptions options_{.seed = 1};
  std::string url_ = "https://a.example";
};

TEST_F(ConditionalGet, UnchangedListEndsARoundThatHasNothingToSend) {
  partner_.partner.put(add("a"));
  round();
  const auto report = round();
  EXPECT_TRUE(report.not_modified);
  EXPECT_EQ(report.same, 1u);
  EXPECT_EQ(report.requests, 1);
  EXPECT_EQ(partner_.whole_lists, 1);
}

TEST_F(ConditionalGet, ChangeAtThePartnerIsReadWhole) {
  round();
  partner_.partner.put(add("a"));
  EXPECT_THAT(round().pulled, ElementsAre(add("a")));
}

TEST_F(ConditionalGet, WhatIsSentIsADiffAgainstAWholeListEvenAfterA304) {
  partner_.partner.put(add("a"));
  round();
  store_.offer("alice", add("b")).value();
  const auto report = round();
  EXPECT_EQ(partner_.unchanged, 1);
  EXPECT_EQ(partner_.whole_lists, 2);
  EXPECT_THAT(report.pushed, ElementsAre(add("b")));
  EXPECT_FALSE(report.not_modified);
}

TEST_F(ConditionalGet, ListIsReadWholeAfterAnyPostOfOurs) {
  store_.offer("alice", add("b")).value();
  round();
  round();
  EXPECT_THAT(partner_.asked_with, IsEmpty());
  EXPECT_EQ(partner_.whole_lists, 2);
  EXPECT_TRUE(round().not_modified);
}

TEST_F(ConditionalGet, DroppedWriteIsFoundThoughTheListAndItsTagStayTheSame) {
  partner_.partner.put(add("a", "09:00:00"));
  round();
  partner_.partner.drops_writes = true;
  store_.offer("alice", add("a", "10:00:00")).value();
  EXPECT_THAT(round().pushed, SizeIs(1));
  partner_.partner.drops_writes = false;
  EXPECT_THAT(round().pushed, SizeIs(1));  // the partner never took the first
  EXPECT_EQ(partner_.partner.favorites.at("a"), add("a", "10:00:00"));
}

TEST_F(ConditionalGet, LyingTagMakesAChangeLateAndLosesNothing) {
  partner_.partner.put(add("a"));
  round();
  partner_.always_says_unchanged = true;
  partner_.partner.put(add("b"));
  EXPECT_TRUE(round().not_modified);
  EXPECT_FALSE(here("b"));
  clock_.advance(options_.whole_list_every);
  EXPECT_THAT(round().pulled, ElementsAre(add("b")));
}

TEST_F(ConditionalGet, ClockThatWasSetBackReadsWhole) {
  round();
  clock_.set(at("09:00:00"));
  EXPECT_FALSE(round().not_modified);
}

TEST_F(ConditionalGet, TagOfOnePartnerIsNotShownToAnother) {
  round();
  url_ = "https://b.example";
  EXPECT_FALSE(round().not_modified);
  EXPECT_THAT(partner_.asked_with, IsEmpty());
}

TEST_F(ConditionalGet, RestartedEngineStillKnowsTheTag) {
  round();
  EXPECT_TRUE(round().not_modified);  // every round here has an engine of its own
}

TEST_F(ConditionalGet, ReadOnlyRoundWithUnsentItemsStillEndsWithA304) {
  store_.offer("alice", add("mine")).value();
  EXPECT_THAT(round(true).unsent, ElementsAre(add("mine")));
  const auto report = round(true);
  EXPECT_TRUE(report.not_modified);
  EXPECT_THAT(report.unsent, ElementsAre(add("mine")));
}

TEST_F(ConditionalGet, SwitchedOffNeverAsks) {
  options_.conditional_get = false;
  round();
  EXPECT_FALSE(round().not_modified);
  EXPECT_THAT(partner_.asked_with, IsEmpty());
}

TEST_F(ConditionalGet, TieThatIsOpenKeepsTheListFromBeingSettled) {
  partner_.partner.put(add("a"));
  store_.offer("alice", {"a", Action::kDelete, at("10:00:00")}).value();
  EXPECT_THAT(round().conflicts, SizeIs(1));
  EXPECT_THAT(round().conflicts, SizeIs(1));
}

TEST(ConditionalGetOnTheWire, ValidatorTravelsAndA304IsTakenOnlyForIt) {
  std::vector<std::string> asked;
  const HttpServer server([&](const TestRequest& request, TestReply& reply) {
    asked.push_back(request.header("If-None-Match"));
    reply.headers.emplace_back("ETag", "\"v1\"");
    if (asked.size() > 1) reply.status = 304;
    if (asked.size() > 1) reply.body.clear();
  });
  HttpPartnerOptions options;
  options.base_url = server.url();
  auto reader = HttpPartnerReader::make(options).value();
  const auto token = UserToken::make("t").value();
  EXPECT_EQ(reader->get_favorites(token)->etag, "\"v1\"");
  EXPECT_TRUE(reader->get_favorites_if_changed(token, "\"v1\"")->not_modified);
  EXPECT_EQ(reader->get_favorites(token).error().code, ErrorCode::kMalformedReply);
  EXPECT_THAT(asked, ElementsAre("", "\"v1\"", ""));
}

// Its Content-Length is that of the list which it does not send.
TEST(ConditionalGetOnTheWire, NotModifiedEndsWithItsHeadWhateverLengthItNames) {
  for (const std::string length :
       {"Content-Length: 120\r\n", "", "Transfer-Encoding: chunked\r\n"}) {
    RawServer server([&](int socket) {
      write_all(socket, "HTTP/1.1 304 Not Modified\r\nETag: \"v1\"\r\n" + length + "\r\n");
      client_hung_up(socket, 10'000);
    });
    HttpPartnerOptions options;
    options.base_url = server.url();
    options.total_timeout = std::chrono::seconds{5};
    {
      auto reader = HttpPartnerReader::make(options).value();
      const auto list = reader->get_favorites_if_changed(UserToken::make("t").value(), "\"v1\"");
      ASSERT_TRUE(list) << length << list.error().message;
      EXPECT_TRUE(list->not_modified);
    }
  }
}

}  // namespace
}  // namespace favsync
