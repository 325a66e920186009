// Every defect of the mock dies at the check and for the reason that fixtures/kill_matrix.json
// declares, and every quirk stays green. Here each defect meets its declared check and what that
// rests on; `favsync selftest` runs the whole matrix.
#include <gtest/gtest.h>

#include <algorithm>
#include <atomic>
#include <fstream>
#include <random>
#include <regex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "contract_tests/check.h"
#include "contract_tests/self_test/kill_matrix.h"

namespace favsync::contract {
namespace {

// What is wrong with the behaviour, or nothing. A defect first meets its declared check alone, with
// what that rests on; one that shows only over a whole run is judged by that.
std::string try_one(const mock::Behavior& behavior, const RowSettings& given) {
  const RecordedRow* declared = find_recorded(behavior.id);
  if (!declared) return "stands in no row of fixtures/kill_matrix.json";
  RowSettings settings = given;
  if (declared->first) {
    settings.only = {declared->first->check};
  } else {
    settings.depth = Depth::kQuick;
  }
  if (run_row(&behavior, settings).complaint(declared).empty()) return {};
  const MatrixRow whole = run_row(&behavior, given);
  const std::string complaint = whole.complaint(declared);
  return complaint.empty() ? "" : complaint + ":\n" + whole.text;
}

// Tries each, many at a time since they wait more than they compute. Races and caches are a matter
// of timing: one of three runs must show them.
void expect_as_declared(const std::vector<const mock::Behavior*>& behaviors,
                        const RowSettings& settings) {
  std::vector<std::string> complaints(behaviors.size());
  std::atomic<std::size_t> next{0};
  std::vector<std::thread> threads;
  for (int job = 0; job < 24; ++job) {
    threads.emplace_back([&] {
      for (std::size_t i = next++; i < behaviors.size(); i = next++) {
        for (int n = 0; n < 3 && (n == 0 || !complaints[i].empty()); ++n) {
          complaints[i] = try_one(*behaviors[i], settings);
        }
      }
    });
  }
  for (auto& thread : threads) thread.join();
  for (std::size_t i = 0; i < behaviors.size(); ++i) {
    EXPECT_EQ(complaints[i], "") << behaviors[i]->id << ": " << behaviors[i]->story << "\nfavsync "
                                 << "selftest --at " << to_string(settings.at) << " --seed "
                                 << settings.seed << " --show " << behaviors[i]->id;
  }
}

TEST(GoldenMatrix, EveryDefectDiesWhereDeclaredAndEveryQuirkIsGreen) {
  std::vector<const mock::Behavior*> all;
  for (const auto& behavior : mock::all_behaviors()) all.push_back(&behavior);
  expect_as_declared(all, {});
}

// At any hour of any day; which one, and whom it meets, is printed when something fails.
TEST(GoldenMatrix, HoldsAtARandomInstantToo) {
  std::random_device device;
  RowSettings settings;
  settings.seed = device() % 1'000'000;
  std::mt19937_64 random(settings.seed);
  settings.at = Timestamp::from_unix(1'514'764'800, 0)
                    .plus(std::chrono::milliseconds(random() % 631'151'999'999));
  std::vector<const mock::Behavior*> some;
  for (const auto& behavior : mock::all_behaviors()) {
    if (random() % 16 == 0) some.push_back(&behavior);
  }
  expect_as_declared(some, settings);
}

TEST(GoldenMatrix, HasNoRowOfABehaviorThatIsGone) {
  for (const auto& row : recorded_matrix()) {
    EXPECT_TRUE(row.behavior.empty() || mock::find_behavior(row.behavior)) << row.behavior;
  }
}

TEST(GoldenMatrix, EachMustCheckIsTheFirstToSeeSomeDefect) {
  EXPECT_EQ(checks_that_kill_nothing(recorded_matrix()), std::vector<std::string>());
}

// Clause, checks, defects: each MUST of the contract has a check. §1.1 binds whoever sends, so each
// request of each check keeps it; what no partner can show is the engine's own (§5.1 to §5.4), and
// its tests stand in sync_engine/.
TEST(Traceability, EachMustClauseHasACheck) {
  const std::set<std::string> not_a_partners{"1.1", "5.1", "5.2", "5.3", "5.4"};
  std::ifstream contract(FAVSYNC_SOURCE_DIR "/docs/contract.md");
  int clauses = 0;
  for (std::string line; std::getline(contract, line);) {
    std::smatch row;
    if (!std::regex_search(line, row, std::regex("^\\| ([0-9]+\\.[0-9]+) \\| MUST"))) continue;
    ++clauses;
    const std::string clause = row[1];
    const auto& checks = all_checks();
    const bool checked = std::any_of(checks.begin(), checks.end(), [&](const Check& check) {
      return check.clause == clause && check.level == Level::kMust;
    });
    EXPECT_NE(checked, not_a_partners.contains(clause)) << "§" << clause;
  }
  EXPECT_GT(clauses, 20) << "docs/contract.md has another form?";
}

TEST(GoldenMatrix, AnExclusionIsOfACheckThatIsThereAndSeesSomethingToo) {
  for (const auto& exclusion : exclusions()) {
    EXPECT_TRUE(find_check(exclusion.check)) << exclusion.check;
    EXPECT_FALSE(exclusion.why.empty()) << exclusion.check;
  }
}

}  // namespace
}  // namespace favsync::contract
