#include "favsync/certify_scoring_options.h"

#include <fmt/format.h>

#include "contract_tests/requirement_sets.h"
#include "favsync/files.h"

namespace favsync {

void add_scoring_options(CLI::App& command, ScoringArguments& a) {
  command.add_option("--set", a.requirement_set,
                     "frozen requirement set whose checks count; else the newest");
  command.add_option("--waive", a.waive,
                     "JSON file of known failures that are accepted for a time");
}

Result<std::vector<std::string>> read_scoring_options(const ScoringArguments& arguments,
                                                      std::string_view today,
                                                      contract::Options& options) {
  options.requirement_set = contract::newest_requirement_set().id;
  if (!arguments.requirement_set.empty()) {
    const auto set = contract::find_requirement_set(arguments.requirement_set);
    if (!set) return fail(set.error().code, "--set " + set.error().message);
    options.requirement_set = (*set)->id;
  }
  std::vector<std::string> notices;
  if (arguments.waive.empty()) return notices;
  const auto text = read_file(arguments.waive);
  if (!text) return fail(text.error().code, "--waive " + text.error().message);
  auto waivers = contract::read_waivers(*text, arguments.waive);
  if (!waivers) return fail(waivers.error().code, "--waive " + waivers.error().message);
  options.waivers = std::move(*waivers);
  for (const auto& waiver : options.waivers) {
    if (!is_expired(waiver, today)) continue;
    notices.push_back(fmt::format(
        "{}: the waiver of {} for {} ended on {} and is ignored; ask {}, or take it out",
        arguments.waive, waiver.check, waiver.reason, waiver.expires, waiver.owner));
  }
  return notices;
}

}  // namespace favsync
