#include <algorithm>
#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "contract_tests/http/text.h"
#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/words.h"

namespace favsync::contract {
namespace {

// With '?' for what XML 1.0 has no way to write: control characters, U+FFFE and U+FFFF.
std::string for_xml(std::string_view text) {
  const std::string whole = as_utf8(text);
  std::string kept;
  for (std::size_t at = 0; at < whole.size(); ++at) {
    const auto byte = static_cast<unsigned char>(whole[at]);
    const bool no_character = whole.compare(at, 2, "\xef\xbf") == 0 && at + 2 < whole.size() &&
                              static_cast<unsigned char>(whole[at + 2]) >= 0xbe;
    if (no_character) at += 2;
    const bool legal = byte >= 0x20 || byte == '\t' || byte == '\n';
    kept += legal && !no_character ? whole[at] : '?';
  }
  return kept;
}

std::string details(const CheckReport& check) {
  const Finding& finding = check.finding;
  std::string text = fmt::format("§{} {}\n", check.check->clause, finding.message);
  if (!finding.reason.empty()) text += "reason: " + finding.reason + "\n";
  if (!finding.expected.empty()) text += "expected: " + finding.expected + "\n";
  if (!finding.actual.empty()) text += "actual: " + finding.actual + "\n";
  if (!check.check->hint.empty() && finding.status != CheckStatus::kBlocked)
    text += fmt::format("look at: {}\n", check.check->hint);
  return for_xml(text);
}

// Outside the requirement set: neither failure nor error. A fault of favsync is one anywhere.
bool is_set_aside(const CheckReport& check) {
  return check.unscored && !check.finding.passed() && check.finding.status != CheckStatus::kError;
}

void add_outcome(pugi::xml_node testcase, const CheckReport& check) {
  const char* element = nullptr;
  if (is_set_aside(check)) {
    pugi::xml_node skipped = testcase.append_child("skipped");
    const std::string text = "unscored, " + std::string(to_string(check.finding.status)) + ": ";
    skipped.append_attribute("message") = for_xml(text + check.finding.message).c_str();
    skipped.append_attribute("type") = "unscored";
    skipped.text().set((text + details(check)).c_str());
    return;
  }
  switch (check.finding.status) {
    case CheckStatus::kPass:
      return;
    case CheckStatus::kWarn: {
      testcase.append_child("system-out").text().set(("warning: " + details(check)).c_str());
      return;
    }
    case CheckStatus::kFail:
      element = "failure";
      break;
    case CheckStatus::kSkipped:
    case CheckStatus::kNotExercised:
    case CheckStatus::kWaived:
      element = "skipped";
      break;
    case CheckStatus::kBlocked:
    case CheckStatus::kInconclusive:
    case CheckStatus::kError:
      element = "error";
      break;
  }
  pugi::xml_node node = testcase.append_child(element);
  node.append_attribute("message") = for_xml(check.finding.message).c_str();
  node.append_attribute("type") = for_xml(check.finding.reason).c_str();
  node.text().set(details(check).c_str());
}

// What is amiss with the run itself. Else a file without test cases, or of half a run, would be
// green.
std::vector<std::string> faults_of_run(const Report& report, RunState state) {
  if (state == RunState::kFinished) return shortfalls(report);
  return {fmt::format("the run had not ended when this was written, after {}; was it killed?",
                      plural(static_cast<int>(report.checks.size()), "check"))};
}

void add_case(pugi::xml_node suite, const std::string& id, std::chrono::milliseconds duration) {
  pugi::xml_node testcase = suite.append_child("testcase");
  testcase.append_attribute("classname") = for_xml("favsync." + id.substr(0, id.find('.'))).c_str();
  testcase.append_attribute("name") = for_xml(id).c_str();
  testcase.append_attribute("time") = in_seconds(duration).c_str();
}

}  // namespace

std::string to_junit(const Report& report, RunState state) {
  pugi::xml_document document;
  pugi::xml_node suites = document.append_child("testsuites");
  pugi::xml_node suite = suites.append_child("testsuite");
  const auto faults = faults_of_run(report, state);
  const auto count = [&](auto&& predicate) {
    return static_cast<int>(std::count_if(report.checks.begin(), report.checks.end(), predicate));
  };
  const int own_faults =
      count([](const CheckReport& check) { return check.finding.status == CheckStatus::kError; });
  const int errors = report.count(CheckStatus::kBlocked) +
                     report.count(CheckStatus::kInconclusive) + own_faults +
                     static_cast<int>(faults.size());
  const int skipped = report.count(CheckStatus::kSkipped) +
                      report.count(CheckStatus::kNotExercised) +
                      report.count(CheckStatus::kWaived) + count(is_set_aside);
  for (pugi::xml_node node : {suites, suite}) {
    node.append_attribute("name") = "favsync certify";
    node.append_attribute("tests") = static_cast<int>(report.checks.size() + faults.size());
    node.append_attribute("failures") = report.count(CheckStatus::kFail);
    node.append_attribute("errors") = errors;
    node.append_attribute("skipped") = skipped;
    node.append_attribute("time") = in_seconds(report.duration).c_str();
  }
  suite.append_attribute("timestamp") = to_text(report.started, 0).c_str();
  for (const auto& check : report.checks) {
    add_case(suite, std::string(check.check->id), check.duration);
    add_outcome(suite.last_child(), check);
  }
  for (std::size_t i = 0; i < faults.size(); ++i) {
    add_case(suite, i == 0 ? "run.whole" : fmt::format("run.whole.{}", i + 1), {});
    pugi::xml_node node = suite.last_child().append_child("error");
    node.append_attribute("message") = for_xml(faults[i]).c_str();
    node.append_attribute("type") = "run";
    node.text().set(for_xml(faults[i]).c_str());
  }
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

}  // namespace favsync::contract
