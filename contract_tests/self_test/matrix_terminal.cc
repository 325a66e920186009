#include <algorithm>
#include <map>

#include <fmt/format.h>

#include "contract_tests/check.h"
#include "contract_tests/self_test/matrix_views.h"

namespace favsync::contract {
namespace {

constexpr std::size_t kWidth = 100;

std::string cut(std::string text) {
  if (text.size() <= kWidth) return text;
  const std::size_t comma = text.rfind(',', kWidth - 2);
  return text.substr(0, comma == std::string::npos ? kWidth - 2 : comma) + ", …";
}

std::string rows_text(const KillMatrix& matrix, const std::vector<RecordedRow>& declared) {
  std::string text;
  for (const auto& row : matrix.rows) {
    const std::string complaint = row.complaint(find_row(declared, row.behavior));
    const Kill* first = row.first();
    text += fmt::format("{} {:<36} {:<28} {}\n", complaint.empty() ? "ok " : "BAD", row.behavior,
                        first ? first->check : "", first ? first->reason : "");
  }
  return text;
}

std::string checks_text(const KillMatrix& matrix) {
  std::map<std::string_view, std::vector<std::string_view>> killed;
  for (const auto& row : matrix.rows) {
    if (row.kind == mock::BehaviorKind::kDefect && row.first()) {
      killed[row.first()->check].push_back(row.behavior);
    }
  }
  std::string text;
  for (const auto& check : all_checks()) {
    const auto found = killed.find(check.id);
    if (found == killed.end()) continue;
    text += cut(fmt::format("{:<28} {:>3}  {}", check.id, found->second.size(),
                            fmt::join(found->second, ", "))) +
            "\n";
  }
  return text;
}

}  // namespace

std::string to_text(const KillMatrix& matrix, const std::vector<RecordedRow>& declared,
                    bool every_row) {
  std::string text = every_row
                         ? rows_text(matrix, declared)
                         : "check, and the defects that die of it first\n" + checks_text(matrix);
  int dead = 0, defects = 0, green = 0, quirks = 0, silent = 0, requests = 0;
  std::vector<int> findings;
  for (const auto& row : matrix.rows) {
    const bool well = row.complaint(find_row(declared, row.behavior)).empty();
    const bool defect = row.kind == mock::BehaviorKind::kDefect;
    (defect ? defects : quirks) += 1;
    if (well) (defect ? dead : green) += 1;
    if (!defect && row.fired == 0) ++silent;
    if (row.breaks == mock::Breaks::kMust) findings.push_back(static_cast<int>(row.failed.size()));
    requests += row.requests;
  }
  text += fmt::format("\n{} of {} defects die where declared, {} of {} quirks are green", dead,
                      defects, green, quirks);
  if (silent > 0) text += fmt::format(" ({} of them no request of the suite brings out)", silent);
  text += "\n";
  if (!findings.empty()) {
    std::sort(findings.begin(), findings.end());
    text += fmt::format("failures a defect: median {}, at most {}\n", findings[findings.size() / 2],
                        findings.back());
  }
  text += fmt::format("controls: clean two-way {}, clean read-only {}, canary {}\n",
                      to_string(matrix.clean.verdict), to_string(matrix.clean_read_only.verdict),
                      kCanary);
  for (const auto& complaint : matrix.complaints(declared)) text += "BAD " + complaint + "\n";
  text += fmt::format("{} requests; time of the mock {}, seed {}\n", requests,
                      to_string(matrix.settings.at), matrix.settings.seed);
  text += fmt::format("matrix sha256:{}\n", digest(record(matrix, declared)));
  return text;
}

}  // namespace favsync::contract
