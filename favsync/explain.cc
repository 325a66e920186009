// favsync explain: what a check, a quirk, a defect or a fault is.
#include <fstream>
#include <memory>
#include <string>
#include <vector>

#include <fmt/format.h>

#include "contract_tests/check.h"
#include "contract_tests/matrix/recorded_matrix.h"
#include "contract_tests/pages/check_pages.h"
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

// Writes the page of every check and the index.
int write_pages(const std::string& folder) {
  const auto write = [&](const std::string& name, const std::string& text) {
    std::ofstream file(folder + "/" + name, std::ios::binary | std::ios::trunc);
    file << text;
    if (file.flush()) return true;
    fmt::print(stderr, "favsync explain: --pages {}: {} cannot be written; is it a folder?\n",
               folder, name);
    return false;
  };
  for (const auto& check : contract::all_checks()) {
    if (!write(page_name(check), check_page(check, contract::recorded_matrix()))) return kUsage;
  }
  return write("README.md", contract::check_index()) ? 0 : kUsage;
}

struct ExplainArguments {
  std::string id, pages;
  bool markdown = false;
};

int run(const ExplainArguments& arguments) {
  const std::string& id = arguments.id;
  if (!arguments.pages.empty()) return write_pages(arguments.pages);
  if (id.empty()) {
    fmt::print(stderr, "favsync explain: ID: missing; see favsync list checks\n");
    return kUsage;
  }
  const auto* check = contract::find_check(id);
  if (check && arguments.markdown) {
    fmt::print("{}", check_page(*check, contract::recorded_matrix()));
    return 0;
  }
  if (check) return explain_check(*check);
  if (const auto* behavior = mock::find_behavior(id)) return explain_behavior(*behavior);
  if (const auto* kind = mock::find_fault_kind(id)) return explain_fault(*kind);
  std::vector<std::string_view> names;
  for (const auto& one : contract::all_checks()) names.push_back(one.id);
  for (const auto& behavior : mock::all_behaviors()) names.push_back(behavior.id);
  for (const auto& kind : mock::all_fault_kinds()) names.push_back(kind.id);
  fmt::print(stderr, "favsync explain: nothing is called \"{}\"{}; see favsync list checks\n", id,
             did_you_mean(id, names));
  return kUsage;
}

}  // namespace

void add_explain(CLI::App& app, Job& job) {
  auto arguments = std::make_shared<ExplainArguments>();
  CLI::App* explain =
      app.add_subcommand("explain", "Explain a check, a quirk, a defect or a fault");
  explain->add_option("ID", arguments->id, "as favsync list shows it");
  explain->add_flag("--markdown", arguments->markdown, "the page of a check, as in docs/checks");
  explain->add_option("--pages", arguments->pages, "folder to write the pages of all checks into");
  explain->footer("Example:\n  favsync explain write.keeps-date");
  explain->callback([arguments, &job] { job = [arguments] { return run(*arguments); }; });
}

}  // namespace favsync
