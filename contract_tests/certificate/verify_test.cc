#include "contract_tests/certificate/verify.h"

#include <fstream>
#include <functional>

#include <gmock/gmock.h>
#include <nlohmann/json.hpp>

#include "contract_tests/certificate/envelope.h"
#include "contract_tests/certificate/sha256.h"
#include "contract_tests/certificate/test_certificate.h"
#include "contract_tests/reports/evidence.h"

namespace favsync::contract {
namespace {

using nlohmann::json;
using testing::AllOf;
using testing::HasSubstr;

const Instant kNow = to_instant({.year = 2026, .month = 12, .day = 1});

// A run, certified.
struct Issued {
  std::string evidence, certificate;
};

Issued issued(const Report& report = conformant_report()) {
  Issued made;
  made.evidence = to_evidence(report);
  made.certificate = issue_certificate(report, made.evidence, test_issue(), test_key()).value();
  return made;
}

Verification of(const Issued& made) {
  Verification given;
  given.certificate = made.certificate;
  given.certificate_name = "c.json";
  given.evidence = made.evidence;
  given.evidence_name = "e.json";
  given.signer = test_key().public_half();
  given.now = kNow;
  return given;
}

std::string refusal(const Verification& given) {
  const auto said = verify_certificate(given);
  return said ? "" : said.error().message;
}

// What a forger with a key of her own would make of a certificate: the statement changed, and
// signed anew with the trusted key, so that only the statement itself can give it away.
Issued resigned(const Issued& good, const std::function<void(json&)>& change) {
  json statement = json::parse(read_envelope(good.certificate, "c.json")->payload);
  change(statement);
  return {good.evidence, to_json(*seal(kPayloadType, statement.dump(), test_key()))};
}

// The evidence with one text in the place of another, certified anew with its digest.
Issued with_evidence(const Issued& good, const std::string& from, const std::string& to) {
  Issued made = good;
  const auto at = made.evidence.find(from);
  EXPECT_NE(at, std::string::npos) << from;
  made.evidence.replace(at, from.size(), to);
  return resigned({made.evidence, made.certificate}, [&](json& statement) {
    statement["subject"][0]["digest"]["sha256"] = sha256_hex(made.evidence);
  });
}

TEST(Verify, CertificateOfAGoodRunHolds) {
  const Issued made = issued();
  const auto said = verify_certificate(of(made));
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->subject.partner, "Example Ltd");
  EXPECT_EQ(said->subject.version, "build 77");
  EXPECT_EQ(said->url, "https://api.partner.example/v1");
  EXPECT_EQ(said->level, "full");
  EXPECT_EQ(said->requirement_set, "2026-1");
  EXPECT_EQ(to_text(said->expires, 0), "2027-05-23T12:00:00Z");
  EXPECT_EQ(said->key_id, test_key().public_half().id());
  ASSERT_TRUE(said->evidence);
  EXPECT_EQ(said->evidence->lists, 1);
}

TEST(Verify, StatementIsInTotosTestResult) {
  const json statement = json::parse(read_envelope(issued().certificate, "c.json")->payload);
  EXPECT_EQ(statement["_type"], "https://in-toto.io/Statement/v1");
  EXPECT_EQ(statement["predicateType"], "https://in-toto.io/attestation/test-result/v0.1");
  const json& predicate = statement["predicate"];
  EXPECT_EQ(predicate["result"], "PASSED");
  EXPECT_THAT(predicate["passedTests"].dump(), HasSubstr("\"read.answers\""));
  EXPECT_EQ(predicate["failedTests"], json::array());
  EXPECT_EQ(predicate["configuration"][0]["name"], "requirement set 2026-1");
  EXPECT_EQ(statement["subject"][0]["digest"]["sha256"], sha256_hex(issued().evidence));
}

TEST(Verify, SelfTestDigestIsOfTheKillMatrixInTheSources) {
  std::ifstream file(FAVSYNC_SOURCE_DIR "/fixtures/kill_matrix.json", std::ios::binary);
  const std::string matrix{std::istreambuf_iterator<char>(file), {}};
  EXPECT_EQ(kill_matrix_sha256(), sha256_hex(matrix));
}

TEST(Verify, ProvisionalCertificateNamesWhatWasNotExercised) {
  Report report = conformant_report();
  check_of(report, "list.empty").finding.status = CheckStatus::kNotExercised;
  const Issued made = issued(report);
  const auto said = verify_certificate(of(made));
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_EQ(said->level, "provisional");
  EXPECT_THAT(said->not_exercised_musts, testing::ElementsAre("list.empty"));
}

TEST(Verify, WarningMakesTheResultWarned) {
  Report report = conformant_report();
  check_of(report, "list.digits").finding.status = CheckStatus::kWarn;
  const Issued made = issued(report);
  const json statement = json::parse(read_envelope(made.certificate, "c.json")->payload);
  EXPECT_EQ(statement["predicate"]["result"], "WARNED");
  EXPECT_EQ(statement["predicate"]["warnedTests"], json::array({"list.digits"}));
  EXPECT_EQ(refusal(of(made)), "");
}

TEST(Verify, RunWithAnObstacleGetsNone) {
  Report report = conformant_report();
  check_of(report, "list.gmt").finding.status = CheckStatus::kFail;
  const auto certificate = issue_certificate(report, to_evidence(report), test_issue(), test_key());
  ASSERT_FALSE(certificate);
  EXPECT_EQ(certificate.error().code, ErrorCode::kRejected);
  EXPECT_EQ(certificate.error().message, "no certificate: failed: list.gmt");
}

TEST(Verify, HoldsWithoutEvidenceAndWithoutAKey) {
  const Issued made = issued();
  Verification given = of(made);
  given.evidence = std::nullopt;
  given.signer = std::nullopt;
  const auto said = verify_certificate(given);
  ASSERT_TRUE(said) << said.error().message;
  EXPECT_FALSE(said->evidence);
}

TEST(Verify, OtherKeyIsRefused) {
  const Issued made = issued();
  Verification given = of(made);
  given.signer = SigningKey::generate()->public_half();
  EXPECT_THAT(refusal(given), HasSubstr("c.json: signed with another key"));
}

TEST(Verify, LastSecondIsTheOneBeforeItExpires) {
  const Issued made = issued();
  Verification given = of(made);
  given.now = to_instant({.year = 2027, .month = 5, .day = 23, .hour = 11, .minute = 59});
  EXPECT_EQ(refusal(given), "");
  given.now = to_instant({.year = 2027, .month = 5, .day = 23, .hour = 12});
  EXPECT_THAT(refusal(given), HasSubstr("c.json: expired on 2027-05-23T12:00:00Z (now: "
                                        "2027-05-23T12:00:00Z); certify anew"));
}

TEST(Verify, CertificateOfTomorrowIsRefused) {
  const Issued made = issued();
  Verification given = of(made);
  given.now = to_instant({.year = 2026, .month = 11, .day = 23});
  EXPECT_THAT(refusal(given), HasSubstr("issued on 2026-11-24T12:00:00Z, which is yet to come"));
}

TEST(Verify, AnyOtherByteOfTheCertificateIsRefused) {
  const Issued made = issued();
  // Envelope.AnyOtherByteIsRefused tries each byte of a small one; here strides meet every member.
  const std::size_t payload_end = made.certificate.find("\",\n");
  for (std::size_t i = 0; i < made.certificate.size(); i += i < payload_end ? 997 : 5) {
    Issued bad = made;
    bad.certificate[i] = bad.certificate[i] == 'A' ? 'B' : 'A';
    EXPECT_NE(refusal(of(bad)), "") << "byte " << i;
  }
}

TEST(Verify, TruncatedCertificateIsRefused) {
  const Issued made = issued();
  for (std::size_t size :
       {std::size_t{0}, std::size_t{1}, made.certificate.size() / 2, made.certificate.size() - 1}) {
    EXPECT_THAT(refusal(of({made.evidence, made.certificate.substr(0, size)})),
                HasSubstr("c.json:"));
  }
}

TEST(Verify, AnyOtherByteOfTheEvidenceIsRefused) {
  const Issued made = issued();
  for (std::size_t i = 0; i < made.evidence.size(); i += 4099) {
    Issued bad = made;
    bad.evidence[i] ^= 1;
    EXPECT_THAT(refusal(of(bad)), HasSubstr("e.json: not the evidence of this certificate"));
  }
  EXPECT_THAT(refusal(of({made.evidence.substr(0, 100), made.certificate})),
              HasSubstr("not the evidence of this certificate"));
}

TEST(Verify, StatementOfAnotherKindIsRefused) {
  const Issued good = issued();
  const std::pair<std::function<void(json&)>, const char*> changes[] = {
      {[](json& s) { s["_type"] = "x"; }, "payload._type: no in-toto Statement v1"},
      {[](json& s) { s["predicateType"] = "x"; }, "payload.predicateType: no test-result v0.1"},
      {[](json& s) { s["subject"] = json::array(); }, "payload.subject: expected the evidence"},
      {[](json& s) { s["predicate"]["favsync"]["schema"] = 2; }, "schema: expected 1"},
      {[](json& s) { s["predicate"].erase("favsync"); }, "payload.predicate.favsync: missing"},
      {[](json& s) { s = json::array(); }, "no certificate of favsync"}};
  for (const auto& [change, says] : changes) {
    EXPECT_THAT(refusal(of(resigned(good, change))), HasSubstr(says));
  }
}

TEST(Verify, PayloadThatIsNoJsonIsRefused) {
  const Issued good = issued();
  EXPECT_THAT(refusal(of({good.evidence, to_json(*seal(kPayloadType, "{", test_key()))})),
              HasSubstr("no certificate of favsync"));
  EXPECT_THAT(refusal(of({good.evidence, to_json(*seal("text/plain", "{}", test_key()))})),
              HasSubstr("payloadType: expected \"application/vnd.in-toto+json\""));
}

TEST(Verify, StatementThatTheEvidenceDoesNotGiveIsRefused) {
  const Issued good = issued();
  const std::pair<std::function<void(json&)>, const char*> changes[] = {
      {[](json& s) { s["predicate"]["result"] = "FAILED"; },
       "predicate.result: the evidence gives"},
      {[](json& s) { s["predicate"]["passedTests"].erase(0); }, "predicate.passedTests"},
      {[](json& s) { s["predicate"]["favsync"]["level"] = "provisional"; },
       "predicate.favsync.level"},
      {[](json& s) { s["predicate"]["favsync"]["checks"]["list.gmt"] = "warn"; },
       "predicate.favsync.checks.list.gmt: the evidence gives \"pass\", the certificate says "
       "\"warn\""},
      {[](json& s) { s["predicate"]["favsync"]["profile"] = "read-only"; },
       "predicate.favsync.profile"},
      {[](json& s) { s["predicate"].erase("url"); }, "predicate.url: missing"}};
  for (const auto& [change, says] : changes) {
    EXPECT_THAT(refusal(of(resigned(good, change))), AllOf(HasSubstr("c.json: "), HasSubstr(says)));
  }
}

TEST(Verify, ListThatBreaksTheContractInSignedEvidenceIsRefused) {
  const Issued good = issued();
  EXPECT_THAT(refusal(of(with_evidence(good, "\\\"ADD\\\"", "\\\"Add\\\""))),
              HasSubstr("e.json: exchange 1 contradicts list.action, which passed"));
}

TEST(Verify, FailureInSignedEvidenceIsRefused) {
  Report failed = conformant_report();
  check_of(failed, "list.gmt").finding.status = CheckStatus::kFail;
  Issued made = issued();
  made.evidence = to_evidence(failed);
  made = resigned(made, [&](json& statement) {
    statement["subject"][0]["digest"]["sha256"] = sha256_hex(made.evidence);
  });
  EXPECT_THAT(refusal(of(made)), HasSubstr("e.json: no certificate: failed: list.gmt"));
}

TEST(Verify, EvidenceThatIsNoneIsRefused) {
  const Issued good = issued();
  const Issued none = resigned({"{}\n", good.certificate}, [](json& statement) {
    statement["subject"][0]["digest"]["sha256"] = sha256_hex("{}\n");
  });
  EXPECT_THAT(refusal(of(none)), HasSubstr("e.json: no evidence of favsync"));
}

}  // namespace
}  // namespace favsync::contract
