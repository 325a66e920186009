#include "contract_tests/certificate/verify.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/certificate/envelope.h"
#include "contract_tests/certificate/obstacles.h"
#include "contract_tests/certificate/sha256.h"
#include "contract_tests/http/text.h"
#include "contract_tests/reports/evidence.h"
#include "contract_tests/reports/json_fields.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

// Certificates are signed on one machine and read on another, whose clock may be a little behind.
constexpr std::chrono::minutes kClockTolerance{5};

tl::unexpected<Error> refused(std::string_view what, std::string_view why) {
  return fail(ErrorCode::kRejected, fmt::format("{}: {}", what, why));
}

Result<Envelope> signed_envelope(const Verification& given) {
  auto envelope = read_envelope(given.certificate, given.certificate_name);
  if (!envelope) return envelope;
  if (envelope->payload_type != kPayloadType) {
    return refused(given.certificate_name,
                   fmt::format("payloadType: expected \"{}\", got \"{}\"", kPayloadType,
                               clip(envelope->payload_type, 80)));
  }
  if (!given.signer) return envelope;
  if (auto status = check_signature(*envelope, *given.signer); !status) {
    return refused(given.certificate_name, status.error().message);
  }
  return envelope;
}

Instant read_instant(JsonFields& fields, const char* name) {
  const auto date = judge_date(fields.text(name));
  if (!date.instant) fields.fault(name, "expected a date");
  return date.instant.value_or(Instant{});
}

// The statement, as far as a reader needs it. Members that are not known are ignored, as in-toto
// asks of readers; the signature covers them all the same.
struct Statement {
  Verified said;
  std::string public_key, evidence_sha256;
  json predicate;
};

Result<Statement> read_statement(const std::string& payload, std::string_view name) {
  const json document = json::parse(payload, nullptr, false);
  JsonFault fault;
  JsonFields fields(document, "payload", fault);
  Statement statement;
  if (fields.text("_type") != kStatementType) fields.fault("_type", "no in-toto Statement v1");
  if (fields.text("predicateType") != kPredicateType) {
    fields.fault("predicateType", "no test-result v0.1");
  }
  bool first = true;
  fields.array("subject", [&](const json& value, const std::string& place) {
    if (!std::exchange(first, false)) return;
    JsonFields subject(value, place, fault);
    statement.evidence_sha256 = subject.object("digest").text("sha256");
  });
  if (first) fields.fault("subject", "expected the evidence");
  statement.predicate = fields.any("predicate");
  JsonFields predicate(statement.predicate, "payload.predicate", fault);
  JsonFields own = predicate.object("favsync");
  if (own.number("schema", 0, 1'000'000) != kCertificateSchema) {
    own.fault("schema",
              fmt::format("expected {}; use the favsync that issued it", kCertificateSchema));
  }
  Verified& said = statement.said;
  JsonFields target = own.object("subject");
  said.subject = {target.text("partner"), target.text("product"), target.text("version")};
  said.url = target.text("url");
  said.certificate_id = own.text("certificate_id");
  said.requirement_set = own.object("requirement_set").text("id");
  said.profile = own.text("profile");
  said.level = own.text("level");
  said.suite_version = own.object("suite").text("version");
  said.not_exercised_musts = own.texts("not_exercised_musts");
  said.issued = read_instant(own, "issued");
  said.expires = read_instant(own, "expires");
  JsonFields signer = own.object("signer");
  said.key_id = signer.text("key_id");
  statement.public_key = signer.text("public_key");
  if (fault.any()) return refused(name, "no certificate of favsync: " + fault.text());
  return statement;
}

Status check_own_key(const Verification& given, const Envelope& envelope,
                     const Statement& statement) {
  const auto key = VerifyingKey::from_pem(statement.public_key);
  if (!key) {
    return refused(given.certificate_name,
                   "payload.predicate.favsync.signer.public_key: " + key.error().message);
  }
  if (auto status = check_signature(envelope, *key); !status) {
    return refused(given.certificate_name, status.error().message);
  }
  return {};
}

Status check_dates(const Verification& given, const Verified& said) {
  if (said.issued > given.now.plus(kClockTolerance)) {
    return refused(given.certificate_name,
                   fmt::format("issued on {}, which is yet to come (now: {})",
                               to_text(said.issued, 0), to_text(given.now, 0)));
  }
  if (said.expires <= given.now) {
    return refused(given.certificate_name,
                   fmt::format("expired on {} (now: {}); certify anew", to_text(said.expires, 0),
                               to_text(given.now, 0)));
  }
  return {};
}

std::string short_dump(const json& value) {
  return clip(value.dump(-1, ' ', false, json::error_handler_t::replace), 120);
}

// The first place where the certificate does not say what follows from the evidence; "" if none.
std::string difference(const json& derived, const json& said, const std::string& place) {
  for (const auto& [name, value] : derived.items()) {
    const std::string at = place + "." + name;
    if (!said.contains(name)) return at + ": missing";
    if (value.is_object()) {
      if (const auto inner = difference(value, said.at(name), at); !inner.empty()) return inner;
    } else if (said.at(name) != value) {
      return fmt::format("{}: the evidence gives {}, the certificate says {}", at,
                         short_dump(value), short_dump(said.at(name)));
    }
  }
  return {};
}

Result<Rejudged> check_evidence(const Verification& given, const Statement& statement) {
  const std::string sha256 = sha256_hex(*given.evidence);
  if (sha256 != statement.evidence_sha256) {
    return refused(given.evidence_name,
                   fmt::format("not the evidence of this certificate, or altered since: its "
                               "SHA-256 is {}, the certificate names {}",
                               sha256, statement.evidence_sha256));
  }
  const auto report = read_evidence(*given.evidence);
  if (!report) return refused(given.evidence_name, report.error().message);
  Rejudged again = judge_again(*report);
  if (!again.contradictions.empty()) {
    return refused(given.evidence_name, again.contradictions.front());
  }
  const auto in_the_way = obstacles(*report);
  if (!in_the_way.empty()) return refused(given.evidence_name, no_certificate(in_the_way));
  const std::string other = difference(predicate_of(*report), statement.predicate, "predicate");
  if (!other.empty()) return refused(given.certificate_name, other);
  return again;
}

}  // namespace

Result<Verified> verify_certificate(const Verification& given) {
  const auto envelope = signed_envelope(given);
  if (!envelope) return tl::unexpected(envelope.error());
  auto statement = read_statement(envelope->payload, given.certificate_name);
  if (!statement) return tl::unexpected(statement.error());
  if (auto status = check_own_key(given, *envelope, *statement); !status) {
    return tl::unexpected(status.error());
  }
  if (auto status = check_dates(given, statement->said); !status) {
    return tl::unexpected(status.error());
  }
  Verified said = std::move(statement->said);
  if (!given.evidence) return said;
  auto again = check_evidence(given, *statement);
  if (!again) return tl::unexpected(again.error());
  said.evidence = std::move(*again);
  return said;
}

}  // namespace favsync::contract
