#pragma once

#include <string>
#include <string_view>

#include "contract_tests/certificate/signing_key.h"
#include "wire/result.h"

namespace favsync::contract {

// A DSSE envelope: a payload, its type, and one signature over both. Source: DSSE v1.0 of the
// secure-systems-lab.
struct Envelope {
  std::string payload_type;
  std::string payload;    // the bytes, not their base64
  std::string key_id;     // of the signing key: KeyId
  std::string signature;  // the bytes
};

// "DSSEv1 LEN(type) type LEN(payload) payload": the bytes that are signed.
std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload);

// Errors: kInternal when OpenSSL fails.
[[nodiscard]] Result<Envelope> seal(std::string_view payload_type, std::string_view payload,
                                    const SigningKey& key);

// JSON in one form only: two-space indent, members in the order of the specification, a final
// newline.
std::string to_json(const Envelope& envelope);

// Reads what to_json writes, and nothing else: any other byte, also one that JSON would not mind,
// is refused, so that a certificate has one form. Does not look at the signature. Errors:
// kMalformed with `name`, the place, and what was expected.
[[nodiscard]] Result<Envelope> read_envelope(std::string_view text, std::string_view name);

// Whether the key signed it. The key's id must be the envelope's. Errors: kRejected, in a sentence.
[[nodiscard]] Status check_signature(const Envelope& envelope, const VerifyingKey& key);

}  // namespace favsync::contract
