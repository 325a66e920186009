#include <fmt/format.h>

#include "contract_tests/reports/reports.h"

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
  }
  return {"????", "35"};
}

std::string painted(std::string_view text, std::string_view colour, const TextStyle& style) {
  return style.colour ? fmt::format("\x1b[{}m{}\x1b[0m", colour, text) : std::string(text);
}

std::string plural(int count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
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
  };
  for (const auto& [status, word] : others) {
    if (const int count = report.count(status)) line += fmt::format(", {} {}", count, word);
  }
  return line + "\n";
}

std::string what_is_open(const Report& report) {
  std::string text;
  for (const CheckReport* check : report.not_exercised_musts()) {
    text += fmt::format("  not exercised: {}: {}\n", check->check->id, check->finding.message);
  }
  if (!report.restore.unfinished.empty()) {
    text += fmt::format("  not put back: {} of the items written, the first: {}\n",
                        report.restore.unfinished.size(), report.restore.unfinished.front());
  }
  for (const auto& item : report.restore.left_alone) {
    text += fmt::format("  left alone, changed by another client since: {}\n", item);
  }
  for (const auto& item : report.restore.in_future) {
    text += fmt::format("  keeps a date in the future: {}\n", item);
  }
  if (report.restore.touched > 0) {
    text += fmt::format(
        "Test data: {} written; {} put back with new dates; {} that were new stay listed as "
        "DELETE.\n",
        plural(report.restore.touched, "item"), report.restore.put_back,
        report.restore.left_removed);
  }
  return text;
}

// What the run measured in passing, where it is out of the ordinary.
std::string what_was_measured(const Report& report) {
  using Seconds = std::chrono::duration<double>;
  std::string text;
  constexpr std::chrono::seconds kWrongClock(5);
  if (report.clock_skew &&
      (report.clock_skew->least > kWrongClock || report.clock_skew->most < -kWrongClock)) {
    text += fmt::format("The partner's clock differs from this one by {:+.1f} to {:+.1f} s.\n",
                        Seconds(report.clock_skew->least).count(),
                        Seconds(report.clock_skew->most).count());
  }
  if (report.convergence.longest > std::chrono::milliseconds(200)) {
    text += fmt::format("Writes showed after {:.2f} s (median), {:.2f} s at most.\n",
                        Seconds(report.convergence.median).count(),
                        Seconds(report.convergence.longest).count());
  }
  if (report.foreign_changes > 0) {
    text += fmt::format("Another client of the test users wrote meanwhile: {}.\n",
                        plural(report.foreign_changes, "change"));
  }
  return text;
}

}  // namespace

std::string to_text(const CheckReport& report, const TextStyle& style) {
  const Check& check = *report.check;
  const Finding& finding = report.finding;
  const Mark mark = mark_of(finding.status);
  std::string text =
      fmt::format("{} {:<28} {}\n", painted(mark.sign, mark.colour, style), check.id, check.title);
  const bool plain = finding.status == CheckStatus::kPass;
  if (plain) return text;
  const auto line = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) text += fmt::format("       {:<10}{}\n", name, value);
  };
  line(fmt::format("§{}", check.clause) + " ", finding.message);
  if (finding.status == CheckStatus::kFail || finding.status == CheckStatus::kWarn) {
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
  std::string text = fmt::format(
      "{}  {}{}, {} depth, seed {}\n", report.url, to_string(report.profile),
      report.profile_was_found ? " (found out)" : "", to_string(report.depth), report.seed);
  for (const auto& check : report.checks) {
    const bool silent = check.finding.status == CheckStatus::kPass ||
                        check.finding.status == CheckStatus::kSkipped ||
                        (style.quiet && check.finding.status == CheckStatus::kBlocked);
    if (style.quiet && silent) continue;
    if (check.finding.status == CheckStatus::kSkipped) continue;
    text += to_text(check, style);
  }
  text += "\n" + verdict_line(report, style) + what_is_open(report) + what_was_measured(report);
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
