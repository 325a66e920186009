#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "wire/result.h"

namespace favsync::contract {

// Ed25519 through OpenSSL. Keys are PEM: PKCS #8 ("PRIVATE KEY") without a passphrase, and
// SubjectPublicKeyInfo ("PUBLIC KEY"), as `openssl genpkey -algorithm ed25519` makes them.

// The half that says who signed. Copies share the key; safe from any thread.
class VerifyingKey {
 public:
  // Errors: kMalformed when it is no PEM of an Ed25519 public key.
  [[nodiscard]] static Result<VerifyingKey> from_pem(std::string_view pem);

  std::string pem() const;
  // SHA-256 of the key's SubjectPublicKeyInfo in DER, in lower-case hex: what an envelope names it
  // by.
  std::string id() const;
  // Whether `signature` (64 bytes) is this key's over `message`.
  bool signed_it(std::string_view message, std::string_view signature) const;

 private:
  friend class SigningKey;
  explicit VerifyingKey(std::shared_ptr<void> key) : key_(std::move(key)) {}
  std::shared_ptr<void> key_;  // an EVP_PKEY
};

// The secret half. Does not print; `pem` is for the key file alone. Copies share the key; safe from
// any thread.
class SigningKey {
 public:
  // From the system's random source. Errors: kInternal when OpenSSL fails.
  [[nodiscard]] static Result<SigningKey> generate();
  // Errors: kMalformed when it is no PEM of an Ed25519 private key without a passphrase.
  [[nodiscard]] static Result<SigningKey> from_pem(std::string_view pem);

  std::string pem() const;
  VerifyingKey public_half() const;
  // 64 bytes. Errors: kInternal when OpenSSL fails.
  [[nodiscard]] Result<std::string> sign(std::string_view message) const;

 private:
  explicit SigningKey(std::shared_ptr<void> key) : key_(std::move(key)) {}
  std::shared_ptr<void> key_;  // an EVP_PKEY
};

}  // namespace favsync::contract
