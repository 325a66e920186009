#include "favsync/certify_certificate_options.h"

#include <chrono>
#include <filesystem>

#include <fmt/format.h>

#include "contract_tests/certificate/sha256.h"
#include "favsync/files.h"

namespace favsync {
namespace {

constexpr int kMostDays = 3660;

tl::unexpected<Error> wrong(std::string message) {
  return fail(ErrorCode::kInvalidArgument, std::move(message));
}

// The first option that is given without --certificate, or "".
std::string_view orphan(const CertificateArguments& given) {
  if (!given.key.empty()) return "--key";
  if (!given.partner.empty()) return "--partner";
  if (!given.product.empty()) return "--product";
  if (!given.product_version.empty()) return "--product-version";
  return {};
}

Status check_subject(const CertificateArguments& given) {
  const std::pair<std::string_view, const std::string*> needed[] = {
      {"--key", &given.key},
      {"--partner", &given.partner},
      {"--product", &given.product},
      {"--product-version", &given.product_version}};
  for (const auto& [option, value] : needed) {
    if (!value->empty()) continue;
    return wrong(fmt::format(
        "--certificate: {} is missing; a certificate needs --key (favsync keygen makes one) and "
        "its subject: --partner, --product, --product-version",
        option));
  }
  return {};
}

Status check_scope(const contract::Options& options) {
  if (!options.only.empty() || !options.skip.empty()) {
    return wrong(
        "--certificate: never issued when --only or --skip leave checks out; give neither");
  }
  if (options.depth == contract::Depth::kQuick) {
    return wrong("--certificate: never issued at quick depth; expected --depth standard or deep");
  }
  return {};
}

contract::Instant now() {
  const auto since = std::chrono::system_clock::now().time_since_epoch();
  return contract::Instant::from_millis(
      std::chrono::duration_cast<std::chrono::milliseconds>(since).count());
}

// Of the program that is running; "" where the system does not show it.
std::string program_sha256() {
  const auto program = read_file("/proc/self/exe");
  return program ? contract::sha256_hex(*program) : std::string();
}

}  // namespace

void add_certificate_options(CLI::App& command, CertificateArguments& a) {
  command.add_option("--certificate", a.file,
                     "write a signed certificate; needs --key and the subject");
  command.add_option("--key", a.key, "PEM file of the key to sign with; favsync keygen makes one");
  command.add_option("--partner", a.partner, "the certificate's subject: whose API it is");
  command.add_option("--product", a.product, "… what it is called");
  command.add_option("--product-version", a.product_version, "… its version or build");
  command.add_option("--valid-days", a.valid_days, "how long the certificate holds")
      ->capture_default_str()
      ->check(CLI::Range(1, kMostDays));
}

CertificatePlan::CertificatePlan(contract::SigningKey key, const CertificateArguments& arguments)
    : key_(std::move(key)), file_(arguments.file) {
  issue_.subject = {arguments.partner, arguments.product, arguments.product_version};
  issue_.valid_days = arguments.valid_days;
}

Result<std::optional<CertificatePlan>> CertificatePlan::make(const CertificateArguments& arguments,
                                                             const contract::Options& options) {
  if (arguments.file.empty()) {
    const std::string_view option = orphan(arguments);
    if (option.empty()) return std::nullopt;
    return wrong(fmt::format("{}: means nothing without --certificate FILE", option));
  }
  if (auto status = check_subject(arguments); !status) return tl::unexpected(status.error());
  if (auto status = check_scope(options); !status) return tl::unexpected(status.error());
  const auto pem = read_file(arguments.key);
  if (!pem) return fail(pem.error().code, "--key " + pem.error().message);
  auto key = contract::SigningKey::from_pem(*pem);
  if (!key) return wrong(fmt::format("--key {}: {}", arguments.key, key.error().message));
  CertificatePlan plan(std::move(*key), arguments);
  for (const auto& file : {plan.file_, plan.default_evidence_file()}) {
    if (auto status = expect_writable(file); !status) {
      return wrong("--certificate " + status.error().message);
    }
  }
  return plan;
}

std::string CertificatePlan::default_evidence_file() const {
  std::filesystem::path path = file_;
  return path.replace_extension(".evidence.json").string();
}

Status CertificatePlan::issue(const contract::Report& report, std::string_view evidence,
                              const std::string& evidence_file) const {
  contract::Issue issue = issue_;
  issue.issued = now();
  issue.evidence_name = std::filesystem::path(evidence_file).filename().string();
  issue.program_sha256 = program_sha256();
  const auto certificate = contract::issue_certificate(report, evidence, issue, key_);
  if (certificate) return write_file(file_, *certificate);
  Error error = certificate.error();
  std::error_code unknown;
  if (std::filesystem::exists(file_, unknown)) {
    error.message += fmt::format("; {} is of an earlier run and was left as it is", file_);
  }
  return tl::unexpected(std::move(error));
}

}  // namespace favsync
