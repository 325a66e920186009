#include "contract_tests/diagnosis/diagnosis.h"

#include <algorithm>
#include <cmath>
#include <map>

#include <fmt/format.h>

namespace favsync::contract {
namespace {

constexpr double kSure = 0.6;          // below it nothing is said
constexpr double kAlike = 0.05;        // rows that are nearer together than that are one answer
constexpr std::size_t kMostNamed = 3;  // more would be no answer
constexpr double kSameCheck = 0.4;     // what the same check for another reason counts
constexpr double kFirst = 2.0;  // the first finding is the cause, the rest may follow from it

// "reads-differ.flaky" is "reads-differ": how often it was seen says little of the cause.
std::string cause(const Kill& kill) {
  return kill.reason.substr(0, kill.reason.find('.'));
}

// Findings by check, failures before warnings.
struct Picture {
  std::vector<Kill> findings;

  Picture(const std::vector<Kill>& failed, const std::vector<Kill>& warned) : findings(failed) {
    findings.insert(findings.end(), warned.begin(), warned.end());
  }
  const Kill* of(std::string_view check) const {
    const auto found = std::find_if(findings.begin(), findings.end(),
                                    [&](const Kill& kill) { return kill.check == check; });
    return found == findings.end() ? nullptr : &*found;
  }
};

// What a check's finding tells: the more, the fewer rows have it.
class Weights {
 public:
  explicit Weights(const std::vector<RecordedRow>& matrix) : rows_(matrix.size()) {
    for (const auto& row : matrix) {
      for (const auto* list : {&row.failed, &row.warned}) {
        for (const Kill& kill : *list) ++counts_[kill.check];
      }
    }
  }
  double of(std::string_view check) const {
    const auto found = counts_.find(check);
    const double count = found == counts_.end() ? 1.0 : static_cast<double>(found->second);
    return std::log(1.0 + static_cast<double>(rows_) / count);
  }

 private:
  std::size_t rows_;
  std::map<std::string, int, std::less<>> counts_;
};

// Weighted share of what both have in all that either has.
double similarity(const Picture& seen, const Picture& known, const Weights& weights) {
  double shared = 0, all = 0;
  const auto weight = [&](const Kill& kill) {
    const bool leads =
        seen.findings.front().check == kill.check || known.findings.front().check == kill.check;
    return weights.of(kill.check) * (leads ? kFirst : 1.0);
  };
  for (const Kill& kill : seen.findings) {
    all += weight(kill);
    const Kill* other = known.of(kill.check);
    if (other) shared += weight(kill) * (cause(kill) == cause(*other) ? 1.0 : kSameCheck);
  }
  for (const Kill& kill : known.findings) {
    if (!seen.of(kill.check)) all += weight(kill);
  }
  return all == 0 ? 0 : shared / all;
}

}  // namespace

std::optional<Diagnosis> diagnose(const std::vector<Kill>& failed, const std::vector<Kill>& warned,
                                  const std::vector<RecordedRow>& matrix) {
  const Picture seen(failed, warned);
  if (seen.findings.empty()) return std::nullopt;
  const Weights weights(matrix);
  std::vector<std::pair<double, const RecordedRow*>> near;
  for (const auto& row : matrix) {
    const Picture known(row.failed, row.warned);
    if (row.kind != "defect" || known.findings.empty()) continue;
    near.emplace_back(similarity(seen, known, weights), &row);
  }
  std::stable_sort(near.begin(), near.end(),
                   [](const auto& a, const auto& b) { return a.first > b.first; });
  if (near.empty() || near.front().first < kSure) return std::nullopt;
  Diagnosis diagnosis;
  diagnosis.similarity = near.front().first;
  diagnosis.story = near.front().second->story;
  diagnosis.cure = near.front().second->cure;
  for (const auto& [score, row] : near) {
    if (score < near.front().first - kAlike) break;
    diagnosis.behaves_like.push_back(row->behavior);
  }
  if (diagnosis.behaves_like.size() > kMostNamed) return std::nullopt;
  return diagnosis;
}

std::optional<Diagnosis> diagnose(const Report& report) {
  std::vector<Kill> failed, warned;
  for (const auto& check : report.checks) {
    const Kill kill{std::string(check.check->id), check.finding.reason};
    if (check.finding.status == CheckStatus::kFail) failed.push_back(kill);
    if (check.finding.status == CheckStatus::kWarn) warned.push_back(kill);
  }
  if (failed.empty()) return std::nullopt;
  return diagnose(failed, warned, recorded_matrix());
}

std::string to_text(const Diagnosis& diagnosis) {
  std::string text = fmt::format("behaves like `{}`", diagnosis.behaves_like.front());
  for (std::size_t i = 1; i < diagnosis.behaves_like.size(); ++i) {
    text += fmt::format("{} `{}`", i == 1 ? " (or" : ",", diagnosis.behaves_like[i]);
  }
  if (diagnosis.behaves_like.size() > 1) text += ")";
  return fmt::format("{}: {} {}", text, diagnosis.story, diagnosis.cure);
}

}  // namespace favsync::contract
