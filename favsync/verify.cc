// favsync verify: whether a certificate holds, offline.
#include <chrono>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>

#include <fmt/format.h>

#include "contract_tests/certificate/verify.h"
#include "favsync/commands.h"
#include "favsync/files.h"

namespace favsync {
namespace {

struct VerifyArguments {
  std::string certificate, evidence, public_key, at;
};

int complain(const std::string& message, int status) {
  fmt::print(stderr, "favsync verify: {}\n", message);
  return status;
}

Result<contract::Instant> moment(const std::string& text) {
  if (text.empty()) {
    const auto now = std::chrono::system_clock::now().time_since_epoch();
    return contract::Instant::from_millis(
        std::chrono::duration_cast<std::chrono::milliseconds>(now).count());
  }
  const auto date = contract::judge_date(text);
  if (date.instant && date.problem.empty()) return *date.instant;
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("--at {}: expected a date-time in GMT such as 2027-01-31T12:00:00Z; {}",
                          text, date.problem));
}

void tell(const contract::Verified& said, bool signer_given) {
  fmt::print("certificate {} holds\n", said.certificate_id);
  fmt::print("  subject      {}: {} {} at {}\n", said.subject.partner, said.subject.product,
             said.subject.version, said.url);
  fmt::print("  judged       {}, {}, requirement set {}, by favsync {}\n", said.profile, said.level,
             said.requirement_set, said.suite_version);
  for (const auto& id : said.not_exercised_musts) {
    fmt::print("  not judged   {}: it was not exercised\n", id);
  }
  fmt::print("  valid        {} to {}\n", to_text(said.issued, 0), to_text(said.expires, 0));
  fmt::print("  signed by    key {}{}\n", said.key_id,
             signer_given ? ""
                          : "\n               which the certificate brings along: whose it is, "
                            "only --public-key can tell");
  if (!said.evidence) {
    fmt::print("  evidence     not given: nothing was judged again (--evidence)\n");
    return;
  }
  fmt::print(
      "  evidence     the certificate's own; verdict derived anew, {} lists judged again{}\n",
      said.evidence->lists,
      said.evidence->cut > 0
          ? fmt::format(" ({} of them recorded, and judged, in part)", said.evidence->cut)
          : "");
}

int run(const VerifyArguments& arguments) {
  contract::Verification given;
  const auto certificate = read_file(arguments.certificate);
  if (!certificate) return complain(certificate.error().message, kUsage);
  given.certificate = *certificate;
  given.certificate_name = arguments.certificate;
  Result<std::string> evidence = std::string();
  if (!arguments.evidence.empty()) {
    evidence = read_file(arguments.evidence);
    if (!evidence) return complain("--evidence " + evidence.error().message, kUsage);
    given.evidence = *evidence;
    given.evidence_name = arguments.evidence;
  }
  if (!arguments.public_key.empty()) {
    const auto pem = read_file(arguments.public_key);
    if (!pem) return complain("--public-key " + pem.error().message, kUsage);
    auto key = contract::VerifyingKey::from_pem(*pem);
    if (!key) {
      return complain(fmt::format("--public-key {}: {}", arguments.public_key, key.error().message),
                      kUsage);
    }
    given.signer = std::move(*key);
  }
  const auto now = moment(arguments.at);
  if (!now) return complain(now.error().message, kUsage);
  given.now = *now;
  const auto said = contract::verify_certificate(given);
  if (!said) return complain("refused: " + said.error().message, kNotConformant);
  tell(*said, given.signer.has_value());
  return kConformant;
}

}  // namespace

void add_verify(CLI::App& app, Job& job) {
  auto arguments = std::make_shared<VerifyArguments>();
  CLI::App* verify = app.add_subcommand("verify", "Whether a certificate holds; works offline");
  verify->add_option("CERTIFICATE", arguments->certificate, "file of favsync certify --certificate")
      ->required();
  verify->add_option("--evidence", arguments->evidence,
                     "file of the run's evidence: it is judged again");
  verify->add_option("--public-key", arguments->public_key,
                     "PEM file of the signer whom you trust");
  verify->add_option("--at", arguments->at, "a moment to judge the dates by, instead of now");
  verify->footer(
      "Exit status: 0 it holds, 1 it does not, 2 wrong options or a file that cannot be read.\n"
      "Example:\n"
      "  favsync verify certificate.json --evidence certificate.evidence.json \\\n"
      "      --public-key favsync.pub");
  verify->callback([arguments, &job] { job = [arguments] { return run(*arguments); }; });
}

}  // namespace favsync
