// favsync explain: what a check, a quirk, a defect or a fault is.
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "contract_tests/check.h"
#include "favsync/commands.h"
#include "mock_server/behaviors.h"
#include "mock_server/faults/fault_kinds.h"
#include "wire/nearest_name.h"

namespace favsync {
namespace {

void line(std::string_view name, std::string_view text) {
  if (!text.empty()) fmt::print("{:<10} {}\n", name, text);
}

int explain_check(const contract::Check& check) {
  fmt::print("{}: {}\n", check.id, check.title);
  line("clause", fmt::format("§{} ({})", check.clause, to_string(check.level)));
  line("steps", check.steps);
  line("control", check.control);
  line("look at", check.hint);
  line("rests on", fmt::format("{}", fmt::join(check.needs, ", ")));
  line("depth", to_string(check.depth));
  line("for", check.applies == contract::Applies::kTwoWay     ? "two-way partners"
              : check.applies == contract::Applies::kReadOnly ? "read-only partners"
                                                              : "every partner");
  return 0;
}

int explain_behavior(const mock::Behavior& behavior) {
  fmt::print("{}: {}\n", behavior.id, behavior.story);
  line("kind", to_string(behavior.kind));
  line("clause", fmt::format("§{}", behavior.clause));
  line("breaks", to_string(behavior.breaks));
  line("cause", behavior.cure);
  return 0;
}

int explain_fault(const mock::FaultKind& kind) {
  fmt::print("{}: {}\n", kind.id, kind.story);
  line("kind", "fault");
  line("form", kind.form);
  line("means", kind.alias_of);
  line("position", kind.position);
  line("example", fmt::format("favsync serve --fault '{}'", kind.example));
  return 0;
}

int run(const std::string& id) {
  if (const auto* check = contract::find_check(id)) return explain_check(*check);
  if (const auto* behavior = mock::find_behavior(id)) return explain_behavior(*behavior);
  if (const auto* kind = mock::find_fault_kind(id)) return explain_fault(*kind);
  std::vector<std::string_view> names;
  for (const auto& check : contract::all_checks()) names.push_back(check.id);
  for (const auto& behavior : mock::all_behaviors()) names.push_back(behavior.id);
  for (const auto& kind : mock::all_fault_kinds()) names.push_back(kind.id);
  fmt::print(stderr, "favsync explain: nothing is called \"{}\"{}; see favsync list checks\n", id,
             did_you_mean(id, names));
  return kUsage;
}

}  // namespace

void add_explain(CLI::App& app, Job& job) {
  auto id = std::make_shared<std::string>();
  CLI::App* explain =
      app.add_subcommand("explain", "Explain a check, a quirk, a defect or a fault");
  explain->add_option("ID", *id, "as favsync list shows it")->required();
  explain->footer("Example:\n  favsync explain write.keeps-date");
  explain->callback([id, &job] { job = [id] { return run(*id); }; });
}

}  // namespace favsync
