#include <sstream>

#include <fmt/format.h>
#include <pugixml.hpp>

#include "contract_tests/reports/reports.h"

namespace favsync::contract {
namespace {

// Without the control characters that XML 1.0 has no way to write.
std::string for_xml(std::string_view text) {
  std::string kept;
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    kept += byte >= 0x20 || c == '\t' || c == '\n' ? c : '?';
  }
  return kept;
}

std::string seconds(std::chrono::milliseconds duration) {
  return fmt::format("{:.3f}", std::chrono::duration<double>(duration).count());
}

std::string details(const CheckReport& check) {
  const Finding& finding = check.finding;
  std::string text = fmt::format("§{} {}\n", check.check->clause, finding.message);
  if (!finding.expected.empty()) text += "expected: " + finding.expected + "\n";
  if (!finding.actual.empty()) text += "actual: " + finding.actual + "\n";
  if (!check.check->hint.empty()) text += fmt::format("look at: {}\n", check.check->hint);
  return for_xml(text);
}

void add_outcome(pugi::xml_node testcase, const CheckReport& check) {
  const char* element = nullptr;
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

}  // namespace

std::string to_junit(const Report& report) {
  pugi::xml_document document;
  pugi::xml_node suites = document.append_child("testsuites");
  pugi::xml_node suite = suites.append_child("testsuite");
  const int errors = report.count(CheckStatus::kBlocked) +
                     report.count(CheckStatus::kInconclusive) + report.count(CheckStatus::kError);
  const int skipped =
      report.count(CheckStatus::kSkipped) + report.count(CheckStatus::kNotExercised);
  for (pugi::xml_node node : {suites, suite}) {
    node.append_attribute("name") = "favsync certify";
    node.append_attribute("tests") = static_cast<int>(report.checks.size());
    node.append_attribute("failures") = report.count(CheckStatus::kFail);
    node.append_attribute("errors") = errors;
    node.append_attribute("skipped") = skipped;
    node.append_attribute("time") = seconds(report.duration).c_str();
  }
  suite.append_attribute("timestamp") = to_text(report.started, 0).c_str();
  for (const auto& check : report.checks) {
    pugi::xml_node testcase = suite.append_child("testcase");
    const std::string id(check.check->id);
    testcase.append_attribute("classname") = ("favsync." + id.substr(0, id.find('.'))).c_str();
    testcase.append_attribute("name") = id.c_str();
    testcase.append_attribute("time") = seconds(check.duration).c_str();
    add_outcome(testcase, check);
  }
  std::ostringstream out;
  document.save(out, "  ");
  return out.str();
}

}  // namespace favsync::contract
