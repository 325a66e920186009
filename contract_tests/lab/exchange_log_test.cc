#include "contract_tests/lab/exchange_log.h"

#include <array>
#include <thread>

#include <gmock/gmock.h>

#include "wire/auth_scheme.h"

namespace favsync::contract {
namespace {

using testing::HasSubstr;
using testing::Not;

const std::string kSecret = "s3cret:t/k=n+1";

UserToken token(std::string text = kSecret) {
  return UserToken::make(std::move(text)).value();
}

// A request that carries the token by the scheme, and an answer that echoes all of it.
Exchange carrying(const AuthScheme& scheme) {
  const TokenPlacement place = place_token(scheme, token());
  Exchange exchange;
  exchange.request.path = "/getUserFavorites";
  exchange.outcome = Outcome::kAnswered;
  exchange.status = 400;
  if (!place.header_name.empty()) {
    exchange.request.headers.emplace_back(place.header_name, place.header_value);
  }
  if (!place.query_name.empty())
    exchange.request.query = place.query_name + "=" + place.query_value;
  const std::string carried = place.header_value + place.query_value;
  exchange.request.body = "[\"" + carried + "\"]";
  exchange.problem = "no such token: " + carried;
  exchange.headers.emplace_back("X-Echo", carried);
  exchange.headers.emplace_back("X-" + kSecret, "1");
  exchange.body = "you sent " + carried + ", which is " + kSecret;
  return exchange;
}

std::string everything(const LoggedExchange& kept) {
  std::string text = kept.check + "\n" + kept.method + "\n" + kept.url + "\n" + kept.request_body +
                     "\n" + kept.outcome + "\n" + kept.problem + "\n" + kept.body + "\n";
  for (const auto* headers : {&kept.request_headers, &kept.headers}) {
    for (const auto& [name, value] : *headers) text += name + ": " + value + "\n";
  }
  for (const auto& anomaly : kept.anomalies) text += anomaly + "\n";
  return text;
}

class LoggedScheme : public testing::TestWithParam<const char*> {};

TEST_P(LoggedScheme, LeavesNoTokenInAnyField) {
  const AuthScheme scheme = parse_auth_scheme(GetParam()).value();
  const TokenPlacement place = place_token(scheme, token());
  ExchangeLog log({token()});
  Exchange exchange = carrying(scheme);
  log.record(exchange, "http://h/" + kSecret, "auth.post.no-token");
  const std::string kept = everything(*log.find(1));
  EXPECT_THAT(kept, Not(HasSubstr(kSecret)));
  const std::string value = place.header_value + place.query_value;
  EXPECT_THAT(kept, Not(HasSubstr(value.substr(value.find(' ') + 1))));
  EXPECT_THAT(kept, HasSubstr("<" + token().fingerprint() + ">"));
}

TEST_P(LoggedScheme, AnswerThatHoldsItIsALeak) {
  Exchange in_both = carrying(parse_auth_scheme(GetParam()).value());
  in_both.request.body.reset();
  Exchange in_header = in_both, in_body = in_both;
  in_header.body = "[]";
  in_body.headers.clear();
  for (Exchange exchange : std::array{in_both, in_header, in_body}) {
    ExchangeLog log({token()});
    log.record(exchange, "http://h", "c");
    EXPECT_EQ(log.first_leak(), 1);
  }
}

INSTANTIATE_TEST_SUITE_P(All, LoggedScheme,
                         testing::Values("bearer", "basic", "header:X-Token", "query:token",
                                         "cookie:session"),
                         [](const auto& scheme) {
                           const std::string name = scheme.param;
                           return name.substr(0, name.find(':'));
                         });

TEST(ExchangeLog, AnswerIsCleanedForWhoeverQuotesIt) {
  ExchangeLog log({token()});
  Exchange exchange = carrying({});
  log.record(exchange, "http://h", "c");
  EXPECT_EQ(exchange.number, 1);
  EXPECT_THAT(exchange.body, Not(HasSubstr(kSecret)));
}

TEST(ExchangeLog, AnswerWithoutTheTokenIsNoLeak) {
  ExchangeLog log({token()});
  Exchange exchange = carrying({});
  exchange.headers.clear();
  exchange.body = "[]";
  log.record(exchange, "http://h", "c");
  EXPECT_EQ(log.first_leak(), 0);
}

TEST(ExchangeLog, TokenThatWasSentAsDataMayComeBack) {
  ExchangeLog log({token()});
  Exchange exchange = carrying({});
  ASSERT_THAT(*exchange.request.body, HasSubstr(kSecret));
  log.record(exchange, "http://h", "c");
  EXPECT_EQ(log.first_leak(), 0);
}

TEST(ExchangeLog, FirstLeakIsKept) {
  ExchangeLog log({token("other-token"), token()});
  Exchange honest;
  Exchange leaking = carrying({});
  leaking.request.body.reset();
  log.record(honest, "http://h", "c");
  log.record(leaking, "http://h", "c");
  log.record(leaking, "http://h", "c");
  EXPECT_EQ(log.first_leak(), 2);
}

TEST(ExchangeLog, LongBodiesAreCutAndTheirLengthKept) {
  ExchangeLog log(std::vector<UserToken>{});
  Exchange exchange;
  exchange.body = std::string(200'000, 'x');
  exchange.request.body = std::string(200'000, 'y');
  log.record(exchange, "http://h", "c");
  EXPECT_EQ(log.find(1)->body.size(), ExchangeLog::kMaxBody);
  EXPECT_EQ(log.find(1)->request_body.size(), ExchangeLog::kMaxBody);
  EXPECT_EQ(log.find(1)->body_bytes, 200'000u);
  EXPECT_TRUE(log.find(1)->body_cut);
  EXPECT_TRUE(log.find(1)->request_body_cut);
}

TEST(ExchangeLog, AllBodiesTogetherAreBounded) {
  ExchangeLog log(std::vector<UserToken>{});
  Exchange exchange;
  exchange.body = std::string(ExchangeLog::kMaxBody, 'x');
  const std::size_t whole = ExchangeLog::kMaxAllBodies / ExchangeLog::kMaxBody + 1;
  for (std::size_t i = 0; i < whole + 2; ++i) log.record(exchange, "http://h", "c");
  EXPECT_FALSE(log.find(static_cast<int>(whole))->body_cut);
  EXPECT_TRUE(log.find(static_cast<int>(whole) + 1)->body_cut);
  EXPECT_EQ(log.find(static_cast<int>(whole) + 1)->body.size(), ExchangeLog::kMaxBodyBeyond);
}

TEST(ExchangeLog, HeadersAreBounded) {
  ExchangeLog log(std::vector<UserToken>{});
  Exchange exchange;
  exchange.headers.assign(1000, {"X-Long", std::string(60'000, '\xff')});
  log.record(exchange, "http://h", "c");
  EXPECT_EQ(log.find(1)->headers.size(), ExchangeLog::kMaxHeaders + 1);
  EXPECT_LT(log.find(1)->headers.front().second.size(), ExchangeLog::kMaxText + 100);
  EXPECT_THAT(log.find(1)->headers.back().second, HasSubstr("936 more headers"));
}

TEST(ExchangeLog, TokensMadeFromASecretAreHiddenAndNoLeak) {
  ExchangeLog log({{"first", token("alice-token")}}, {{"first.shortened", token("alice-toke")}});
  Exchange exchange;
  exchange.body = "no such token: alice-toke";
  log.record(exchange, "http://h", "c");
  EXPECT_EQ(log.find(1)->body, "no such token: <token:first.shortened>");
  EXPECT_EQ(exchange.body, "no such token: <token:first.shortened>");
  EXPECT_EQ(log.first_leak(), 0);
}

TEST(ExchangeLog, UrlIsPutTogether) {
  ExchangeLog log(std::vector<UserToken>{});
  Exchange exchange;
  exchange.request.path = "/getUserFavorites";
  exchange.request.query = "a=b";
  log.record(exchange, "http://h:1/api", "read.answers");
  EXPECT_EQ(log.find(1)->url, "http://h:1/api/getUserFavorites?a=b");
  EXPECT_EQ(log.find(1)->check, "read.answers");
  EXPECT_EQ(log.find(0), nullptr);
  EXPECT_EQ(log.find(2), nullptr);
}

TEST(ExchangeLog, NumbersAreUniqueOverThreads) {
  ExchangeLog log({token()});
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&log] {
      for (int n = 0; n < 50; ++n) {
        Exchange exchange;
        log.record(exchange, "http://h", "c");
      }
    });
  }
  for (auto& thread : threads) thread.join();
  EXPECT_EQ(log.count(), 200);
  const auto all = log.all();
  for (std::size_t i = 0; i < all.size(); ++i) EXPECT_EQ(all[i].number, static_cast<int>(i) + 1);
}

}  // namespace
}  // namespace favsync::contract
