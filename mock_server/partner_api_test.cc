#include "mock_server/partner_api.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <string>
#include <thread>
#include <vector>

#include "mock_server/honest_replies.h"
#include "mock_server/test_partner.h"

namespace favsync::mock {
namespace {

using ::testing::ElementsAre;
using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::Not;
using ::testing::Optional;

constexpr std::string_view kAlice = "alice-token-0001";
constexpr std::string_view kBob = "bob-token-7777";

Favorite favorite(std::string item, Action action, std::string_view date) {
  return {std::move(item), action, parse_strict_timestamp(date).value()};
}

std::string one(std::string_view item, std::string_view date, std::string_view action) {
  return "[" + favorite_json(item, date, action) + "]";
}

// The stored favourite of `token`'s user as GET lists it.
std::optional<Favorite> stored(TestPartner& partner, std::string_view token,
                               std::string_view item) {
  const auto rows = listed(partner.get(token));
  if (!rows) return std::nullopt;
  for (const Favorite& row : *rows) {
    if (row.item == item) return row;
  }
  return std::nullopt;
}

TEST(PartnerApi, ListsAddsAndDeletesInTheArticlesForm) {
  TestPartner partner;
  EXPECT_EQ(partner.get(kAlice).text(),
            R"([{"item":"session_1","actionDate":"2017-05-02T10:45:12.798Z","action":"ADD"},)"
            R"({"item":"session_2","actionDate":"2017-05-03T12:15:00.128Z","action":"DELETE"},)"
            R"({"item":"session_3","actionDate":"2026-11-23T18:30:40.250Z","action":"ADD"}])");
}

TEST(PartnerApi, AUserWithoutFavoritesGetsAnEmptyArray) {
  TestPartner partner;
  const PartnerReply reply = partner.get("dave-token");
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(reply.text(), "[]");
}

TEST(PartnerApi, AnswersAreJsonThatNoCacheKeeps) {
  TestPartner partner;
  for (const PartnerReply& reply :
       {partner.get(kAlice), partner.post(kAlice, "[]"), partner.get("nobody")}) {
    EXPECT_EQ(find_header(reply, "Content-Type"), "application/json");
    EXPECT_EQ(find_header(reply, "Cache-Control"), "no-store");
  }
}

TEST(PartnerApi, ARequestWithoutATokenIsRefusedWithAChallenge) {
  TestPartner partner;
  for (const PartnerReply& reply : {partner.get(""), partner.post("", "[]")}) {
    EXPECT_EQ(reply.status, 401);
    EXPECT_EQ(find_header(reply, "WWW-Authenticate"), R"(Bearer realm="favorites")");
    EXPECT_THAT(std::string(reply.text()), HasSubstr("token_missing"));
  }
}

TEST(PartnerApi, ATokenThatWasNeverIssuedIsRefusedAndNotRepeated) {
  TestPartner partner;
  const PartnerReply reply = partner.get("Alice-Token-0001");
  EXPECT_EQ(reply.status, 401);
  EXPECT_THAT(std::string(find_header(reply, "WWW-Authenticate")),
              HasSubstr(R"(error="invalid_token")"));
  EXPECT_THAT(std::string(reply.text()), Not(HasSubstr("Alice-Token")));
}

TEST(PartnerApi, APostWithoutAGoodTokenChangesNothing) {
  TestPartner partner;
  const std::string before(partner.get(kAlice).text());
  EXPECT_EQ(partner.post("", one("x", "2026-11-24T08:00:00.000Z", "ADD")).status, 401);
  EXPECT_EQ(partner.post("wrong", one("x", "2026-11-24T08:00:00.000Z", "ADD")).status, 401);
  EXPECT_EQ(partner.get(kAlice).text(), before);
}

TEST(PartnerApi, AnExpiredTokenIsRefused) {
  TestPartner partner;
  EXPECT_EQ(partner.get("alice-token-dead").status, 401);
  const UserToken brief = UserToken::make("brief").value();
  ASSERT_TRUE(partner.api().state().issue_token("alice", brief, std::chrono::seconds(60)));
  EXPECT_EQ(partner.get("brief").status, 200);
  partner.clock().advance(std::chrono::seconds(60));
  EXPECT_EQ(partner.get("brief").status, 401);
}

TEST(PartnerApi, ARevokedTokenIsRefused) {
  TestPartner partner;
  EXPECT_TRUE(partner.api().state().revoke_token(kAlice));
  EXPECT_EQ(partner.get(kAlice).status, 401);
  EXPECT_EQ(partner.get("alice-token-0002").status, 200);
}

TEST(PartnerApi, EveryWayToSendATokenWorksAlone) {
  for (const char* scheme :
       {"bearer", "header:X-User", "query:user_token", "cookie:sid", "basic"}) {
    Scenario scenario = TestPartner::scenario();
    scenario.auth = parse_auth_scheme(scheme).value();
    TestPartner partner(scenario);
    const TokenPlacement place =
        place_token(scenario.auth, UserToken::make(std::string(kAlice)).value());
    TestPartner::Headers headers;
    if (!place.header_name.empty()) headers.emplace_back(place.header_name, place.header_value);
    std::string path = "/getUserFavorites?page=3";
    if (!place.query_name.empty()) path += "&" + place.query_name + "=" + place.query_value;
    EXPECT_EQ(partner.send("GET", path, "", "", headers).status, 200) << scheme;
    const PartnerReply refused = partner.send("GET", "/getUserFavorites", "");
    EXPECT_EQ(refused.status, 401) << scheme;
    EXPECT_FALSE(find_header(refused, "WWW-Authenticate").empty()) << scheme;
  }
}

TEST(PartnerApi, TwoTokensOfOneUserSeeTheSame) {
  TestPartner partner;
  EXPECT_EQ(partner.post(kAlice, one("new", "2026-11-24T08:00:00.123Z", "ADD")).status, 200);
  EXPECT_EQ(stored(partner, "alice-token-0002", "new"),
            favorite("new", Action::kAdd, "2026-11-24T08:00:00.123Z"));
  EXPECT_EQ(stored(partner, kBob, "new"), std::nullopt);
}

TEST(PartnerApi, NewestWinsByAMillisecondInAnyOrder) {
  TestPartner partner;
  partner.post(kAlice, one("x", "2026-11-24T08:00:00.002Z", "DELETE"));
  partner.post(kAlice, one("x", "2026-11-24T08:00:00.001Z", "ADD"));
  EXPECT_EQ(stored(partner, kAlice, "x"),
            favorite("x", Action::kDelete, "2026-11-24T08:00:00.002Z"));
  partner.post(kAlice, one("x", "2026-11-24T08:00:00.003Z", "ADD"));
  EXPECT_EQ(stored(partner, kAlice, "x"), favorite("x", Action::kAdd, "2026-11-24T08:00:00.003Z"));
}

TEST(PartnerApi, AnEqualDateReplacesNothing) {
  TestPartner partner;
  const PartnerReply reply =
      partner.post(kAlice, one("session_1", "2017-05-02T10:45:12.798Z", "DELETE"));
  EXPECT_EQ(reply.text(), R"({"received":1,"applied":0})");
  EXPECT_EQ(stored(partner, kAlice, "session_1")->action, Action::kAdd);
}

TEST(PartnerApi, OneArrayIsJudgedItemByItem) {
  TestPartner partner;
  const std::string body = "[" + favorite_json("a", "2026-11-24T08:00:00.002Z", "ADD") + "," +
                           favorite_json("session_3", "2001-01-01T00:00:00.000Z", "DELETE") + "," +
                           favorite_json("a", "2026-11-24T08:00:00.001Z", "DELETE") + "]";
  EXPECT_EQ(partner.post(kAlice, body).text(), R"({"received":3,"applied":1})");
  EXPECT_EQ(stored(partner, kAlice, "a")->action, Action::kAdd);
  EXPECT_EQ(stored(partner, kAlice, "session_3")->action, Action::kAdd);
  EXPECT_EQ(partner.post(kAlice, body).status, 200);
}

TEST(PartnerApi, AnEmptyArrayChangesNothing) {
  TestPartner partner;
  const std::string before(partner.get(kAlice).text());
  EXPECT_EQ(partner.post(kAlice, "[]").status, 200);
  EXPECT_EQ(partner.get(kAlice).text(), before);
}

TEST(PartnerApi, ABadItemRefusesTheWholeArrayAndSaysWhy) {
  TestPartner partner;
  const std::string before(partner.get(kAlice).text());
  const std::string body = "[" + favorite_json("a", "2026-11-24T08:00:00.002Z", "ADD") + "," +
                           favorite_json("b", "2026-11-24T08:00:00.002Z", "add") + "]";
  const PartnerReply reply = partner.post(kAlice, body);
  EXPECT_EQ(reply.status, 400);
  EXPECT_THAT(std::string(reply.text()), HasSubstr("[1].action"));
  EXPECT_EQ(partner.get(kAlice).text(), before);
}

TEST(PartnerApi, WhatIsNoArrayOfFavoritesIsRefused) {
  TestPartner partner;
  const std::string before(partner.get(kAlice).text());
  for (const char* body : {"", "null", "{}", "\"[]\"", "[", "[1]", "[[]]", "[{}]", "[]x",
                           "\xef\xbb\xbf[]", "[{\"item\":\"\xff\"}]"}) {
    EXPECT_EQ(partner.post(kAlice, body).status, 400) << body;
  }
  EXPECT_EQ(partner.get(kAlice).text(), before);
}

TEST(PartnerApi, TakesAnyContentTypeAndUnknownMembersAndParameters) {
  TestPartner partner;
  const std::string body =
      R"([{"item":"x","note":{"deep":[1]},"actionDate":"2026-11-24T08:00:00+00:00","action":"ADD"}])";
  const PartnerReply reply = partner.send("POST", "/postUserFavorites?trace=1", kAlice, body,
                                          {{"Content-Type", "text/plain"}});
  EXPECT_EQ(reply.status, 200);
  EXPECT_EQ(stored(partner, kAlice, "x"), favorite("x", Action::kAdd, "2026-11-24T08:00:00Z"));
}

TEST(PartnerApi, IdsComeBackByteForByte) {
  TestPartner partner;
  for (const char* item : {"Session_1", "SESSION_1", "007", "7", " x ", "a/b?c=d&e", "\"<'>\\",
                           "e\u0301", "é", "🎤", "__proto__", "line\nbreak"}) {
    partner.post(kAlice, one(item, "2026-11-24T08:00:00.123Z", "ADD"));
    EXPECT_THAT(stored(partner, kAlice, item),
                Optional(favorite(item, Action::kAdd, "2026-11-24T08:00:00.123Z")));
  }
  EXPECT_EQ(listed(partner.get(kAlice))->size(), 15u);
}

TEST(PartnerApi, OtherPathsAreNotFoundAndOtherMethodsNotAllowed) {
  TestPartner partner;
  EXPECT_EQ(partner.send("GET", "/getuserfavorites", kAlice).status, 404);
  EXPECT_EQ(partner.send("GET", "/getUserFavorites/", kAlice).status, 404);
  const PartnerReply wrong = partner.send("PUT", "/getUserFavorites", kAlice);
  EXPECT_EQ(wrong.status, 405);
  EXPECT_EQ(find_header(wrong, "Allow"), "GET, HEAD, OPTIONS");
  const PartnerReply read = partner.send("GET", "/postUserFavorites", kAlice);
  EXPECT_EQ(read.status, 405);
  EXPECT_EQ(find_header(read, "Allow"), "POST, OPTIONS");
  const PartnerReply options = partner.send("OPTIONS", "/postUserFavorites", "");
  EXPECT_EQ(options.status, 204);
  EXPECT_EQ(find_header(options, "Allow"), "POST, OPTIONS");
}

TEST(PartnerApi, HeadHasTheBodyWhoseLengthIsSent) {
  TestPartner partner;
  EXPECT_EQ(partner.send("HEAD", "/getUserFavorites", kAlice).text(), partner.get(kAlice).text());
}

TEST(PartnerApi, AReadOnlyPartnerRefusesPostAndChangesNothing) {
  TestPartner partner;
  partner.api().set_read_only(true);
  const std::string before(partner.get(kAlice).text());
  const PartnerReply reply = partner.post(kAlice, one("x", "2026-11-24T08:00:00.000Z", "ADD"));
  EXPECT_EQ(reply.status, 405);
  EXPECT_EQ(find_header(reply, "Allow"), "GET");
  EXPECT_EQ(partner.get(kAlice).text(), before);
}

TEST(PartnerApi, ABodyAboveTheLimitIsRefusedWhole) {
  ManualClock clock{Timestamp()};
  PartnerApi api(TestPartner::scenario(), {.clock = &clock, .journal = {}, .max_body_bytes = 64});
  PartnerRequest request;
  request.method = "POST";
  request.path = "/postUserFavorites";
  request.headers.emplace_back("authorization", "bearer alice-token-0001");
  const std::string body = one("x", "2026-11-24T08:00:00.000Z", "ADD");
  request.body = body;
  EXPECT_EQ(api.handle(request).status, 413);
  EXPECT_EQ(api.state().find_user("alice")->favorites().find("x"), std::nullopt);
}

TEST(PartnerApi, ALargeListIsWhole) {
  TestPartner partner;
  std::string body = "[";
  for (int i = 0; i < 2500; ++i) {
    body += (i == 0 ? "" : ",") +
            favorite_json("bulk_" + std::to_string(i), "2026-11-24T08:00:00.000Z", "ADD");
  }
  EXPECT_EQ(partner.post("dave-token", body + "]").status, 200);
  EXPECT_EQ(listed(partner.get("dave-token"))->size(), 2500u);
}

TEST(PartnerApi, TheJournalTellsWhatBecameOfEachFavorite) {
  TestPartner partner;
  partner.post(kAlice, "[" + favorite_json("session_1", "2001-01-01T00:00:00Z", "DELETE") + "," +
                           favorite_json("session_3", "2026-11-23T18:30:40.250Z", "ADD") + "," +
                           favorite_json("session_2", "2017-05-03T12:15:00.128Z", "ADD") + "," +
                           favorite_json("new", "2026-11-24T00:00:00Z", "ADD") + "]");
  const std::vector<Exchange> all = partner.api().journal().find();
  ASSERT_EQ(all.size(), 1u);
  EXPECT_EQ(all[0].user, "alice");
  EXPECT_EQ(all[0].status, 200);
  EXPECT_EQ(all[0].phase, Phase::kCommitted);
  EXPECT_THAT(all[0].token, HasSubstr("token:"));
  std::vector<std::string_view> verdicts;
  for (const Decision& decision : all[0].decisions) verdicts.push_back(to_string(decision.verdict));
  EXPECT_THAT(verdicts, ElementsAre("older-ignored", "duplicate", "equal", "applied"));
  EXPECT_EQ(all[0].decisions[0].before->action, Action::kAdd);
  EXPECT_FALSE(all[0].decisions[3].before.has_value());
}

TEST(PartnerApi, TheJournalKeepsRefusedBodiesWithoutTheToken) {
  TestPartner partner;
  partner.post(kAlice, "not json, but alice-token-0001 stands in it");
  partner.send("GET", "/getUserFavorites?token=alice-token-0001", kAlice);
  const std::vector<Exchange> all = partner.api().journal().find();
  ASSERT_EQ(all.size(), 2u);
  EXPECT_THAT(all[0].why, Not(IsEmpty()));
  EXPECT_THAT(all[0].refused_body, HasSubstr("not json"));
  EXPECT_THAT(all[0].refused_body, Not(HasSubstr("alice-token-0001")));
  EXPECT_THAT(all[1].query, Not(HasSubstr("alice-token-0001")));
}

TEST(PartnerApi, ResetAllGoesBackToTheScenario) {
  Scenario scenario = TestPartner::scenario();
  scenario.quirks = {"post-201"};
  TestPartner partner(scenario);
  const std::vector<std::string> other = {"pretty-json"};
  ASSERT_TRUE(partner.api().activate(BehaviorKind::kQuirk, other));
  partner.post(kAlice, one("x", "2026-11-24T08:00:00.000Z", "ADD"));
  partner.api().set_read_only(true);
  partner.api().state().revoke_token(kBob);
  partner.api().reset_all();
  EXPECT_FALSE(partner.api().is_read_only());
  EXPECT_THAT(partner.api().active(BehaviorKind::kQuirk), ElementsAre("post-201"));
  EXPECT_THAT(partner.api().journal().find(), IsEmpty());
  EXPECT_EQ(stored(partner, kAlice, "x"), std::nullopt);
  EXPECT_EQ(partner.get(kBob).status, 200);
}

TEST(PartnerApi, ManyThreadsLoseNothingAndTheNewestWins) {
  TestPartner partner;
  std::vector<std::thread> writers;
  for (int writer = 0; writer < 4; ++writer) {
    writers.emplace_back([&partner, writer] {
      for (int i = 0; i < 50; ++i) {
        const std::string date =
            to_string(Timestamp::from_unix_millis(1'700'000'000'000 + i * 4 + writer));
        const std::string own = std::to_string(writer) + "_" + std::to_string(i);
        (void)partner.begin("POST", "/postUserFavorites", kAlice,
                            "[" + favorite_json("shared", date, i % 2 == 0 ? "ADD" : "DELETE") +
                                "," + favorite_json(own, date, "ADD") + "]");
        (void)partner.begin("GET", "/getUserFavorites", kAlice);
      }
    });
  }
  for (std::thread& writer : writers) writer.join();
  EXPECT_EQ(listed(partner.get(kAlice))->size(), 3u + 1u + 200u);
  EXPECT_EQ(stored(partner, kAlice, "shared")->action_date.unix_millis(),
            1'700'000'000'000 + 49 * 4 + 3);
}

TEST(PartnerApi, BehaviorsSwitchWhileRequestsRun) {
  TestPartner partner;
  std::thread reader([&partner] {
    for (int i = 0; i < 200; ++i) (void)partner.begin("GET", "/getUserFavorites", kAlice);
  });
  for (int i = 0; i < 50; ++i) {
    const std::vector<std::string> ids = {i % 2 == 0 ? "pretty-json" : "post-201"};
    ASSERT_TRUE(partner.api().activate(BehaviorKind::kQuirk, ids));
  }
  ASSERT_TRUE(partner.api().activate(BehaviorKind::kQuirk, {}));
  reader.join();
  EXPECT_EQ(partner.get(kAlice).text().front(), '[');
}

}  // namespace
}  // namespace favsync::mock
