// Partners that others use too, whose clocks are wrong, that ask to wait, or that go away: never a
// false alarm, and never a fault that goes unseen for it.
#include <algorithm>
#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>
#include <gmock/gmock.h>

#include "contract_tests/harness_front.h"
#include "contract_tests/runner.h"

namespace favsync::contract {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using testing::ElementsAre;
using testing::HasSubstr;

std::string http_date(std::time_t moment) {
  return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}", fmt::gmtime(moment));
}

// A partner whose user is at work on another device: before every `period`-th GET, the second
// favourite is removed or added, as of now.
class EditedMeanwhile : public testing::TestWithParam<int> {
 protected:
  Report certify_while_edited(Depth depth, std::vector<std::string> defects = {}) {
    MockServer::Options mock = Front::with_two_users();
    mock.defects = std::move(defects);
    Front* partner = nullptr;
    int gets = 0;
    Front front(mock, [&](const TestRequest& request, TestReply&) {
      if (request.method != "GET" || ++gets % GetParam() != 0) return true;
      MockUser alice = partner->partner().user("alice");
      const Timestamp now = SystemClock().now();
      if (gets / GetParam() % 2 == 0) {
        alice.adds("session_21982", now);
      } else {
        alice.deletes("session_21982", now);
      }
      return true;
    });
    partner = &front;
    Options options = front.options();
    options.depth = depth;
    return certify(options);
  }
};

TEST_P(EditedMeanwhile, IsNeverAFalseAlarm) {
  const Report report = certify_while_edited(Depth::kStandard);
  EXPECT_EQ(report.first_failure(), nullptr) << failures_of(report);
  EXPECT_GT(report.foreign_changes, 0);
  EXPECT_TRUE(report.restore.unfinished.empty());
}

TEST_P(EditedMeanwhile, HidesNoRestamping) {
  for (const std::string defect : {"restamps-on-post", "restamps-on-read"}) {
    const Report report = certify_while_edited(Depth::kQuick, {defect});
    EXPECT_EQ(report.verdict(), Verdict::kNotConformant) << defect << failures_of(report);
  }
}

INSTANTIATE_TEST_SUITE_P(AtEveryNthGet, EditedMeanwhile, testing::Values(1, 7));

TEST(ForeignWriter, RestampingIsSeenOnNamedItemsToo) {
  MockServer::Options mock = Front::with_two_users();
  mock.defects = {"restamps-on-post"};
  Front front(mock);
  Options options = front.options();
  options.depth = Depth::kQuick;
  options.items = {"session_21982", "a", "b", "c", "d", "e", "f", "g", "h", "i"};
  const Report report = certify(options);
  ASSERT_NE(report.first_failure(), nullptr) << failures_of(report);
  EXPECT_EQ(report.first_failure()->finding.reason, "restamped");
}

TEST(ForeignWriter, OneEditOfANamedItemIsNotCalledAFault) {
  Front* partner = nullptr;
  bool edited = false;
  Front front(Front::with_two_users(), [&](const TestRequest& request, TestReply&) {
    // Right after the first write of that item: its next reading shows another value.
    if (!edited && request.method == "GET" && partner->requests() > 25) {
      edited = true;
      for (const char* item : {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"}) {
        partner->partner().user("alice").adds(item, SystemClock().now());
      }
    }
    return true;
  });
  partner = &front;
  Options options = front.options();
  options.depth = Depth::kQuick;
  options.items = {"a", "b", "c", "d", "e", "f", "g", "h", "i", "j"};
  const Report report = certify(options);
  EXPECT_TRUE(edited);
  EXPECT_EQ(report.first_failure(), nullptr) << failures_of(report);
}

// The machine's clock, so much ahead.
class ShiftedClock final : public Clock {
 public:
  explicit ShiftedClock(std::chrono::seconds ahead) : ahead_(ahead) {}
  Timestamp now() const override { return SystemClock().now().plus(ahead_); }

 private:
  std::chrono::seconds ahead_;
};

class WrongClock : public testing::TestWithParam<std::chrono::seconds> {};

TEST_P(WrongClock, IsMeasuredAndNoFailure) {
  const ShiftedClock clock(GetParam());
  MockServer::Options mock = Front::with_two_users();
  mock.clock = &clock;
  mock.quirks = {"refuses-future-dates"};  // by that clock
  Front front(mock, [&](const TestRequest&, TestReply& reply) {
    reply.headers.emplace_back("Date", http_date(std::time(nullptr) + GetParam().count()));
    return true;
  });
  Options options = front.options();
  options.depth = Depth::kQuick;
  const Report report = certify(options);
  EXPECT_EQ(report.verdict(), Verdict::kConformant) << failures_of(report);
  ASSERT_TRUE(report.clock_skew);
  // std::time lags behind the clock that the run reads, by a tick of the kernel at most.
  EXPECT_LE(report.clock_skew->least, GetParam());
  EXPECT_GE(report.clock_skew->most + milliseconds(10), GetParam());
  EXPECT_LE(report.clock_skew->most - report.clock_skew->least, milliseconds(1100));
}

INSTANTIATE_TEST_SUITE_P(EitherWay, WrongClock,
                         testing::Values(minutes(10), -minutes(10), hours(24), -hours(24)));

TEST(Throttling, RetryAfterIsWaitedOutInSecondsAndAsADate) {
  int refused = 0;
  Front front(Front::with_two_users(), [&](const TestRequest&, TestReply& reply) {
    if (refused == 2) return true;
    const std::time_t now = std::time(nullptr);
    reply.status = refused == 0 ? 429 : 503;
    // The partner's own clock counts, which is an hour behind.
    reply.headers = {{"Date", http_date(now - 3600)},
                     {"Retry-After", refused == 0 ? "0" : http_date(now - 3600)}};
    ++refused;
    return false;
  });
  Options options = front.options();
  options.only = {"read.answers"};
  const Report report = certify(options);
  EXPECT_EQ(report.verdict(), Verdict::kConformant) << failures_of(report);
  EXPECT_EQ(report.waited, milliseconds(40));  // the least wait, twice
}

TEST(Throttling, PartnerThatAsksToWaitForTooLongIsInconclusive) {
  for (const int status : {429, 503}) {
    int requests = 0;
    Front front(Front::with_two_users(), [&](const TestRequest&, TestReply& reply) {
      if (++requests < 20) return true;
      reply.status = status;
      reply.headers.emplace_back("Retry-After", "3600");
      return false;
    });
    Options options = front.options();
    options.depth = Depth::kQuick;
    const Report report = certify(options);
    EXPECT_EQ(report.verdict(), Verdict::kInconclusive) << failures_of(report);
    EXPECT_EQ(report.count(CheckStatus::kFail), 0);
    EXPECT_EQ(report.waited, milliseconds(0));
  }
}

TEST(Budget, EndsInconclusiveAndStillPutsBack) {
  Front front;
  Options options = front.options();
  options.max_requests = 40;
  const Report report = certify(options);
  EXPECT_EQ(report.verdict(), Verdict::kInconclusive) << failures_of(report);
  EXPECT_EQ(report.count(CheckStatus::kFail), 0);
  const auto ended =
      std::find_if(report.checks.begin(), report.checks.end(),
                   [](const auto& check) { return check.finding.reason == "budget"; });
  ASSERT_NE(ended, report.checks.end());
  EXPECT_THAT(ended->finding.message, HasSubstr("40 requests of --max-requests"));
  EXPECT_GT(report.restore.touched, 0);
  EXPECT_TRUE(report.restore.unfinished.empty());
  EXPECT_LE(report.requests, 46);
  EXPECT_THAT(front.added("alice"), ElementsAre("session_21982"));
}

TEST(NobodyAnswers, PartnerThatGoesAwayIsInconclusiveAndLeftAlone) {
  MockServer partner(Front::with_two_users());
  Options options;
  options.target = *Target::parse(partner.url());
  options.token = *UserToken::make("alice-token");
  options.depth = Depth::kQuick;
  Progress progress;
  int done = 0;
  progress.finished = [&](const CheckReport&, int) {
    if (++done == 25) partner.stop();
  };
  const Report report = certify(options, progress);
  EXPECT_EQ(report.verdict(), Verdict::kInconclusive) << failures_of(report);
  EXPECT_EQ(report.count(CheckStatus::kFail), 0);
  EXPECT_FALSE(report.restore.unfinished.empty());
  EXPECT_LT(report.duration, milliseconds(10'000));
}

TEST(Convergence, IsMeasured) {
  MockServer::Options mock = Front::with_two_users();
  mock.quirks = {"settles-in-300-ms"};
  const MockServer partner(mock);
  Options options;
  options.target = *Target::parse(partner.url());
  options.token = *UserToken::make("alice-token");
  options.settle = milliseconds(900);
  options.only = {"write.takes-effect"};
  const Report report = certify(options);
  EXPECT_EQ(report.verdict(), Verdict::kConformant) << failures_of(report);
  EXPECT_GE(report.convergence.measured, 1);
  EXPECT_GE(report.convergence.longest, milliseconds(250));
  EXPECT_LT(report.convergence.longest, milliseconds(900));
}

}  // namespace
}  // namespace favsync::contract
