#include "contract_tests/certificate/envelope.h"

#include <algorithm>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/located_json.h"
#include "wire/text_encoding.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

constexpr std::string_view kMembers[] = {"payload", "payloadType", "signatures"};
constexpr std::string_view kSignatureMembers[] = {"keyid", "sig"};

Result<std::string> read_base64(const LocatedJson& file, const json& object, std::string_view place,
                                std::string_view member) {
  const auto text = file.text_member(object, place, member);
  if (!text) return text;
  auto bytes = base64_decode(*text);
  if (!bytes) {
    return file.error(place_of_member(place, member), "expected base64 (RFC 4648, padded)");
  }
  return std::move(*bytes);
}

}  // namespace

std::string pre_authentication_encoding(std::string_view payload_type, std::string_view payload) {
  return fmt::format("DSSEv1 {} {} {} {}", payload_type.size(), payload_type, payload.size(),
                     payload);
}

Result<Envelope> seal(std::string_view payload_type, std::string_view payload,
                      const SigningKey& key) {
  auto signature = key.sign(pre_authentication_encoding(payload_type, payload));
  if (!signature) return tl::unexpected(signature.error());
  return Envelope{std::string(payload_type), std::string(payload), key.public_half().id(),
                  std::move(*signature)};
}

std::string to_json(const Envelope& envelope) {
  const nlohmann::ordered_json document{
      {"payload", base64_encode(envelope.payload)},
      {"payloadType", envelope.payload_type},
      {"signatures", {{{"keyid", envelope.key_id}, {"sig", base64_encode(envelope.signature)}}}}};
  return document.dump(2, ' ', false, nlohmann::ordered_json::error_handler_t::replace) + "\n";
}

Result<Envelope> read_envelope(std::string_view text, std::string_view name) {
  const auto file = LocatedJson::parse(text, name, JsonComments::kRefused);
  if (!file) return tl::unexpected(file.error());
  const json& root = file->root();
  if (auto status = file->expect_members(root, "", kMembers, kMembers); !status) {
    return tl::unexpected(status.error());
  }
  const json& signatures = root["signatures"];
  if (!signatures.is_array() || signatures.size() != 1) {
    return file->unexpected("signatures", "an array of one signature", signatures);
  }
  const json& entry = signatures[0];
  const std::string place = "signatures[0]";
  if (auto status = file->expect_members(entry, place, kSignatureMembers, kSignatureMembers);
      !status) {
    return tl::unexpected(status.error());
  }
  auto payload = read_base64(*file, root, "", "payload");
  if (!payload) return tl::unexpected(payload.error());
  auto type = file->text_member(root, "", "payloadType");
  if (!type) return tl::unexpected(type.error());
  auto key_id = file->text_member(entry, place, "keyid");
  if (!key_id) return tl::unexpected(key_id.error());
  auto signature = read_base64(*file, entry, place, "sig");
  if (!signature) return tl::unexpected(signature.error());
  Envelope envelope{std::move(*type), std::move(*payload), std::move(*key_id),
                    std::move(*signature)};
  const std::string form = to_json(envelope);
  if (form != text) {
    const auto differ = std::mismatch(form.begin(), form.end(), text.begin(), text.end());
    const auto line = 1 + std::count(form.begin(), differ.first, '\n');
    return fail(ErrorCode::kMalformed,
                fmt::format("{}:{}: not byte for byte the form that favsync writes (was it "
                            "laid out anew, or cut?); use the file as it was issued",
                            name, line));
  }
  return envelope;
}

Status check_signature(const Envelope& envelope, const VerifyingKey& key) {
  if (envelope.key_id != key.id()) {
    return fail(ErrorCode::kRejected,
                fmt::format("signed with another key: it names {}, and the key given is {}",
                            envelope.key_id, key.id()));
  }
  if (key.signed_it(pre_authentication_encoding(envelope.payload_type, envelope.payload),
                    envelope.signature)) {
    return {};
  }
  return fail(ErrorCode::kRejected,
              "the signature does not fit the payload and its type: one of them was altered");
}

}  // namespace favsync::contract
