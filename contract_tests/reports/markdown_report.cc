#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/http/text.h"
#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/words.h"

namespace favsync::contract {
namespace {

constexpr std::size_t kMostOfText = 2000;

// For running text and table cells: nothing of it is Markdown or HTML.
std::string escaped(std::string_view text) {
  std::string out;
  for (const char c : clip(text, kMostOfText)) {
    if (c == '<') {
      out += "&lt;";
    } else if (c == '>') {
      out += "&gt;";
    } else if (c == '&') {
      out += "&amp;";
    } else {
      // '@' and '#' would call people and issues.
      if (std::string_view("\\`*_{}[]()|~$").find(c) != std::string_view::npos) out += '\\';
      out += c;
      if (c == '@' || c == '#') out += "&#8203;";
    }
  }
  return out;
}

// A block of code whose fence is longer than any in the text.
std::string block(std::string_view text) {
  std::size_t longest = 2, run = 0;
  for (const char c : text) {
    run = c == '`' ? run + 1 : 0;
    longest = std::max(longest, run);
  }
  const std::string fence(longest + 1, '`');
  return fmt::format("{}text\n{}\n{}\n", fence, text, fence);
}

std::string_view sign_of(CheckStatus status) {
  switch (status) {
    case CheckStatus::kPass:
      return "✅";
    case CheckStatus::kWarn:
      return "⚠️";
    case CheckStatus::kFail:
      return "❌";
    case CheckStatus::kError:
      return "💥";
    default:
      return "❔";
  }
}

std::string head_of(const Report& report) {
  const Verdict verdict = report.verdict();
  std::string text = fmt::format(
      "## {} favsync: {}{}\n\n{}: {}. {} in {} s, favsync {}, contract revision {}.\n\n",
      verdict == Verdict::kConformant      ? "✅"
      : verdict == Verdict::kNotConformant ? "❌"
                                           : "❔",
      to_string(verdict), report.provisional() ? " (provisional)" : "", escaped(report.url),
      manner_of(report), plural(report.requests, "request"), in_seconds(report.duration),
      escaped(report.suite_version), escaped(report.contract_revision));
  for (const auto& sentence : shortfalls(report)) {
    text += fmt::format("**{}**\n\n", escaped(sentence));
  }
  std::string names, line, counts;
  for (const CheckStatus status : by_importance()) {
    if (report.count(status) == 0) continue;
    names += fmt::format("| {} ", words_for(status));
    line += "|--:";
    counts += fmt::format("| {} ", report.count(status));
  }
  if (!names.empty()) text += fmt::format("{}|\n{}|\n{}|\n\n", names, line, counts);
  for (const auto& sentence : remarks_on_scoring(report)) {
    text += fmt::format("- {}\n", escaped(sentence));
  }
  if (!remarks_on_scoring(report).empty()) text += "\n";
  if (const CheckReport* first = report.first_failure()) {
    text += fmt::format("**Mend this first:** {} (§{}): {}\n\n", escaped(first->check->id),
                        escaped(first->check->clause), escaped(first->finding.message));
  }
  return text;
}

std::string details_of(const CheckReport& report) {
  const Check& check = *report.check;
  const Finding& finding = report.finding;
  std::string text =
      fmt::format("### {} {} — {}\n\n§{} ({}), {}: {}\n\n", sign_of(finding.status),
                  escaped(check.id), escaped(check.title), escaped(check.clause),
                  to_string(check.level), words_for(report), escaped(finding.message));
  std::string compared;
  if (!finding.expected.empty()) compared += "expected  " + clip(finding.expected, kMostOfText);
  if (!finding.actual.empty()) {
    compared += (compared.empty() ? "" : "\n") + ("actual    " + clip(finding.actual, kMostOfText));
  }
  if (!compared.empty()) text += block(compared) + "\n";
  if (!finding.reason.empty()) text += fmt::format("Reason: {}. ", escaped(finding.reason));
  if (!check.hint.empty() && finding.status != CheckStatus::kBlocked) {
    text += fmt::format("Look at: {}", escaped(check.hint));
  }
  return text + "\n\n";
}

std::string row_of(const CheckReport& report) {
  return fmt::format("| {} {} | {} | §{} | {} |\n", sign_of(report.finding.status),
                     words_for(report), escaped(report.check->id), escaped(report.check->clause),
                     escaped(report.check->title));
}

bool needs_details(CheckStatus status) {
  return status != CheckStatus::kPass && status != CheckStatus::kSkipped;
}

}  // namespace

std::string to_markdown(const Report& report, std::size_t limit) {
  constexpr std::size_t kTail = 200;  // for what is said of what has no room
  std::string text = head_of(report);
  if (text.size() + kTail > limit) text = text.substr(0, text.find("\n\n") + 2);
  int left_out = 0;
  const auto add = [&](const std::string& part) {
    if (left_out > 0 || text.size() + part.size() + kTail > limit) {
      ++left_out;
      return;
    }
    text += part;
  };
  const auto sorted = most_important_first(report);
  for (const CheckReport* check : sorted) {
    if (needs_details(check->finding.status)) add(details_of(*check));
  }
  const int details_left_out = left_out;
  const std::string open =
      "<details><summary>All checks</summary>\n\n| | check | clause | what holds "
      "|\n|---|---|---|---|\n";
  if (left_out == 0 && text.size() + open.size() + kTail <= limit && !sorted.empty()) {
    text += open;
    for (const CheckReport* check : sorted) add(row_of(*check));
    text += "\n</details>\n";
  }
  if (details_left_out > 0) {
    text += fmt::format("{} more had no room here; the other reports have them.\n",
                        plural(details_left_out, "check"));
  } else if (left_out > 0) {
    text += fmt::format("\n{} more had no room in the table.\n", plural(left_out, "check"));
  }
  return text;
}

}  // namespace favsync::contract
