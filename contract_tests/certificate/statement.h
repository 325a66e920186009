#pragma once

#include <string>
#include <string_view>

#include <nlohmann/json_fwd.hpp>

#include "contract_tests/certificate/signing_key.h"
#include "contract_tests/judge/instant.h"
#include "contract_tests/report.h"

namespace favsync::contract {

inline constexpr std::string_view kStatementType = "https://in-toto.io/Statement/v1";
inline constexpr std::string_view kPredicateType =
    "https://in-toto.io/attestation/test-result/v0.1";
inline constexpr std::string_view kPayloadType = "application/vnd.in-toto+json";
inline constexpr int kCertificateSchema = 1;

// What was certified, as its owner names it.
struct CertificateSubject {
  std::string partner, product, version;
};

// What a certificate says beyond what follows from the run.
struct Issue {
  CertificateSubject subject;
  Instant issued;
  int valid_days = 180;
  std::string evidence_name;   // of the file, without its folder
  std::string program_sha256;  // of the favsync that ran; empty: unknown
};

// The predicate's members that follow from the run alone: the lists of checks, and below "favsync"
// verdict, level, set, profile, counts, times, statuses, residue. `verify` derives them again from
// the evidence and compares.
nlohmann::json predicate_of(const Report& report);

// The whole in-toto statement of a run that met no obstacle; `evidence` are the bytes of its
// evidence. Source: in-toto Statement v1, predicate test-result v0.1; our own members stand below
// "favsync".
nlohmann::json statement_of(const Report& report, std::string_view evidence, const Issue& issue,
                            const VerifyingKey& signer);

// SHA-256 of the kill matrix with which this favsync was built (fixtures/kill_matrix.json).
std::string_view kill_matrix_sha256();

}  // namespace favsync::contract
