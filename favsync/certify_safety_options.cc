#include "favsync/certify_safety_options.h"

#include <algorithm>

#include <fmt/format.h>

namespace favsync {

void add_safety_options(CLI::App& command, SafetyArguments& a) {
  command.add_flag("--plan", a.plan, "print what would be sent and what would stay; send nothing");
  command
      .add_option("--max-requests", a.max_requests,
                  "requests at most; what is not judged by then is inconclusive, and the test data "
                  "is put back all the same")
      ->check(CLI::PositiveNumber);
  command
      .add_option("--max-answer-mib", a.max_answer_mib,
                  "MiB of an answer's body that are read at most (64); more is a failure")
      ->check(CLI::Range(1, 1024));
  command.add_option("--allow-poison", a.poison_item,
                     "an item that may be spoilt for ever: it is given dates in the future");
}

Status read_safety_options(const SafetyArguments& given, contract::Options& options) {
  options.max_requests = given.max_requests;
  if (given.max_answer_mib) {
    options.limits.max_body_bytes = static_cast<std::size_t>(*given.max_answer_mib) << 20;
  }
  if (given.poison_item.empty()) return {};
  if (std::find(options.items.begin(), options.items.end(), given.poison_item) !=
      options.items.end()) {
    return fail(ErrorCode::kInvalidArgument,
                fmt::format("--allow-poison: \"{}\" is one of --items too; no other check could "
                            "write it any more, so give one that is not",
                            given.poison_item));
  }
  options.poison_item = given.poison_item;
  return {};
}

}  // namespace favsync
