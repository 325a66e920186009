#include "contract_tests/self_test/kill_matrix.h"

#include <algorithm>
#include <atomic>
#include <mutex>
#include <set>
#include <thread>

#include <fmt/format.h>

#include "contract_tests/check.h"

namespace favsync::contract {

const RecordedRow* find_row(const std::vector<RecordedRow>& declared, std::string_view behavior) {
  const auto found = std::find_if(declared.begin(), declared.end(),
                                  [&](const RecordedRow& row) { return row.behavior == behavior; });
  return found == declared.end() ? nullptr : &*found;
}

std::string KillMatrix::void_because() const {
  for (const MatrixRow* control : {&clean, &clean_read_only}) {
    if (const std::string complaint = control->complaint(nullptr); !complaint.empty()) {
      return fmt::format("the clean mock ({}) is not green: {}",
                         control->read_only ? "read-only" : "two-way", complaint);
    }
  }
  const auto canary = std::find_if(rows.begin(), rows.end(),
                                   [](const MatrixRow& row) { return row.behavior == kCanary; });
  if (canary == rows.end()) return fmt::format("the canary {} was not run", kCanary);
  if (canary->fired == 0 || canary->verdict != Verdict::kNotConformant) {
    return fmt::format("the canary {} lives", kCanary);
  }
  return {};
}

std::vector<std::string> KillMatrix::complaints(const std::vector<RecordedRow>& declared) const {
  std::vector<std::string> all;
  for (const auto& row : rows) {
    const std::string complaint = row.complaint(find_row(declared, row.behavior));
    if (!complaint.empty()) all.push_back(fmt::format("{}: {}", row.behavior, complaint));
  }
  for (const auto& check : checks_that_kill_nothing(declared)) {
    all.push_back(check + ": no defect is declared to die of it");
  }
  return all;
}

int KillMatrix::count_fired_defects() const {
  return static_cast<int>(std::count_if(rows.begin(), rows.end(), [](const MatrixRow& row) {
    return row.kind == mock::BehaviorKind::kDefect && row.fired > 0;
  }));
}

KillMatrix run_matrix(const RowSettings& settings, int jobs,
                      const std::vector<std::string_view>& behaviors,
                      const std::function<void(const MatrixRow&)>& done) {
  std::vector<const mock::Behavior*> todo;
  for (const auto& behavior : mock::all_behaviors()) {
    const bool wanted =
        behaviors.empty() || behavior.id == kCanary ||
        std::find(behaviors.begin(), behaviors.end(), behavior.id) != behaviors.end();
    if (wanted) todo.push_back(&behavior);
  }
  KillMatrix matrix;
  matrix.settings = settings;
  matrix.rows.resize(todo.size());
  const std::size_t controls = 2;
  std::atomic<std::size_t> next{0};
  std::mutex mutex;
  std::vector<std::thread> threads;
  for (int job = 0; job < jobs; ++job) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < todo.size() + controls; i = next++) {
        MatrixRow& row = i == 0   ? matrix.clean
                         : i == 1 ? matrix.clean_read_only
                                  : matrix.rows[i - controls];
        row = i == 1 ? run_clean_read_only(settings)
                     : run_row(i == 0 ? nullptr : todo[i - controls], settings);
        const std::lock_guard lock(mutex);
        if (done) done(row);
      }
    });
  }
  for (auto& thread : threads) thread.join();
  return matrix;
}

const std::vector<Exclusion>& exclusions() {
  static const std::vector<Exclusion> kExclusions{
      {"engine.read-only",
       "What it can see in a partner (a list that cannot be read, that differs between reads) the "
       "list checks see first; it is there so that a fault of the engine is not certified."},
  };
  return kExclusions;
}

std::vector<std::string> checks_that_kill_nothing(const std::vector<RecordedRow>& declared) {
  std::set<std::string_view> killers;
  for (const auto& row : declared) {
    if (row.breaks == "must" && row.first) killers.insert(row.first->check);
  }
  for (const auto& exclusion : exclusions()) killers.insert(exclusion.check);
  std::vector<std::string> idle;
  for (const auto& check : all_checks()) {
    if (check.level == Level::kMust && !killers.contains(check.id)) idle.emplace_back(check.id);
  }
  return idle;
}

std::vector<RecordedRow> record(const KillMatrix& matrix,
                                const std::vector<RecordedRow>& declared) {
  std::vector<RecordedRow> rows{record(matrix.clean, nullptr)};
  for (const auto& row : matrix.rows) {
    rows.push_back(record(row, find_row(declared, row.behavior)));
  }
  return rows;
}

}  // namespace favsync::contract
