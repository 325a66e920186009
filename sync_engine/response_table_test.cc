// What each answer of a partner means for a round, row by row, over HTTP. Source: docs/sync.md,
// "What an answer means".
#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/http_partner_client.h"
#include "sync_engine/in_memory_favorite_store.h"
#include "sync_engine/sync_engine.h"
#include "sync_engine/test_support.h"
#include "wire/favorites_codec.h"

namespace favsync {
namespace {

constexpr const char* kJson = "application/json";
constexpr const char* kHtml = "text/html";

// One row: the answer to every request of that method, and what becomes of the round.
struct Row {
  const char* name;
  const char* method;
  int status;
  const char* content_type;
  const char* body;
  std::vector<std::pair<std::string, std::string>> headers;
  // Expected.
  const char* outcome;  // "ok", "unsure" (2xx, not acknowledged) or the error's name
  int gets, posts;
  int refreshes = 0;
};

void PrintTo(const Row& row, std::ostream* out) {
  *out << row.name;
}

class RenewsOnce : public TokenRefresher {
 public:
  Result<UserToken> refresh(std::string_view, const UserToken&) override {
    ++calls;
    return UserToken::make("new-token");
  }
  int calls = 0;
};

class ResponseTable : public ::testing::TestWithParam<Row> {
 protected:
  void answer(const TestRequest& request, TestReply& reply) {
    (request.method == "GET" ? gets_ : posts_) += 1;
    if (request.method != GetParam().method) return;
    reply.status = GetParam().status;
    reply.content_type = GetParam().content_type;
    reply.body = GetParam().body;
    reply.headers = GetParam().headers;
  }
  Result<SyncReport> round() {
    HttpPartnerOptions options;
    options.base_url = server_.url();
    const auto client = HttpPartnerClient::make(options).value();
    auto engine = SyncEngine::two_way(*client, store_, clock_, {.seed = 1});
    engine.set_sleeper([](auto, const auto&) { return true; });
    engine.set_token_refresher(&refresher_);
    return engine.sync({"alice", UserToken::make("old-token").value()});
  }
  static std::string outcome_of(const Result<SyncReport>& report, bool is_acknowledged) {
    if (!report) return std::string(to_string(report.error().code));
    if (report->push_error) return std::string(to_string(report->push_error->code));
    if (!report->rejected.empty()) return "rejected";
    return is_acknowledged ? "ok" : "unsure";
  }

  int gets_ = 0, posts_ = 0;
  RenewsOnce refresher_;
  InMemoryFavoriteStore store_;
  ManualClock clock_{at("10:46:00")};
  HttpServer server_{[this](const auto& request, auto& reply) { answer(request, reply); }};
};

TEST_P(ResponseTable, RowHolds) {
  const auto& row = GetParam();
  const Favorite mine{"mine", Action::kAdd, at("10:00:00")};
  store_.offer("alice", mine).value();
  const auto report = round();
  const auto record = store_.find("alice", "mine").value().value();
  EXPECT_EQ(outcome_of(report, record.is_clean()), row.outcome)
      << (report ? "" : report.error().message);
  EXPECT_EQ(gets_, row.gets);
  EXPECT_EQ(posts_, row.posts);
  EXPECT_EQ(refresher_.calls, row.refreshes);
  // Whatever the answer: what is here stays, and is agreed on only where it was acknowledged.
  EXPECT_EQ(record.favorite, mine);
  EXPECT_EQ(store_.load("alice").value().size(), 1u);
  EXPECT_EQ(record.is_clean(), std::string_view(row.outcome) == "ok");
}

const std::vector<std::pair<std::string, std::string>> kInvalidToken = {
    {"WWW-Authenticate", "Bearer error=\"invalid_token\""}};

const Row kRows[] = {
    // GET: a clean list, or the round ends and nothing is sent.
    {"Get200List", "GET", 200, kJson, "[]", {}, "ok", 1, 1},
    {"Get200ListOfAnotherType", "GET", 200, kHtml, "[]", {}, "ok", 1, 1},
    {"Get204", "GET", 204, kJson, "", {}, "ok", 1, 1},
    {"Get200Html", "GET", 200, kHtml, "<html>sign in</html>", {}, "malformed_reply", 1, 0},
    {"Get200Text", "GET", 200, "text/plain", "ERR: bad key", {}, "malformed_reply", 1, 0},
    {"Get200Empty", "GET", 200, kJson, "", {}, "malformed_reply", 1, 0},
    {"Get200Object", "GET", 200, kJson, "{\"data\":[]}", {}, "malformed_reply", 1, 0},
    {"Get200Null", "GET", 200, kJson, "null", {}, "malformed_reply", 1, 0},
    {"Get206", "GET", 206, kJson, "[]", {}, "malformed_reply", 1, 0},
    {"Get202", "GET", 202, kJson, "[]", {}, "malformed_reply", 1, 0},
    {"Get304Unasked", "GET", 304, kJson, "", {}, "malformed_reply", 1, 0},
    {"Get301", "GET", 301, kJson, "", {{"Location", "/elsewhere"}}, "redirected", 1, 0},
    {"Get302OtherHost",
     "GET",
     302,
     kJson,
     "",
     {{"Location", "https://evil.example/"}},
     "redirected",
     1,
     0},
    {"Get307", "GET", 307, kJson, "", {{"Location", "/elsewhere"}}, "redirected", 1, 0},
    {"Get400", "GET", 400, kJson, "{}", {}, "rejected", 1, 0},
    {"Get400InvalidToken", "GET", 400, kJson, "{}", kInvalidToken, "unauthorized", 2, 0, 1},
    {"Get401", "GET", 401, kJson, "{}", {}, "unauthorized", 2, 0, 1},
    {"Get403", "GET", 403, kJson, "{}", {}, "forbidden", 1, 0},
    {"Get403Html", "GET", 403, kHtml, "<html>blocked</html>", {}, "forbidden", 1, 0},
    {"Get403InvalidToken", "GET", 403, kJson, "{}", kInvalidToken, "unauthorized", 2, 0, 1},
    {"Get404", "GET", 404, kJson, "[]", {}, "rejected", 1, 0},
    {"Get410", "GET", 410, kJson, "[]", {}, "rejected", 1, 0},
    {"Get408", "GET", 408, kJson, "", {}, "unavailable", 4, 0},
    {"Get425", "GET", 425, kJson, "", {}, "unavailable", 4, 0},
    {"Get429", "GET", 429, kJson, "", {}, "rate_limited", 4, 0},
    {"Get429RetryAfter", "GET", 429, kJson, "", {{"Retry-After", "30"}}, "rate_limited", 4, 0},
    {"Get429RetryAfterTooLong",
     "GET",
     429,
     kJson,
     "",
     {{"Retry-After", "3600"}},
     "rate_limited",
     1,
     0},
    {"Get500", "GET", 500, kJson, "[]", {}, "unavailable", 4, 0},
    {"Get503Html", "GET", 503, kHtml, "<html>maintenance</html>", {}, "unavailable", 4, 0},
    // POST: an acknowledgement, a reason to wait for the next list, or an end of sending.
    {"Post200Empty", "POST", 200, kJson, "", {}, "ok", 1, 1},
    {"Post200Ok", "POST", 200, "text/plain", "OK", {}, "ok", 1, 1},
    {"Post200Json", "POST", 200, kJson, "{\"stored\":1}", {}, "ok", 1, 1},
    {"Post201", "POST", 201, kJson, "[]", {}, "ok", 1, 1},
    {"Post204", "POST", 204, kJson, "", {}, "ok", 1, 1},
    {"Post200Html", "POST", 200, kHtml, "<html>sign in</html>", {}, "unsure", 1, 1},
    {"Post200Text", "POST", 200, "text/plain", "ERR: bad key", {}, "unsure", 1, 1},
    {"Post200JsonError", "POST", 200, kJson, "{\"errors\":[\"full\"]}", {}, "unsure", 1, 1},
    {"Post202", "POST", 202, kJson, "", {}, "unsure", 1, 1},
    {"Post207", "POST", 207, kJson, "[]", {}, "unsure", 1, 1},
    {"Post301", "POST", 301, kJson, "", {{"Location", "/slash/"}}, "redirected", 1, 1},
    {"Post308OtherHost",
     "POST",
     308,
     kJson,
     "",
     {{"Location", "https://evil.example/"}},
     "redirected",
     1,
     1},
    {"Post400", "POST", 400, kJson, "{\"error\":\"unknown item\"}", {}, "rejected", 1, 1},
    {"Post413", "POST", 413, kJson, "", {}, "rejected", 1, 1},
    {"Post415", "POST", 415, kJson, "", {}, "rejected", 1, 1},
    {"Post422", "POST", 422, kJson, "", {}, "rejected", 1, 1},
    {"Post401", "POST", 401, kJson, "", {}, "unauthorized", 1, 2, 1},
    {"Post403", "POST", 403, kJson, "", {}, "forbidden", 1, 1},
    {"Post404", "POST", 404, kJson, "", {}, "read_only_partner", 1, 1},
    {"Post405", "POST", 405, kJson, "", {}, "read_only_partner", 1, 1},
    {"Post501", "POST", 501, kJson, "", {}, "read_only_partner", 1, 1},
    {"Post408", "POST", 408, kJson, "", {}, "unavailable", 1, 4},
    {"Post425", "POST", 425, kJson, "", {}, "unavailable", 1, 4},
    {"Post429", "POST", 429, kJson, "", {}, "rate_limited", 1, 4},
    {"Post500", "POST", 500, kJson, "", {}, "unavailable", 1, 4},
    {"Post503", "POST", 503, kHtml, "<html>maintenance</html>", {}, "unavailable", 1, 4},
};

INSTANTIATE_TEST_SUITE_P(, ResponseTable, ::testing::ValuesIn(kRows),
                         [](const auto& row) { return std::string(row.param.name); });

}  // namespace
}  // namespace favsync
