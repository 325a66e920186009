#pragma once

#include <string>
#include <string_view>

#include "contract_tests/certificate/signing_key.h"
#include "contract_tests/certificate/statement.h"
#include "contract_tests/report.h"
#include "wire/result.h"

namespace favsync::contract {

// The certificate of a run: an in-toto statement in a DSSE envelope, signed; what the file holds.
// `evidence` are the bytes that to_evidence gave for the report. Errors: kRejected with one
// sentence that says why the run deserves none; kInternal when OpenSSL fails.
[[nodiscard]] Result<std::string> issue_certificate(const Report& report, std::string_view evidence,
                                                    const Issue& issue, const SigningKey& key);

}  // namespace favsync::contract
