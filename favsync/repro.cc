// favsync repro: a shell script that shows a finding again.
#include <sys/stat.h>

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <memory>

#include <fmt/format.h>

#include "contract_tests/reports/repro_script.h"
#include "favsync/commands.h"
#include "favsync/evidence_file.h"

namespace favsync {
namespace {

struct ReproCommand {
  std::string check, evidence, output = "-";
};

int complain(std::string_view message) {
  fmt::print(stderr, "favsync repro: {}\n", message);
  return kUsage;
}

int run(const ReproCommand& command) {
  const auto report = read_evidence_file(command.evidence);
  if (!report) return complain("--evidence " + report.error().message);
  const auto script = contract::to_repro_script(*report, command.check);
  if (!script) return complain(script.error().message);
  if (command.output == "-") {
    fmt::print("{}", *script);
    return 0;
  }
  std::FILE* file = std::fopen(command.output.c_str(), "wbe");
  bool written = file && std::fwrite(script->data(), 1, script->size(), file) == script->size();
  if (file) {
    written = fchmod(fileno(file), 0755) == 0 && written;
    written = std::fclose(file) == 0 && written;
  }
  if (written) return 0;
  return complain(
      fmt::format("--output {}: cannot be written: {}", command.output, std::strerror(errno)));
}

}  // namespace

void add_repro(CLI::App& app, Job& job) {
  auto command = std::make_shared<ReproCommand>();
  CLI::App* repro =
      app.add_subcommand("repro", "Write a shell script that shows a finding again, with curl");
  repro->add_option("ID", command->check, "of the check, as the report shows it")->required();
  repro
      ->add_option("--evidence", command->evidence,
                   "what certify --evidence wrote; - is standard input")
      ->required();
  repro->add_option("-o,--output", command->output, "file for the script; - is standard output")
      ->capture_default_str();
  repro->footer(
      "The script takes tokens from FAVSYNC_TOKEN, FAVSYNC_OTHER_TOKEN and so on, uses fresh ids "
      "and\n"
      "dates, and exits 0 when the fault does not show, 1 when it does, 2 when it could not try,\n"
      "3 when the eye must judge.\n"
      "Example:\n"
      "  favsync repro write.keeps-date --evidence run.json -o repro.sh\n"
      "  FAVSYNC_TOKEN=… ./repro.sh");
  repro->callback([command, &job] { job = [command] { return run(*command); }; });
}

}  // namespace favsync
