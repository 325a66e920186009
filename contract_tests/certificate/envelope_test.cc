#include "contract_tests/certificate/envelope.h"

#include <gmock/gmock.h>

#include "wire/text_encoding.h"

namespace favsync::contract {
namespace {

using testing::HasSubstr;

// The first key of RFC 8032, section 7.1.
constexpr auto kSecret =
    "-----BEGIN PRIVATE KEY-----\n"
    "MC4CAQAwBQYDK2VwBCIEIJ1hsZ3v/VpguoRK9JLsLMREScVpezJpGXA7rAMcrn9g\n"
    "-----END PRIVATE KEY-----\n";
constexpr auto kPublic =
    "-----BEGIN PUBLIC KEY-----\n"
    "MCowBQYDK2VwAyEA11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=\n"
    "-----END PUBLIC KEY-----\n";
// `openssl pkey -pubin -outform DER | sha256sum`, and `openssl pkeyutl -sign -rawin` of the bytes
// that the DSSE specification gives for "hello world".
constexpr auto kKeyId = "06e3fd8fda29bb60ab59557de61edb0aecdb231134be30e75b455f8e1b792fa9";
constexpr auto kSignature =
    "4DHX3Zn4qpBKvEj7maE8O9u9bjXEnPLLnyXVUJ2PXJR8DSLcL3QDpFvfJOj3pB/SPHsl6Jg4boxsMb6KvuYABw==";
constexpr auto kType = "http://example.com/HelloWorld";

SigningKey key() {
  return *SigningKey::from_pem(kSecret);
}

std::string sealed() {
  return to_json(*seal(kType, "hello world", key()));
}

TEST(Envelope, SignsTheBytesThatTheSpecificationGives) {
  EXPECT_EQ(pre_authentication_encoding(kType, "hello world"),
            "DSSEv1 29 http://example.com/HelloWorld 11 hello world");
}

TEST(Envelope, LengthsAreOfBytes) {
  EXPECT_EQ(pre_authentication_encoding("é", ""), "DSSEv1 2 é 0 ");
}

TEST(Envelope, IsWhatOpensslWouldSign) {
  const auto envelope = seal(kType, "hello world", key());
  ASSERT_TRUE(envelope) << envelope.error().message;
  EXPECT_EQ(envelope->key_id, kKeyId);
  EXPECT_EQ(base64_encode(envelope->signature), kSignature);
}

TEST(Envelope, HasOneForm) {
  EXPECT_EQ(sealed(), std::string("{\n"
                                  "  \"payload\": \"aGVsbG8gd29ybGQ=\",\n"
                                  "  \"payloadType\": \"http://example.com/HelloWorld\",\n"
                                  "  \"signatures\": [\n"
                                  "    {\n"
                                  "      \"keyid\": \"") +
                          kKeyId + "\",\n      \"sig\": \"" + kSignature + "\"\n    }\n  ]\n}\n");
}

TEST(Envelope, IsReadBackAndItsSignatureHolds) {
  const auto envelope = read_envelope(sealed(), "c.json");
  ASSERT_TRUE(envelope) << envelope.error().message;
  EXPECT_EQ(envelope->payload, "hello world");
  EXPECT_TRUE(check_signature(*envelope, *VerifyingKey::from_pem(kPublic)));
}

TEST(Envelope, AnyOtherByteIsRefused) {
  const std::string good = sealed();
  const VerifyingKey signer = *VerifyingKey::from_pem(kPublic);
  for (std::size_t i = 0; i < good.size(); ++i) {
    std::string bad = good;
    bad[i] = static_cast<char>(good[i] ^ 1);
    const auto envelope = read_envelope(bad, "c.json");
    EXPECT_FALSE(envelope && check_signature(*envelope, signer)) << "byte " << i;
    EXPECT_FALSE(read_envelope(good.substr(0, i), "c.json")) << "cut at " << i;
  }
}

TEST(Envelope, NewLayoutIsRefusedAndNamedSo) {
  const auto envelope = read_envelope(sealed() + "\n", "c.json");
  ASSERT_FALSE(envelope);
  EXPECT_THAT(envelope.error().message, HasSubstr("not byte for byte the form"));
}

TEST(Envelope, OtherKeyIsNamed) {
  const auto other = SigningKey::generate()->public_half();
  const auto status = check_signature(*read_envelope(sealed(), "c.json"), other);
  ASSERT_FALSE(status);
  EXPECT_THAT(status.error().message, HasSubstr("signed with another key: it names 06e3fd8f"));
}

TEST(SigningKey, EachIsAnotherAndIsReadBack) {
  const SigningKey made = *SigningKey::generate();
  EXPECT_NE(made.pem(), SigningKey::generate()->pem());
  const auto again = SigningKey::from_pem(made.pem());
  ASSERT_TRUE(again);
  EXPECT_EQ(again->public_half().id(), made.public_half().id());
  EXPECT_EQ(VerifyingKey::from_pem(made.public_half().pem())->id(), made.public_half().id());
}

TEST(SigningKey, WhatIsNoEd25519KeyIsRefused) {
  EXPECT_FALSE(SigningKey::from_pem(""));
  EXPECT_FALSE(SigningKey::from_pem(kPublic));
  EXPECT_FALSE(VerifyingKey::from_pem(kSecret));
  EXPECT_FALSE(
      VerifyingKey::from_pem("-----BEGIN PUBLIC KEY-----\nAAAA\n-----END PUBLIC KEY-----\n"));
  EXPECT_THAT(SigningKey::from_pem("x").error().message, HasSubstr("favsync keygen"));
}

}  // namespace
}  // namespace favsync::contract
