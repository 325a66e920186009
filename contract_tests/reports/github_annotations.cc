#include <fmt/format.h>

#include "contract_tests/http/text.h"
#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/words.h"

namespace favsync::contract {
namespace {

constexpr int kMost = 10;  // GitHub shows no more of a step
constexpr std::size_t kMostOfText = 600;

// Source: GitHub's workflow commands: '%', CR and LF in a message; ':' and ',' too in a property.
std::string escaped(std::string_view text, bool property) {
  std::string out;
  for (const char c : text) {
    const bool special = c == '%' || c == '\r' || c == '\n' || (property && (c == ':' || c == ','));
    if (special) {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    } else {
      out += c;
    }
  }
  return out;
}

std::string command(std::string_view name, std::string_view title, std::string_view message) {
  return fmt::format("::{} title={}::{}\n", name, escaped(title, true), escaped(message, false));
}

std::string message_of(const CheckReport& report) {
  const Finding& finding = report.finding;
  std::string text = clip(finding.message, kMostOfText);
  if (!finding.expected.empty()) text += "\nexpected: " + clip(finding.expected, kMostOfText);
  if (!finding.actual.empty()) text += "\nactual: " + clip(finding.actual, kMostOfText);
  if (!report.check->hint.empty()) text += fmt::format("\nlook at: {}", report.check->hint);
  return text;
}

}  // namespace

std::string to_github_annotations(const Report& report) {
  std::string text;
  int count = 0;
  const auto add = [&](std::string_view name, std::string_view title, std::string_view message) {
    if (count++ < kMost) text += command(name, title, message);
  };
  for (const auto& sentence : shortfalls(report)) {
    add("error", "favsync certify", clip(sentence, kMostOfText));
  }
  for (const CheckReport* check : most_important_first(report)) {
    if (check->unscored) continue;
    const CheckStatus status = check->finding.status;
    const bool must = check->check->level == Level::kMust;
    const bool wrong = status == CheckStatus::kError || status == CheckStatus::kFail ||
                       (must && status == CheckStatus::kInconclusive);
    if (!wrong && status != CheckStatus::kWarn) continue;
    add(wrong ? "error" : "warning",
        fmt::format("favsync {} (§{}) {}", check->check->id, check->check->clause,
                    words_for(status)),
        message_of(*check));
  }
  return text;
}

}  // namespace favsync::contract
