// The response table, row by row.
#include "sync_engine/partner_reply.h"

#include <chrono>

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "sync_engine/test_support.h"

namespace favsync {
namespace {

using ::testing::HasSubstr;
using ::testing::IsEmpty;
using ::testing::StartsWith;

PartnerReply reply(int status, std::string body = "", std::string type = "application/json") {
  return {.status = status, .content_type = std::move(type), .body = std::move(body)};
}

Result<PartnerList> read_list(const PartnerReply& reply) {
  return read_list_reply(reply, "GET http://p/getUserFavorites", {}, at("10:45:12"));
}

Result<PostReceipt> read_post(const PartnerReply& reply) {
  return read_post_reply(reply, "POST http://p/postUserFavorites", at("10:45:12"));
}

TEST(ListReply, StatusMeansTheSameErrorWhateverTheBody) {
  const std::vector<std::pair<int, ErrorCode>> rows = {
      {100, ErrorCode::kMalformedReply}, {201, ErrorCode::kMalformedReply},
      {202, ErrorCode::kMalformedReply}, {206, ErrorCode::kMalformedReply},
      {207, ErrorCode::kMalformedReply}, {301, ErrorCode::kRedirected},
      {302, ErrorCode::kRedirected},     {303, ErrorCode::kRedirected},
      {304, ErrorCode::kMalformedReply}, {307, ErrorCode::kRedirected},
      {308, ErrorCode::kRedirected},     {400, ErrorCode::kRejected},
      {401, ErrorCode::kUnauthorized},   {403, ErrorCode::kForbidden},
      {404, ErrorCode::kRejected},       {405, ErrorCode::kRejected},
      {408, ErrorCode::kUnavailable},    {410, ErrorCode::kRejected},
      {422, ErrorCode::kRejected},       {425, ErrorCode::kUnavailable},
      {429, ErrorCode::kRateLimited},    {500, ErrorCode::kUnavailable},
      {501, ErrorCode::kUnavailable},    {503, ErrorCode::kUnavailable},
      {599, ErrorCode::kUnavailable},    {999, ErrorCode::kMalformedReply}};
  for (const auto& [status, code] : rows) {
    for (const char* body : {"", "[]", "<html>"}) {
      const auto list = read_list(reply(status, body));
      ASSERT_FALSE(list) << status << body;
      EXPECT_EQ(list.error().code, code) << status << ": " << list.error().message;
      EXPECT_THAT(list.error().message, StartsWith("GET http://p/getUserFavorites: "));
    }
  }
}

TEST(ListReply, ArrayIsRead) {
  const auto list = read_list(
      reply(200, R"([{"item":"a","action":"ADD","actionDate":"2017-05-02T10:45:12.798Z"}])"));
  ASSERT_TRUE(list);
  EXPECT_EQ(list->favorites[0], (Favorite{"a", Action::kAdd, at("10:45:12.798")}));
  EXPECT_THAT(list->warnings, IsEmpty());
}

TEST(ListReply, NoContentIsAnEmptyListWithAWarning) {
  const auto list = read_list(reply(204));
  ASSERT_TRUE(list);
  EXPECT_THAT(list->favorites, IsEmpty());
  EXPECT_EQ(list->warnings.size(), 1u);
}

TEST(ListReply, WrongContentTypeIsAWarningWhereTheBodyIsAList) {
  const auto list = read_list(reply(200, "[]", "text/html"));
  ASSERT_TRUE(list);
  EXPECT_THAT(list->warnings.at(0), HasSubstr("expected application/json"));
  EXPECT_TRUE(read_list(reply(200, "[]", "application/json; charset=utf-8"))->warnings.empty());
}

TEST(ListReply, ABodyThatIsNoListIsNeverAnEmptyList) {
  const std::vector<std::pair<std::string, std::string>> rows = {{"", "an empty body"},
                                                                 {"null", "got null"},
                                                                 {"{}", "array_values"},
                                                                 {R"({"data":[]})", "an object"},
                                                                 {"<html>sign in</html>", "HTML"},
                                                                 {"<br>Warning: x []", "HTML"},
                                                                 {R"([{"item":"a")", "GET"},
                                                                 {"[] []", "GET"},
                                                                 {"[NaN]x", "GET"},
                                                                 {"\"[]\"", "GET"},
                                                                 {"[\"\xe9\"]", "GET"},
                                                                 {std::string(1000, '['), "GET"}};
  for (const auto& [body, hint] : rows) {
    const auto list = read_list(reply(200, body));
    ASSERT_FALSE(list) << body;
    EXPECT_TRUE(list.error().code == ErrorCode::kMalformedReply ||
                list.error().code == ErrorCode::kLimitExceeded)
        << list.error().message;
    EXPECT_THAT(list.error().message, HasSubstr(hint)) << body;
  }
}

TEST(ListReply, BadElementIsSkippedAndNamedAndTheOthersStand) {
  const auto list = read_list(
      reply(200, R"([{"item":"a","action":"add","actionDate":"2017-05-02T10:45:12.798Z"},)"
                 R"({"item":"b","action":"ADD","actionDate":"2017-05-02T12:45:12.798+02:00"}])"));
  ASSERT_TRUE(list);
  EXPECT_EQ(list->favorites.size(), 1u);
  EXPECT_EQ(list->favorites[0].action_date, at("10:45:12.798"));
  EXPECT_THAT(list->skipped.at(0), HasSubstr("[0].action"));
  EXPECT_EQ(list->warnings.size(), 1u);
}

TEST(ListReply, RetryAfterIsPassedOn) {
  auto busy = reply(503);
  busy.retry_after = "7";
  EXPECT_EQ(read_list(busy).error().retry_after, std::chrono::seconds{7});
  busy.status = 429;
  busy.retry_after = "soon";
  EXPECT_EQ(read_list(busy).error().retry_after, std::nullopt);
}

TEST(ListReply, DeadTokenIsKnownByItsChallengeWhateverTheStatus) {
  for (const int status : {400, 403}) {
    auto refused = reply(status);
    EXPECT_NE(read_list(refused).error().code, ErrorCode::kUnauthorized) << status;
    refused.www_authenticate = R"(Bearer realm="x", error="invalid_token")";
    EXPECT_EQ(read_list(refused).error().code, ErrorCode::kUnauthorized) << status;
    EXPECT_EQ(read_post(refused).error().code, ErrorCode::kUnauthorized) << status;
  }
}

TEST(ListReply, RedirectNamesItsTargetAndWhyItIsNotFollowed) {
  auto moved = reply(302);
  moved.location = "https://login.example/";
  EXPECT_THAT(read_list(moved).error().message, HasSubstr("\"https://login.example/\""));
  EXPECT_THAT(read_list(moved).error().message, HasSubstr("token would travel"));
}

TEST(PostReply, StatusOfARefusalIsAnError) {
  const std::vector<std::pair<int, ErrorCode>> rows = {
      {301, ErrorCode::kRedirected},      {303, ErrorCode::kRedirected},
      {308, ErrorCode::kRedirected},      {304, ErrorCode::kMalformedReply},
      {400, ErrorCode::kRejected},        {401, ErrorCode::kUnauthorized},
      {403, ErrorCode::kForbidden},       {404, ErrorCode::kReadOnlyPartner},
      {405, ErrorCode::kReadOnlyPartner}, {408, ErrorCode::kUnavailable},
      {409, ErrorCode::kRejected},        {413, ErrorCode::kRejected},
      {415, ErrorCode::kRejected},        {422, ErrorCode::kRejected},
      {429, ErrorCode::kRateLimited},     {500, ErrorCode::kUnavailable},
      {501, ErrorCode::kReadOnlyPartner}, {503, ErrorCode::kUnavailable}};
  for (const auto& [status, code] : rows) {
    const auto receipt = read_post(reply(status));
    ASSERT_FALSE(receipt) << status;
    EXPECT_EQ(receipt.error().code, code) << status;
  }
}

TEST(PostReply, SuccessIsAcknowledgedWhateverHarmlessBodyItHas) {
  for (const int status : {200, 201, 204}) {
    for (const char* body : {"", " \r\n", "OK", "ok\n", "{}", "[]", "true", R"({"stored":2})",
                             R"({"success":true,"errors":[]})", R"({"error":null,"failed":0})",
                             R"([{"item":"a","action":"ADD"}])"}) {
      const auto receipt = read_post(reply(status, body));
      ASSERT_TRUE(receipt) << status << body;
      EXPECT_TRUE(receipt->acknowledged) << status << body;
    }
  }
}

TEST(PostReply, SuccessThatReportsAFailureIsNotAcknowledged) {
  for (const char* body :
       {"<html>", "ERR: bad key", R"({"error":"no"})", R"({"Errors":["x"]})", R"({"failed":1})",
        R"({"success":false})", R"({"status":"FAILED"})", R"([{"item":"a","error":"full"}])"}) {
    const auto receipt = read_post(reply(200, body));
    ASSERT_TRUE(receipt) << body;
    EXPECT_FALSE(receipt->acknowledged) << body;
    EXPECT_THAT(receipt->note, HasSubstr("POST http://p/postUserFavorites: answered 200")) << body;
  }
}

TEST(PostReply, AcceptedAndMultiStatusAreNotAcknowledged) {
  for (const int status : {202, 206, 207}) {
    EXPECT_FALSE(read_post(reply(status, "{}"))->acknowledged) << status;
  }
}

TEST(PostReply, DeeplyNestedAnswerIsHarmless) {
  EXPECT_TRUE(read_post(reply(200, std::string(200'000, '[') + std::string(200'000, ']'))));
}

}  // namespace
}  // namespace favsync
