#include "contract_tests/certificate/signing_key.h"

#include <utility>

#include <openssl/bio.h>
#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509.h>

#include "contract_tests/certificate/sha256.h"

namespace favsync::contract {
namespace {

constexpr std::size_t kSignatureBytes = 64;

struct Freed {
  void operator()(BIO* bio) const { BIO_free(bio); }
  void operator()(EVP_MD_CTX* context) const { EVP_MD_CTX_free(context); }
};
using Bio = std::unique_ptr<BIO, Freed>;
using Context = std::unique_ptr<EVP_MD_CTX, Freed>;

std::shared_ptr<void> owned(EVP_PKEY* key) {
  return {key, [](void* freed) { EVP_PKEY_free(static_cast<EVP_PKEY*>(freed)); }};
}

EVP_PKEY* get(const std::shared_ptr<void>& key) {
  return static_cast<EVP_PKEY*>(key.get());
}

const unsigned char* bytes(std::string_view text) {
  return reinterpret_cast<const unsigned char*>(text.data());
}

Bio reading(std::string_view pem) {
  return Bio(BIO_new_mem_buf(pem.data(), static_cast<int>(pem.size())));
}

std::string content(BIO* bio) {
  char* data = nullptr;
  const long size = BIO_get_mem_data(bio, &data);
  return size > 0 ? std::string(data, static_cast<std::size_t>(size)) : std::string();
}

// A key with a passphrase is refused instead of asking the terminal for it.
int no_passphrase(char*, int, int, void*) {
  return 0;
}

}  // namespace

Result<VerifyingKey> VerifyingKey::from_pem(std::string_view pem) {
  const Bio bio = reading(pem);
  auto key = owned(PEM_read_bio_PUBKEY(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key || EVP_PKEY_get_id(get(key)) != EVP_PKEY_ED25519) {
    return fail(ErrorCode::kMalformed,
                "expected an Ed25519 public key in PEM (BEGIN PUBLIC KEY), as favsync keygen "
                "writes it");
  }
  return VerifyingKey(std::move(key));
}

std::string VerifyingKey::pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PUBKEY(bio.get(), get(key_));
  return content(bio.get());
}

std::string VerifyingKey::id() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  i2d_PUBKEY_bio(bio.get(), get(key_));
  return sha256_hex(content(bio.get()));
}

bool VerifyingKey::signed_it(std::string_view message, std::string_view signature) const {
  const Context context(EVP_MD_CTX_new());
  return signature.size() == kSignatureBytes &&
         EVP_DigestVerifyInit(context.get(), nullptr, nullptr, nullptr, get(key_)) == 1 &&
         EVP_DigestVerify(context.get(), bytes(signature), signature.size(), bytes(message),
                          message.size()) == 1;
}

Result<SigningKey> SigningKey::generate() {
  auto key = owned(EVP_PKEY_Q_keygen(nullptr, nullptr, "ED25519"));
  if (!key) return fail(ErrorCode::kInternal, "OpenSSL makes no Ed25519 key");
  return SigningKey(std::move(key));
}

Result<SigningKey> SigningKey::from_pem(std::string_view pem) {
  const Bio bio = reading(pem);
  auto key = owned(PEM_read_bio_PrivateKey(bio.get(), nullptr, no_passphrase, nullptr));
  if (!key || EVP_PKEY_get_id(get(key)) != EVP_PKEY_ED25519) {
    return fail(ErrorCode::kMalformed,
                "expected an Ed25519 private key in PEM without a passphrase (BEGIN PRIVATE KEY); "
                "favsync keygen makes one");
  }
  return SigningKey(std::move(key));
}

std::string SigningKey::pem() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  PEM_write_bio_PKCS8PrivateKey(bio.get(), get(key_), nullptr, nullptr, 0, nullptr, nullptr);
  return content(bio.get());
}

VerifyingKey SigningKey::public_half() const {
  const Bio bio(BIO_new(BIO_s_mem()));
  i2d_PUBKEY_bio(bio.get(), get(key_));
  return VerifyingKey(owned(d2i_PUBKEY_bio(bio.get(), nullptr)));
}

Result<std::string> SigningKey::sign(std::string_view message) const {
  const Context context(EVP_MD_CTX_new());
  std::string signature(kSignatureBytes, '\0');
  std::size_t size = signature.size();
  if (EVP_DigestSignInit(context.get(), nullptr, nullptr, nullptr, get(key_)) != 1 ||
      EVP_DigestSign(context.get(), reinterpret_cast<unsigned char*>(signature.data()), &size,
                     bytes(message), message.size()) != 1) {
    return fail(ErrorCode::kInternal, "OpenSSL signs nothing");
  }
  signature.resize(size);
  return signature;
}

}  // namespace favsync::contract
