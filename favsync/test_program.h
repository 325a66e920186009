#pragma once

#include <string>
#include <vector>

namespace favsync {

// For tests: what a command line came to.
struct Ended {
  int exit = -1;
  std::string out, err;
};

// Runs the program's subcommands certify, keygen, list and verify in this process, as main does;
// neither output is a terminal. One at a time.
Ended run_program(std::vector<std::string> arguments);

}  // namespace favsync
