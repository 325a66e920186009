// Every form of one report that has something of everything, byte by byte. After a change that is
// meant: FAVSYNC_WRITE_GOLDEN=1 contract_unit_test --gtest_filter='*GoldenReport*', then git diff.
#include <cstdlib>
#include <fstream>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "contract_tests/reports/evidence.h"
#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/repro_script.h"
#include "contract_tests/reports/test_report.h"

namespace favsync::contract {
namespace {

using testing::HasSubstr;
using testing::Not;

struct Form {
  const char* file;
  std::string (*render)(const Report& report);
};
void PrintTo(const Form& form, std::ostream* out) {
  *out << form.file;
}

class GoldenReport : public testing::TestWithParam<Form> {};

TEST_P(GoldenReport, IsAsInItsFile) {
  const std::string path = std::string(FAVSYNC_SOURCE_DIR "/fixtures/reports/") + GetParam().file;
  const std::string text = GetParam().render(full_report());
  if (std::getenv("FAVSYNC_WRITE_GOLDEN")) std::ofstream(path, std::ios::binary) << text;
  std::ifstream file(path, std::ios::binary);
  const std::string golden{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(text, golden);
}

TEST_P(GoldenReport, IsTheSameFromEvidence) {
  const auto again = read_evidence(to_evidence(full_report()));
  ASSERT_TRUE(again) << again.error().message;
  EXPECT_EQ(GetParam().render(*again), GetParam().render(full_report()));
}

INSTANTIATE_TEST_SUITE_P(
    Every, GoldenReport,
    testing::Values(
        Form{"report.txt", [](const Report& r) { return to_text(r, {}); }},
        Form{"report.json", [](const Report& r) { return to_json(r); }},
        Form{"junit.xml", [](const Report& r) { return to_junit(r); }},
        Form{"junit_running.xml", [](const Report& r) { return to_junit(r, RunState::kRunning); }},
        Form{"report.md", [](const Report& r) { return to_markdown(r); }},
        Form{"annotations.txt", [](const Report& r) { return to_github_annotations(r); }},
        Form{"report.html", [](const Report& r) { return to_html(r); }},
        Form{"exchanges.har", [](const Report& r) { return to_har(r); }},
        Form{"evidence.json", [](const Report& r) { return to_evidence(r); }},
        Form{"repro.sh",
             [](const Report& r) { return to_repro_script(r, "made-up.must").value(); }}),
    [](const auto& form) {
      std::string name = form.param.file;
      for (char& c : name) {
        if (c == '.') c = '_';
      }
      return name;
    });

TEST(HtmlReport, NothingThatAPartnerSentActs) {
  const std::string page = to_html(full_report());
  EXPECT_THAT(page, Not(HasSubstr("<script>alert")));
  EXPECT_THAT(page, HasSubstr("&lt;script&gt;alert(&#39;x&#39;)"));
  EXPECT_THAT(page, Not(HasSubstr("\x1b")));
  EXPECT_THAT(page, HasSubstr("default-src 'none'"));
  EXPECT_THAT(page, Not(HasSubstr("http-equiv=\"refresh")));
}

TEST(HtmlReport, StaysSmallWhateverAPartnerSent) {
  Report report = full_report();
  for (int number = 5; number < 400; ++number) {
    LoggedExchange exchange = report.exchanges.front();
    exchange.number = number;
    exchange.check = "made-up.must";
    exchange.body = std::string(64 << 10, '<');
    exchange.body_bytes = exchange.body.size();
    report.exchanges.push_back(exchange);
    report.checks.front().finding.exchanges.push_back(number);
  }
  EXPECT_LT(to_html(report).size(), 48u << 20);  // eight MiB of bodies, each byte an entity
}

TEST(MarkdownReport, KeepsToItsLimitAndSaysWhatIsLeftOut) {
  Report report = full_report();
  for (int i = 0; i < 40; ++i) report.checks.push_back(report.checks[1]);
  const std::string text = to_markdown(report, 4000);
  EXPECT_LE(text.size(), 4000u);
  EXPECT_THAT(text, HasSubstr("not conformant"));
  EXPECT_THAT(text, HasSubstr("Mend this first"));
  EXPECT_THAT(text, HasSubstr("checks more had no room here"));
}

TEST(MarkdownReport, NothingThatAPartnerSentIsMarkup) {
  Report report = full_report();
  report.checks[1].finding.message = "<img src=x> @everyone [a](javascript:b) | `c` **d**";
  report.checks[1].finding.actual = "```\n# broken out";
  const std::string text = to_markdown(report);
  EXPECT_THAT(text, HasSubstr("&lt;img src=x&gt;"));
  EXPECT_THAT(text, Not(HasSubstr("@everyone")));
  EXPECT_THAT(text, Not(HasSubstr("[a](")));
  EXPECT_THAT(text, HasSubstr("````text"));
}

TEST(GithubAnnotations, AreTenAtMost) {
  Report report = full_report();
  for (int i = 0; i < 40; ++i) report.checks.push_back(report.checks[1]);
  const std::string text = to_github_annotations(report);
  EXPECT_EQ(std::count(text.begin(), text.end(), '\n'), 10);
  EXPECT_THAT(text, HasSubstr("::error title=favsync made-up.must"));
}

TEST(Har, IsWhatReadersOfTheFormatNeed) {
  const auto log = nlohmann::json::parse(to_har(full_report()))["log"];
  EXPECT_EQ(log["version"], "1.2");
  ASSERT_EQ(log["entries"].size(), 4u);
  for (const auto& entry : log["entries"]) {
    for (const char* member :
         {"startedDateTime", "time", "request", "response", "cache", "timings"}) {
      EXPECT_TRUE(entry.contains(member)) << member;
    }
    EXPECT_TRUE(entry["response"]["content"].contains("size"));
  }
  EXPECT_EQ(log["entries"][1]["request"]["queryString"][1]["name"], "b");
}

TEST(ReproScript, SaysWhyThereIsNothingToRepeat) {
  const auto complaint = [](std::string_view id) {
    const auto script = to_repro_script(full_report(), id);
    return script ? "none" : script.error().message;
  };
  EXPECT_EQ(complaint("made-up.mist"),
            "the run has no check \"made-up.mist\"; did you mean \"made-up.must\"?");
  EXPECT_THAT(complaint("made-up.blocked"), HasSubstr("no exchange to repeat; it rests on"));
}

TEST(ReproScript, RefusesABodyThatWasCut) {
  Report report = full_report();
  report.exchanges[1].request_body_cut = true;
  const auto script = to_repro_script(report, "made-up.must");
  ASSERT_FALSE(script);
  EXPECT_THAT(script.error().message, HasSubstr("exchange #2 can't be repeated"));
}

TEST(ReproScript, NothingRecordedActsOnTheShell) {
  Report report = full_report();
  report.exchanges[1].request_body = "[\"$(touch x) `touch y` \\\" '; touch z\"]";
  report.checks[1].finding.message = "a\ntouch x";
  const std::string script = to_repro_script(report, "made-up.must").value();
  EXPECT_THAT(script, HasSubstr(R"("[\"\$(touch x) \`touch y\` \\\" '; touch z\"]")"));
  EXPECT_THAT(script, Not(HasSubstr("\ntouch x")));
}

}  // namespace
}  // namespace favsync::contract
