// favsync list: the names that options take.
#include <memory>
#include <string>

#include <fmt/format.h>

#include "contract_tests/check.h"
#include "contract_tests/requirement_sets.h"
#include "favsync/commands.h"
#include "mock_server/behaviors.h"
#include "wire/nearest_name.h"

namespace favsync {
namespace {

int list_checks() {
  for (const auto& check : contract::all_checks()) {
    fmt::print("{:<28} §{:<5} {:<7} {}\n", check.id, check.clause, to_string(check.level),
               check.title);
  }
  return 0;
}

int list_behaviors(mock::BehaviorKind kind) {
  for (const auto& behavior : mock::all_behaviors()) {
    if (behavior.kind != kind) continue;
    fmt::print("{:<32} §{:<5} {}\n", behavior.id, behavior.clause, behavior.story);
  }
  return 0;
}

int list_sets() {
  for (const auto& set : contract::requirement_sets()) {
    const bool newest = &set == &contract::newest_requirement_set();
    fmt::print("{:<10} {} checks, SHA-256 {}{}\n", set.id, set.checks.size(), contract::digest(set),
               newest ? "  (the newest: certify's default)" : "");
  }
  for (const auto id : contract::preview_checks()) {
    fmt::print("{:<10} {}: runs unscored until a set has it\n", "preview", id);
  }
  return 0;
}

int run(const std::string& what) {
  if (what == "checks") return list_checks();
  if (what == "quirks") return list_behaviors(mock::BehaviorKind::kQuirk);
  if (what == "defects") return list_behaviors(mock::BehaviorKind::kDefect);
  if (what == "sets") return list_sets();
  constexpr std::string_view kKinds[] = {"checks", "quirks", "defects", "sets"};
  fmt::print(stderr, "favsync list: \"{}\": expected {}{}\n", what, fmt::join(kKinds, ", "),
             did_you_mean(what, kKinds));
  return kUsage;
}

}  // namespace

void add_list(CLI::App& app, Job& job) {
  auto what = std::make_shared<std::string>();
  CLI::App* list = app.add_subcommand("list", "List checks, quirks, defects or requirement sets");
  list->add_option("WHAT", *what, "checks, quirks, defects or sets")->required();
  list->footer("Example:\n  favsync list defects");
  list->callback([what, &job] { job = [what] { return run(*what); }; });
}

}  // namespace favsync
