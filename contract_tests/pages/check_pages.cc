#include "contract_tests/pages/check_pages.h"

#include <set>

#include <fmt/format.h>

#include "contract_tests/pages/reasons.h"

namespace favsync::contract {
namespace {

constexpr std::string_view kMade =
    "<!-- Made by `favsync explain --pages docs/checks` from the catalogue and the kill matrix. "
    "-->\n";

std::string_view partners(Applies applies) {
  switch (applies) {
    case Applies::kTwoWay:
      return "two-way partners";
    case Applies::kReadOnly:
      return "read-only partners";
    case Applies::kAlways:
      return "every partner";
  }
  return "every partner";
}

std::string_view level_text(Level level) {
  switch (level) {
    case Level::kMust:
      return "MUST: a failure forbids the certificate";
    case Level::kShould:
      return "SHOULD: a breach is a warning";
    case Level::kInfo:
      return "INFO: recorded, never judged";
  }
  return "MUST";
}

// A row of a table; a bar within a cell would end it.
std::string cell(std::string_view text) {
  std::string escaped;
  for (const char c : text) escaped += c == '|' ? std::string("\\|") : std::string(1, c);
  return escaped;
}

std::string link(std::string_view id) {
  return fmt::format("[`{0}`]({0}.md)", id);
}

void section(std::string& page, std::string_view title, std::string_view text) {
  if (!text.empty()) page += fmt::format("\n## {}\n\n{}\n", title, text);
}

std::string needs_text(const Check& check) {
  std::string text;
  for (const auto need : check.needs) text += (text.empty() ? "" : ", ") + link(need);
  if (!text.empty()) text += ". Where one of them does not pass, this check is blocked.";
  return text;
}

std::string reasons_text(const Check& check, const std::vector<RecordedRow>& matrix) {
  std::set<std::string> reasons;
  for (const auto& row : matrix) {
    for (const auto* kills : {&row.failed, &row.warned}) {
      for (const Kill& kill : *kills) {
        if (kill.check == check.id) reasons.insert(kill.reason);
      }
    }
  }
  if (reasons.empty()) return {};
  std::string text = "Seen in the self-test; other partners may show others.\n\n";
  text += "| code | meaning |\n|---|---|\n";
  for (const auto& reason : reasons) {
    text += fmt::format("| `{}` | {} |\n", reason, cell(meaning_of(reason)));
  }
  text.pop_back();
  return text;
}

std::string defects_text(const Check& check, const std::vector<RecordedRow>& matrix) {
  std::string text;
  for (const auto& row : matrix) {
    if (row.kind != "defect" || !row.first || row.first->check != check.id) continue;
    text += fmt::format("| `{}` | {} | {} |\n", row.behavior, cell(row.story), cell(row.cure));
  }
  if (text.empty()) return {};
  text.pop_back();
  return "The self-test has a partner with each of these defects, and sees it fail here first.\n\n"
         "| defect | what the partner does | where to look |\n|---|---|---|\n" +
         text;
}

}  // namespace

std::string page_name(const Check& check) {
  return fmt::format("{}.md", check.id);
}

std::string check_page(const Check& check, const std::vector<RecordedRow>& matrix) {
  std::string page(kMade);
  page += fmt::format("# {}\n\n{}.\n\n", check.id, check.title);
  page += fmt::format("- Clause: [§{}](../contract.md)\n- Level: {}\n- For: {}\n", check.clause,
                      level_text(check.level), partners(check.applies));
  page += fmt::format("- Depth: from `--depth {}` on\n", to_string(check.depth));
  section(page, "Steps", check.steps);
  section(page, "Control", check.control);
  section(page, "When it fails, look at", check.hint);
  section(page, "Rests on", needs_text(check));
  section(page, "Reason codes", reasons_text(check, matrix));
  section(page, "Defects that it finds", defects_text(check, matrix));
  page +=
      fmt::format("\n## Try it\n\n```sh\nfavsync certify URL --token T --only {}\n```\n", check.id);
  return page;
}

std::string check_index() {
  std::string page(kMade);
  page += fmt::format(
      "# The checks\n\n{} checks, in the order in which they run: what others rest on comes first. "
      "Ids never change.\n\n| check | clause | level | what holds when it passes |\n"
      "|---|---|---|---|\n",
      all_checks().size());
  for (const auto& check : all_checks()) {
    page += fmt::format("| {} | §{} | {} | {} |\n", link(check.id), check.clause,
                        to_string(check.level), cell(check.title));
  }
  return page;
}

}  // namespace favsync::contract
