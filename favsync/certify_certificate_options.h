#pragma once

#include <optional>
#include <string>
#include <string_view>

#include <CLI/CLI.hpp>

#include "contract_tests/certificate/certificate.h"
#include "contract_tests/options.h"
#include "wire/result.h"

namespace favsync {

// The options of `favsync certify` about the certificate, as they stand on the command line.
struct CertificateArguments {
  std::string file, key, partner, product, product_version;
  int valid_days = 180;
};

void add_certificate_options(CLI::App& command, CertificateArguments& arguments);

// A certificate that is to be issued after the run.
class CertificatePlan {
 public:
  // Nothing where no certificate is asked for. Refuses before the run whatever would refuse the
  // certificate after it anyhow: no key, no subject, a narrowed selection, quick depth, a file that
  // cannot be written. Errors: kInvalidArgument, kNotFound, with the option.
  [[nodiscard]] static Result<std::optional<CertificatePlan>> make(
      const CertificateArguments& arguments, const contract::Options& options);

  // Where the evidence goes when no option says so: beside the certificate, "x.json" →
  // "x.evidence.json".
  std::string default_evidence_file() const;
  const std::string& file() const { return file_; }
  // Issues the certificate of the run and writes it. `evidence` are the bytes in `evidence_file`.
  // Errors: kRejected with a sentence that says why there is none; kInvalidArgument when it cannot
  // be written.
  [[nodiscard]] Status issue(const contract::Report& report, std::string_view evidence,
                             const std::string& evidence_file) const;

 private:
  CertificatePlan(contract::SigningKey key, const CertificateArguments& arguments);
  contract::SigningKey key_;
  contract::Issue issue_;
  std::string file_;
};

}  // namespace favsync
