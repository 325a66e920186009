#include "contract_tests/http/response_parser.h"

#include <ostream>

#include <gmock/gmock.h>

namespace favsync::contract {
namespace {

using State = ResponseParser::State;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

struct Parsed {
  State state = State::kNeedMore;
  Exchange exchange;
  std::string problem;
  bool keeps_alive = false;
};

struct How {
  bool head_request = false;
  bool closes = false;        // the connection ends after the bytes
  std::size_t piece = 1'000;  // bytes that come at once
  ResponseLimits limits = {};
};

Parsed parse(std::string_view bytes, const How& how = {}) {
  ResponseParser parser(how.head_request, how.limits);
  Parsed parsed;
  while (!bytes.empty() && parsed.state == State::kNeedMore) {
    parsed.state = parser.feed(bytes.substr(0, how.piece));
    bytes.remove_prefix(std::min(how.piece, bytes.size()));
  }
  if (how.closes && parsed.state == State::kNeedMore) parsed.state = parser.finish();
  parsed.problem = parser.problem();
  parsed.keeps_alive = parser.keeps_alive();
  parser.move_into(parsed.exchange);
  return parsed;
}

TEST(ResponseParser, PlainAnswerIsReadWhole) {
  const Parsed parsed =
      parse("HTTP/1.1 200 OK\r\nContent-Type:  application/json \r\nContent-Length: 2\r\n\r\n[]");
  ASSERT_EQ(parsed.state, State::kDone);
  EXPECT_EQ(parsed.exchange.status, 200);
  EXPECT_EQ(parsed.exchange.version, "HTTP/1.1");
  EXPECT_EQ(parsed.exchange.header("content-type"), "application/json");
  EXPECT_EQ(parsed.exchange.body, "[]");
  EXPECT_THAT(parsed.exchange.anomalies, IsEmpty());
  EXPECT_TRUE(parsed.keeps_alive);
}

// Each is legal, and is read the same however its bytes are cut.
struct Odd {
  const char* name;
  std::string_view bytes;
  int status;
  std::string_view body;
  bool closes = false;
  const char* anomaly = nullptr;
  bool head_request = false;
};

void PrintTo(const Odd& answer, std::ostream* out) {
  *out << answer.name;
}

class OddAnswer : public testing::TestWithParam<Odd> {};

TEST_P(OddAnswer, IsReadHoweverItsBytesAreCut) {
  const Odd& odd = GetParam();
  for (const std::size_t piece : {1u, 2u, 3u, 7u, 4096u}) {
    const Parsed parsed =
        parse(odd.bytes, {.head_request = odd.head_request, .closes = odd.closes, .piece = piece});
    ASSERT_EQ(parsed.state, State::kDone) << parsed.problem << ", in pieces of " << piece;
    EXPECT_EQ(parsed.exchange.status, odd.status);
    EXPECT_EQ(parsed.exchange.body, odd.body);
    if (odd.anomaly) {
      EXPECT_THAT(parsed.exchange.anomalies, ElementsAre(odd.anomaly));
    } else {
      EXPECT_THAT(parsed.exchange.anomalies, IsEmpty());
    }
  }
}

INSTANTIATE_TEST_SUITE_P(
    Legal, OddAnswer,
    testing::Values(
        Odd{"Interim",
            "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 103 Early Hints\r\nLink: <a>\r\n\r\n"
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]",
            200, "[]"},
        Odd{"BareLineFeeds", "HTTP/1.1 200 OK\nContent-Length: 2\n\n[]", 200, "[]", false,
            "lines end in LF instead of CR LF"},
        Odd{"NoReasonPhrase", "HTTP/1.1 200 \r\nContent-Length: 2\r\n\r\n[]", 200, "[]"},
        Odd{"Chunks",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "1\r\n[\r\nA\r\n          \r\n1\r\n]\r\n0\r\n\r\n",
            200, "[          ]"},
        Odd{"ChunkExtensions",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: Chunked\r\n\r\n"
            "2;name=\"a;b\"\r\n[]\r\n000;last\r\n\r\n",
            200, "[]"},
        Odd{"Trailers",
            "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
            "2\r\n[]\r\n0\r\nX-Checksum: 1\r\nX-More: 2\r\n\r\n",
            200, "[]"},
        Odd{"OldVersionUntilClose", "HTTP/1.0 200 OK\r\n\r\n[]", 200, "[]", true},
        Odd{"NoContent", "HTTP/1.1 204 No Content\r\nDate: today\r\n\r\n", 204, ""},
        Odd{"NotModified", "HTTP/1.1 304 Not Modified\r\nContent-Length: 20\r\n\r\n", 304, ""},
        Odd{"Head", "HTTP/1.1 200 OK\r\nContent-Length: 20\r\n\r\n", 200, "", false, nullptr, true},
        Odd{"HeadChunked", "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n", 200, "", false,
            nullptr, true},
        Odd{"EmptyBody", "HTTP/1.1 401 No\r\nContent-Length: 0\r\n\r\n", 401, ""},
        Odd{"SameLengthTwice",
            "HTTP/1.1 200 OK\r\nContent-Length: 2\r\ncontent-length: 2\r\n\r\n[]", 200, "[]"},
        Odd{"FoldedHeader", "HTTP/1.1 200 OK\r\nX-Long: a\r\n\tb\r\nContent-Length: 2\r\n\r\n[]",
            200, "[]", false, "a header is folded over two lines"},
        Odd{"ChunkedAndLength",
            "HTTP/1.1 200 OK\r\nContent-Length: 9\r\nTransfer-Encoding: chunked\r\n\r\n"
            "2\r\n[]\r\n0\r\n\r\n",
            200, "[]", false, "both Content-Length and Transfer-Encoding"}),
    [](const auto& odd) { return odd.param.name; });

TEST(ResponseParser, FoldedHeaderIsJoinedByABlank) {
  const Parsed parsed = parse("HTTP/1.1 200 OK\r\nX-Long: a\r\n    b\r\nContent-Length: 0\r\n\r\n");
  EXPECT_EQ(parsed.exchange.header("X-Long"), "a b");
}

TEST(ResponseParser, InterimHeadersAreNotThoseOfTheAnswer) {
  const Parsed parsed =
      parse("HTTP/1.1 103 Early\r\nX-Early: 1\r\n\r\nHTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n");
  EXPECT_FALSE(has_header(parsed.exchange.headers, "X-Early"));
}

struct Broken {
  const char* name;
  std::string_view bytes;
  std::string_view says;
};

void PrintTo(const Broken& answer, std::ostream* out) {
  *out << answer.name;
}

class BrokenAnswer : public testing::TestWithParam<Broken> {};

TEST_P(BrokenAnswer, IsMalformedAndSaysWhy) {
  const Parsed parsed = parse(GetParam().bytes);
  EXPECT_EQ(parsed.state, State::kMalformed);
  EXPECT_THAT(parsed.problem, HasSubstr(GetParam().says));
  EXPECT_FALSE(parsed.keeps_alive);
}

INSTANTIATE_TEST_SUITE_P(
    Malformed, BrokenAnswer,
    testing::Values(
        Broken{"TwoLengths", "HTTP/1.1 200 OK\r\nContent-Length: 2\r\nContent-Length: 3\r\n\r\n[]x",
               "two different Content-Length headers: 2 and 3"},
        Broken{"LengthNoNumber", "HTTP/1.1 200 OK\r\nContent-Length: 2x\r\n\r\n[]",
               "Content-Length \"2x\" is no number"},
        Broken{"LengthNegative", "HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\n",
               "Content-Length \"-1\" is no number"},
        Broken{"LengthEmpty", "HTTP/1.1 200 OK\r\nContent-Length:\r\n\r\n", "is no number"},
        Broken{"LengthBeyondNumbers",
               "HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999999\r\n\r\n",
               "is no number"},
        Broken{"ChunkSizeNoHex",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n[]\r\n",
               "chunk size \"xyz\" is not hexadecimal"},
        Broken{"ChunkSizeMissing",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n[]\r\n",
               "is not hexadecimal"},
        Broken{"ChunkTooLong",
               "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\n[]\r\n0\r\n\r\n",
               "bytes between a chunk's data and its end"},
        Broken{"NoStatusLine", "{\"error\":1}\r\n\r\n",
               "expected a status line such as \"HTTP/1.1 200 OK\", got \"{\"error\":1}\""},
        Broken{"StatusNoNumber", "HTTP/1.1 2x0 OK\r\n\r\n", "expected a status line"},
        Broken{"OtherProtocol", "SSH-2.0-OpenSSH_9.2p1\r\n", "expected a status line"},
        Broken{"HeaderWithoutColon", "HTTP/1.1 200 OK\r\nnonsense\r\n\r\n",
               "header line without a name and ':': \"nonsense\""},
        Broken{"HeaderWithoutName", "HTTP/1.1 200 OK\r\n: x\r\n\r\n",
               "header line without a name"}),
    [](const auto& broken) { return broken.param.name; });

TEST(ResponseParser, EndWithinTheAnswerIsNoEnd) {
  for (const std::string_view cut :
       {"", "HTTP/1.1 200", "HTTP/1.1 200 OK\r\nContent-Le",
        "HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n[]",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n",
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\n[]\r\n0\r\n",
        "HTTP/1.1 100 Continue\r\n\r\n"}) {
    EXPECT_EQ(parse(cut, {.closes = true}).state, State::kNeedMore) << cut;
  }
}

TEST(ResponseParser, HeadBeyondTheLimitIsTooLarge) {
  const std::string line = "X-Filler: " + std::string(100, 'x') + "\r\n";
  std::string head = "HTTP/1.1 200 OK\r\n";
  for (int i = 0; i < 20; ++i) head += line;
  const Parsed parsed = parse(head, {.piece = 64, .limits = {.max_head_bytes = 1000}});
  EXPECT_EQ(parsed.state, State::kTooLarge);
  EXPECT_EQ(parsed.problem, "head of over 1000 bytes");
}

TEST(ResponseParser, EndlessLineIsTooLarge) {
  const Parsed parsed =
      parse(std::string(5000, 'x'), {.piece = 64, .limits = {.max_head_bytes = 1000}});
  EXPECT_EQ(parsed.state, State::kTooLarge);
}

TEST(ResponseParser, EndlessTrailersAreTooLarge) {
  std::string answer = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n";
  for (int i = 0; i < 200; ++i) answer += "X: 1234567890\r\n";
  EXPECT_EQ(parse(answer, {.piece = 64, .limits = {.max_head_bytes = 1000}}).state,
            State::kTooLarge);
}

TEST(ResponseParser, BodyBeyondTheLimitIsTooLargeInEveryFraming) {
  const std::string body(50, 'x');
  for (const std::string& answer :
       {"HTTP/1.1 200 OK\r\nContent-Length: 50\r\n\r\n" + body, "HTTP/1.1 200 OK\r\n\r\n" + body,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n32\r\n" + body,
        "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffffffffffff\r\n" + body}) {
    const Parsed parsed = parse(answer, {.piece = 16, .limits = {.max_body_bytes = 49}});
    EXPECT_EQ(parsed.state, State::kTooLarge) << answer;
    EXPECT_EQ(parsed.problem, "body of over 49 bytes");
  }
}

TEST(ResponseParser, BodyAtTheLimitIsTaken) {
  const Parsed parsed =
      parse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]", {.limits = {.max_body_bytes = 2}});
  EXPECT_EQ(parsed.state, State::kDone);
}

TEST(ResponseParser, BytesAfterTheAnswerAreNotedAndEndTheConnection) {
  const Parsed parsed = parse("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\n[]more");
  EXPECT_EQ(parsed.state, State::kDone);
  EXPECT_THAT(parsed.exchange.anomalies, ElementsAre("4 bytes after the end of the answer"));
  EXPECT_FALSE(parsed.keeps_alive);
}

TEST(ResponseParser, ConnectionIsKeptOnlyWhereTheServerKeepsIt) {
  const auto keeps = [](std::string_view head, bool closes = false) {
    return parse(head, {.closes = closes}).keeps_alive;
  };
  EXPECT_TRUE(keeps("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.1 204 No Content\r\n\r\n"));
  EXPECT_TRUE(keeps("HTTP/1.0 200 OK\r\nConnection: Keep-Alive\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\nConnection: Close\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.0 200 OK\r\nContent-Length: 0\r\n\r\n"));
  EXPECT_FALSE(keeps("HTTP/1.1 200 OK\r\n\r\n[]", true));
}

}  // namespace
}  // namespace favsync::contract
