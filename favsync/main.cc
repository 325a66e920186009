// The program favsync: reads the command line and runs the subcommand that was named.
#include <cstdio>
#include <exception>

#include <fmt/format.h>

#include "favsync/commands.h"

int main(int argc, char** argv) {
  CLI::App app{
      "Two-way favourites sync: a mock partner, a contract test suite, a reference engine."};
  app.set_version_flag("--version", "favsync " FAVSYNC_VERSION);
  app.require_subcommand(1);
  app.footer(
      "Examples:\n"
      "  favsync serve --port 8080                  a partner on localhost\n"
      "  favsync certify https://api.example.org --token env:TOKEN --other-token env:TOKEN2\n"
      "  favsync certify                            certify the built-in mock\n"
      "  favsync explain read.empty                 what a check does, and why");
  favsync::Job job;
  favsync::add_serve(app, job);
  favsync::add_certify(app, job);
  favsync::add_sync(app, job);
  favsync::add_favorite(app, job);
  favsync::add_list(app, job);
  favsync::add_report(app, job);
  favsync::add_repro(app, job);
  favsync::add_explain(app, job);
  favsync::add_selftest(app, job);
  favsync::add_keygen(app, job);
  favsync::add_verify(app, job);
  try {
    app.parse(argc, argv);
    return job();
  } catch (const CLI::Success& asked) {  // --help, --version
    return app.exit(asked);
  } catch (const CLI::ParseError& wrong) {
    app.exit(wrong);
    return favsync::kUsage;
  } catch (const std::exception& fault) {
    fmt::print(stderr, "favsync: fault of favsync itself: {}\n", fault.what());
    return favsync::kOwnFault;
  }
}
