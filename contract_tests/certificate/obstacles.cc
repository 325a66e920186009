#include "contract_tests/certificate/obstacles.h"

#include <algorithm>
#include <string_view>

#include <fmt/format.h>

#include "contract_tests/certificate/rejudge.h"
#include "contract_tests/requirement_sets.h"

namespace favsync::contract {
namespace {

constexpr std::size_t kShown = 3;

// "a, b, c and 2 more".
std::string listed(const std::vector<std::string_view>& ids) {
  const auto shown = static_cast<std::ptrdiff_t>(std::min(ids.size(), kShown));
  std::string text = fmt::format("{}", fmt::join(ids.begin(), ids.begin() + shown, ", "));
  if (ids.size() > kShown) text += fmt::format(" and {} more", ids.size() - kShown);
  return text;
}

template <typename Predicate>
void add(std::vector<std::string>& found, const Report& report, std::string_view what,
         Predicate&& stands_in_the_way) {
  std::vector<std::string_view> ids;
  for (const auto& check : report.checks) {
    if (!check.unscored && stands_in_the_way(check)) ids.push_back(check.check->id);
  }
  if (!ids.empty()) found.push_back(fmt::format("{}: {}", what, listed(ids)));
}

bool is_must(const CheckReport& check) {
  return check.check->level == Level::kMust;
}

void add_open_checks(std::vector<std::string>& found, const Report& report) {
  const auto status = [](CheckStatus wanted) {
    return [wanted](const CheckReport& check) { return check.finding.status == wanted; };
  };
  const auto must = [](CheckStatus wanted) {
    return [wanted](const CheckReport& check) {
      return is_must(check) && check.finding.status == wanted;
    };
  };
  add(found, report, "failed", status(CheckStatus::kFail));
  add(found, report, "favsync itself failed in", status(CheckStatus::kError));
  add(found, report, "waived", [](const CheckReport& check) {
    return check.waived_from == CheckStatus::kFail ||
           (is_must(check) && check.waived_from == CheckStatus::kBlocked);
  });
  add(found, report, "a MUST was blocked", must(CheckStatus::kBlocked));
  add(found, report, "a MUST was inconclusive", must(CheckStatus::kInconclusive));
}

void add_selection(std::vector<std::string>& found, const Report& report) {
  if (!report.options.only.empty() || !report.options.skip.empty()) {
    found.emplace_back("checks were left out with --only or --skip");
  }
  if (report.depth == Depth::kQuick) found.emplace_back("the depth was quick, not standard");
  if (report.requirement_set.empty()) {
    found.emplace_back("no requirement set was chosen");
    return;
  }
  const auto set = find_requirement_set(report.requirement_set);
  if (!set) {
    found.push_back(
        fmt::format("this favsync does not know the requirement set {}", report.requirement_set));
    return;
  }
  std::vector<std::string_view> missing;
  for (const auto id : (*set)->checks) {
    const bool ran = std::any_of(
        report.checks.begin(), report.checks.end(),
        [&](const CheckReport& check) { return check.check->id == id && !check.unscored; });
    if (!ran) missing.push_back(id);
  }
  if (!missing.empty()) {
    found.push_back(
        fmt::format("set {} has checks without a result: {}", (*set)->id, listed(missing)));
  }
}

}  // namespace

std::vector<std::string> obstacles(const Report& report) {
  if (report.nothing_selected) return {"nothing was selected"};
  if (report.no_connection) return {"there was no connection"};
  std::vector<std::string> found;
  if (report.interrupted) found.emplace_back("the run was interrupted");
  add_open_checks(found, report);
  add_selection(found, report);
  if (!report.restore.unfinished.empty()) {
    found.push_back(
        fmt::format("the test data was not put back ({} items)", report.restore.unfinished.size()));
  }
  const Rejudged again = judge_again(report);
  if (!again.contradictions.empty()) found.push_back(again.contradictions.front());
  if (found.empty() && report.verdict() != Verdict::kConformant) {
    found.push_back(fmt::format("the verdict is {}", to_string(report.verdict())));
  }
  return found;
}

std::string no_certificate(const std::vector<std::string>& obstacles) {
  const auto shown = static_cast<std::ptrdiff_t>(std::min(obstacles.size(), kShown));
  std::string text = fmt::format("no certificate: {}",
                                 fmt::join(obstacles.begin(), obstacles.begin() + shown, "; "));
  if (obstacles.size() > kShown) text += fmt::format(" (and {} more)", obstacles.size() - kShown);
  return text;
}

}  // namespace favsync::contract
