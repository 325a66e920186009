#pragma once

#include <functional>

#include <CLI/CLI.hpp>

namespace favsync {

// What the program's exit status means. Source: the command line's published interface.
enum ExitStatus : int {
  kConformant = 0,  // also: done
  kNotConformant = 1,
  kUsage = 2,              // wrong options, or nothing selected
  kNoConnection = 3,       // DNS, TCP or TLS
  kNotJudged = 4,          // a MUST could not be judged
  kOwnFault = 5,           // a fault of favsync itself
  kRestoreUnfinished = 6,  // restoring the test data did not finish
  kInterrupted = 130,      // after restoring
};

// What main runs once the command line has been read: set by the subcommand that was named.
using Job = std::function<int()>;

// Each adds its subcommand with its options to `app`; when it is named on the command line, `job`
// is set. One file a subcommand.
void add_serve(CLI::App& app, Job& job);
void add_certify(CLI::App& app, Job& job);
void add_sync(CLI::App& app, Job& job);
void add_favorite(CLI::App& app, Job& job);
void add_list(CLI::App& app, Job& job);
void add_report(CLI::App& app, Job& job);
void add_repro(CLI::App& app, Job& job);
void add_explain(CLI::App& app, Job& job);
void add_selftest(CLI::App& app, Job& job);
void add_keygen(CLI::App& app, Job& job);
void add_verify(CLI::App& app, Job& job);

}  // namespace favsync
