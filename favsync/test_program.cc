#include "favsync/test_program.h"

#include <algorithm>

#include <gtest/gtest.h>

#include "favsync/commands.h"

namespace favsync {

Ended run_program(std::vector<std::string> arguments) {
  CLI::App app;
  Job job;
  for (const auto add : {add_certify, add_keygen, add_list, add_verify}) add(app, job);
  std::reverse(arguments.begin(), arguments.end());  // as CLI11 takes a vector
  Ended ended;
  testing::internal::CaptureStdout();
  testing::internal::CaptureStderr();
  try {
    app.parse(arguments);
    ended.exit = job();
  } catch (const CLI::ParseError& wrong) {
    ended.exit = app.exit(wrong) == 0 ? kConformant : kUsage;
  }
  ended.out = testing::internal::GetCapturedStdout();
  ended.err = testing::internal::GetCapturedStderr();
  return ended;
}

}  // namespace favsync
