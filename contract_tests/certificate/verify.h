#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "contract_tests/certificate/rejudge.h"
#include "contract_tests/certificate/signing_key.h"
#include "contract_tests/certificate/statement.h"
#include "wire/result.h"

namespace favsync::contract {

// What is looked at. The texts must outlive the call.
struct Verification {
  std::string_view certificate, certificate_name;
  std::optional<std::string_view> evidence;
  std::string_view evidence_name;
  // Whom the reader trusts. Without it the key inside the certificate is taken: that shows that
  // nothing was altered since it was signed, and nothing of who signed.
  std::optional<VerifyingKey> signer;
  Instant now;
};

// What a certificate that holds says.
struct Verified {
  CertificateSubject subject;
  std::string url, certificate_id, requirement_set, profile, level, suite_version, key_id;
  Instant issued, expires;
  std::vector<std::string> not_exercised_musts;
  std::optional<Rejudged> evidence;  // when evidence was given
};

// Offline: the envelope's form and signature, the statement's form, its dates, and with evidence
// its digest, the verdict and everything else that follows from the run derived anew, the rules for
// issuing, and every recorded list judged again. Errors: kRejected or kMalformed, with what does
// not hold.
[[nodiscard]] Result<Verified> verify_certificate(const Verification& given);

}  // namespace favsync::contract
