#include <fmt/format.h>

#include "contract_tests/reports/reports.h"
#include "contract_tests/reports/words.h"

namespace favsync::contract {
namespace {

struct Mark {
  std::string_view sign;
  std::string_view colour;
};

Mark mark_of(CheckStatus status) {
  switch (status) {
    case CheckStatus::kPass:
      return {"pass", "32"};
    case CheckStatus::kWarn:
      return {"WARN", "33"};
    case CheckStatus::kFail:
      return {"FAIL", "31;1"};
    case CheckStatus::kSkipped:
      return {"skip", "2"};
    case CheckStatus::kNotExercised:
      return {"----", "36"};
    case CheckStatus::kBlocked:
      return {"blkd", "2"};
    case CheckStatus::kInconclusive:
      return {"????", "35"};
    case CheckStatus::kError:
      return {"ERR!", "31;1"};
    case CheckStatus::kWaived:
      return {"wavd", "33"};
  }
  return {"????", "35"};
}

std::string painted(std::string_view text, std::string_view colour, const TextStyle& style) {
  return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : std::string(text);
}

std::string verdict_line(const Report& report, const TextStyle& style) {
  const Verdict verdict = report.verdict();
  const std::string_view colour = verdict == Verdict::kConformant      ? "32;1"
                                  : verdict == Verdict::kNotConformant ? "31;1"
                                                                       : "35;1";
  std::string line = painted(to_string(verdict), colour, style);
  if (report.provisional()) line += " (provisional)";
  line += fmt::format(": {} passed", report.count(CheckStatus::kPass));
  const std::pair<CheckStatus, std::string_view> others[] = {
      {CheckStatus::kFail, "failed"},
      {CheckStatus::kWarn, "with a warning"},
      {CheckStatus::kBlocked, "blocked"},
      {CheckStatus::kInconclusive, "inconclusive"},
      {CheckStatus::kNotExercised, "not exercised"},
      {CheckStatus::kError, "ended by a fault of favsync"},
      {CheckStatus::kWaived, "waived"},
  };
  for (const auto& [status, word] : others) {
    if (const int count = report.count(status)) line += fmt::format(", {} {}", count, word);
  }
  if (const int unscored = report.count_unscored()) {
    line += fmt::format("; {} unscored (not in set {})", unscored, report.requirement_set);
  }
  return line + "\n";
}

std::string what_is_open(const Report& report) {
  std::string text;
  for (const CheckReport* check : report.not_exercised_musts()) {
    text += fmt::format("  not exercised: {}: {}\n", check->check->id, check->finding.message);
  }
  for (const auto& use : report.waivers) {
    if (use.state == WaiverState::kUsed) continue;
    text += fmt::format("  {} waiver: {} for {} ({}, until {})\n", to_string(use.state),
                        use.waiver.check, use.waiver.reason, use.waiver.owner, use.waiver.expires);
  }
  if (!report.restore.unfinished.empty()) {
    text += fmt::format("  not put back: {} of the items written, the first: {}\n",
                        report.restore.unfinished.size(), report.restore.unfinished.front());
  }
  if (report.restore.put_back + report.restore.left_removed > 0) {
    text += fmt::format(
        "Test data: {} put back with new dates; {} that were new stay listed as DELETE.\n",
        plural(report.restore.put_back, "item"), report.restore.left_removed);
  }
  return text;
}

}  // namespace

std::string to_text(const CheckReport& report, const TextStyle& style) {
  const Check& check = *report.check;
  const Finding& finding = report.finding;
  const Mark mark = mark_of(finding.status);
  std::string text = fmt::format("{} {:<28} {}{}\n", painted(mark.sign, mark.colour, style),
                                 check.id, check.title, report.unscored ? " (unscored)" : "");
  const bool plain = finding.status == CheckStatus::kPass;
  if (plain) return text;
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format("       {:<10}{}\n", name, value);
  };
  line(fmt::format("§{}", check.clause) + " ", finding.message);
  if (finding.status == CheckStatus::kFail || finding.status == CheckStatus::kWarn ||
      finding.status == CheckStatus::kWaived) {
    line("reason", finding.reason);
    line("expected", finding.expected);
    line("actual", finding.actual);
    line("look at", check.hint);
    if (!finding.exchanges.empty()) {
      line("exchanges", fmt::format("#{}", fmt::join(finding.exchanges, ", #")));
    }
  }
  return text;
}

std::string to_text(const Report& report, const TextStyle& style) {
  if (report.nothing_selected) return *report.nothing_selected + "\n";
  if (report.no_connection) return "no connection: " + *report.no_connection + "\n";
  std::string text = fmt::format("{}  {}\n", report.url, manner_of(report));
  for (const auto& check : report.checks) {
    const bool silent = check.finding.status == CheckStatus::kPass ||
                        check.finding.status == CheckStatus::kSkipped ||
                        (style.quiet && check.finding.status == CheckStatus::kBlocked);
    if (style.quiet && silent) continue;
    if (check.finding.status == CheckStatus::kSkipped) continue;
    text += to_text(check, style);
  }
  text += "\n" + verdict_line(report, style) + what_is_open(report);
  if (const CheckReport* first = report.first_failure()) {
    text += fmt::format("Mend this first: {} (§{}): {}\n", first->check->id, first->check->clause,
                        first->finding.message);
    text += fmt::format("See also: favsync explain {}\n", first->check->id);
  }
  text += fmt::format("{} in {:.1f} s.\n", plural(report.requests, "request"),
                      std::chrono::duration<double>(report.duration).count());
  return text;
}

}  // namespace favsync::contract
