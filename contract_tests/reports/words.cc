#include "contract_tests/reports/words.h"

#include <algorithm>

#include <fmt/format.h>

namespace favsync::contract {

std::string_view words_for(CheckStatus status) {
  switch (status) {
    case CheckStatus::kPass:
      return "passed";
    case CheckStatus::kWarn:
      return "warning";
    case CheckStatus::kFail:
      return "failed";
    case CheckStatus::kSkipped:
      return "skipped";
    case CheckStatus::kNotExercised:
      return "not exercised";
    case CheckStatus::kBlocked:
      return "blocked";
    case CheckStatus::kInconclusive:
      return "inconclusive";
    case CheckStatus::kError:
      return "fault of favsync";
    case CheckStatus::kWaived:
      return "waived";
  }
  return "fault of favsync";
}

const std::vector<CheckStatus>& by_importance() {
  static const std::vector<CheckStatus> kOrder = {
      CheckStatus::kError,   CheckStatus::kFail,         CheckStatus::kInconclusive,
      CheckStatus::kBlocked, CheckStatus::kNotExercised, CheckStatus::kWaived,
      CheckStatus::kWarn,    CheckStatus::kPass,         CheckStatus::kSkipped};
  return kOrder;
}

std::vector<const CheckReport*> most_important_first(const Report& report) {
  std::vector<const CheckReport*> sorted;
  for (const bool unscored : {false, true}) {
    for (const CheckStatus status : by_importance()) {
      for (const auto& check : report.checks) {
        if (check.unscored == unscored && check.finding.status == status) sorted.push_back(&check);
      }
    }
  }
  return sorted;
}

std::string words_for(const CheckReport& check) {
  return fmt::format("{}{}", words_for(check.finding.status), check.unscored ? ", unscored" : "");
}

std::vector<std::string> remarks_on_scoring(const Report& report) {
  std::vector<std::string> sentences;
  if (const int unscored = report.count_unscored()) {
    sentences.push_back(fmt::format("{} not in requirement set {}, so unscored",
                                    plural(unscored, "check"), report.requirement_set));
  }
  for (const auto& [waiver, state] : report.waivers) {
    sentences.push_back(fmt::format("{} waiver: {} for {} ({}, until {}): {}", to_string(state),
                                    waiver.check, waiver.reason, waiver.owner, waiver.expires,
                                    waiver.why));
  }
  return sentences;
}

std::string plural(int count, std::string_view word) {
  return fmt::format("{} {}{}", count, word, count == 1 ? "" : "s");
}

std::string in_seconds(std::chrono::milliseconds duration) {
  return fmt::format("{}.{:03}", duration.count() / 1000, duration.count() % 1000);
}

std::string manner_of(const Report& report) {
  return fmt::format("{}{}, {} depth, seed {}", to_string(report.profile),
                     report.profile_was_found ? " (found out)" : "", to_string(report.depth),
                     report.seed);
}

std::vector<std::string> shortfalls(const Report& report) {
  std::vector<std::string> sentences;
  if (report.nothing_selected) sentences.push_back("nothing selected: " + *report.nothing_selected);
  if (report.no_connection) sentences.push_back("no connection: " + *report.no_connection);
  if (report.interrupted) sentences.emplace_back("the run was interrupted");
  if (!report.restore.unfinished.empty()) {
    sentences.push_back(
        fmt::format("{} could not be put back, the first: {}",
                    plural(static_cast<int>(report.restore.unfinished.size()), "item"),
                    report.restore.unfinished.front()));
  }
  return sentences;
}

const LoggedExchange* find_exchange(const Report& report, int number) {
  const auto found = std::lower_bound(
      report.exchanges.begin(), report.exchanges.end(), number,
      [](const LoggedExchange& exchange, int wanted) { return exchange.number < wanted; });
  return found != report.exchanges.end() && found->number == number ? &*found : nullptr;
}

}  // namespace favsync::contract
