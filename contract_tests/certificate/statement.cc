#include "contract_tests/certificate/statement.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/certificate/sha256.h"
#include "contract_tests/requirement_sets.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

json ids_with(const Report& report, CheckStatus status) {
  json ids = json::array();
  for (const auto& check : report.checks) {
    const CheckStatus was = check.waived_from.value_or(check.finding.status);
    if (!check.unscored && was == status) ids.push_back(check.check->id);
  }
  return ids;
}

// Status by check: of those that count, or of those that do not.
json statuses(const Report& report, bool unscored) {
  json by_id = json::object();
  for (const auto& check : report.checks) {
    if (check.unscored == unscored) {
      by_id[std::string(check.check->id)] = to_string(check.finding.status);
    }
  }
  return by_id;
}

json counts(const Report& report) {
  json table = json::object();
  for (const auto& check : report.checks) {
    if (check.unscored) continue;
    json& cell = table[std::string(to_string(check.check->level))]
                      [std::string(to_string(check.finding.status))];
    cell = cell.is_null() ? 1 : cell.get<int>() + 1;
  }
  return table;
}

json waivers(const Report& report) {
  json list = json::array();
  for (const auto& [waiver, state] : report.waivers) {
    list.push_back({{"check", waiver.check},
                    {"reason", waiver.reason},
                    {"owner", waiver.owner},
                    {"expires", waiver.expires},
                    {"state", to_string(state)}});
  }
  return list;
}

json requirement_set(const Report& report) {
  const auto set = find_requirement_set(report.requirement_set);
  return {{"id", report.requirement_set},
          {"sha256", set ? digest(**set) : ""},
          {"checks", set ? (*set)->checks.size() : 0}};
}

// What the run was told that bears on its result.
json settings(const Report& report) {
  const RunOptions& options = report.options;
  return {{"auth", options.auth},
          {"tokens", options.tokens},
          {"settle_ms", options.settle.count()},
          {"timeout_ms", options.timeout.count()},
          {"items_given", options.items.size()},
          {"tls_verified", report.url.starts_with("https:") && !options.insecure},
          {"restarted", options.can_restart}};
}

json favsync_members(const Report& report) {
  json not_exercised = json::array();
  for (const CheckReport* check : report.not_exercised_musts()) {
    not_exercised.push_back(check->check->id);
  }
  json set = requirement_set(report);
  const json baseline = {report.suite_version, set, to_string(report.depth), settings(report)};
  return {{"suite", {{"name", "favsync"}, {"version", report.suite_version}}},
          {"contract_revision", report.contract_revision},
          {"baseline_id", sha256_hex(baseline.dump())},
          {"requirement_set", std::move(set)},
          {"verdict", to_string(report.verdict())},
          {"level", report.provisional() ? "provisional" : "full"},
          {"not_exercised_musts", std::move(not_exercised)},
          {"profile", to_string(report.profile)},
          {"profile_was_found", report.profile_was_found},
          {"depth", to_string(report.depth)},
          {"seed", report.seed},
          {"settings", settings(report)},
          {"started", to_text(report.started)},
          {"ended", to_text(report.started.plus(report.duration))},
          {"duration_ms", report.duration.count()},
          {"requests", report.requests},
          {"waited_ms", report.waited.count()},
          {"counts", counts(report)},
          {"checks", statuses(report, false)},
          {"unscored_checks", statuses(report, true)},
          {"waivers", waivers(report)},
          {"residue",
           {{"put_back", report.restore.put_back}, {"left_removed", report.restore.left_removed}}}};
}

json resource(std::string_view name, std::string_view sha256) {
  return {{"name", name}, {"digest", {{"sha256", sha256}}}};
}

}  // namespace

std::string_view kill_matrix_sha256() {
  return FAVSYNC_KILL_MATRIX_SHA256;
}

json predicate_of(const Report& report) {
  json warned = ids_with(report, CheckStatus::kWarn);
  return {
      {"result", warned.empty() ? "PASSED" : "WARNED"},      {"url", report.url},
      {"passedTests", ids_with(report, CheckStatus::kPass)}, {"warnedTests", std::move(warned)},
      {"failedTests", ids_with(report, CheckStatus::kFail)}, {"favsync", favsync_members(report)}};
}

json statement_of(const Report& report, std::string_view evidence, const Issue& issue,
                  const VerifyingKey& signer) {
  const std::string evidence_sha256 = sha256_hex(evidence);
  json predicate = predicate_of(report);
  json& own = predicate["favsync"];
  const json target = {{"partner", issue.subject.partner},
                       {"product", issue.subject.product},
                       {"version", issue.subject.version},
                       {"url", report.url}};
  const std::string target_sha256 = sha256_hex(target.dump());
  const Instant expires = issue.issued.plus(std::chrono::hours(24) * issue.valid_days);
  own["schema"] = kCertificateSchema;
  own["subject"] = target;
  own["issued"] = to_text(issue.issued);
  own["expires"] = to_text(expires);
  own["trust"] = "self-run";
  own["environment_id"] = target_sha256;
  own["run_id"] = evidence_sha256;
  own["evidence_bytes"] = evidence.size();
  own["redaction"] = "tokens are replaced when an exchange is recorded";
  own["self_test"] = {{"kill_matrix_sha256", kill_matrix_sha256()}};
  own["signer"] = {{"key_id", signer.id()}, {"public_key", signer.pem()}};
  const std::string everything = evidence_sha256 + target_sha256 + to_text(issue.issued);
  own["certificate_id"] = "favsync-" + sha256_hex(everything + signer.id()).substr(0, 20);
  predicate["configuration"] = {resource(fmt::format("requirement set {}", report.requirement_set),
                                         own["requirement_set"]["sha256"].get<std::string>()),
                                resource("settings", own["baseline_id"].get<std::string>()),
                                resource("kill matrix", kill_matrix_sha256())};
  if (!issue.program_sha256.empty()) {
    predicate["configuration"].push_back(resource("favsync", issue.program_sha256));
  }
  return {{"_type", kStatementType},
          {"subject",
           {resource(issue.evidence_name, evidence_sha256), resource(report.url, target_sha256)}},
          {"predicateType", kPredicateType},
          {"predicate", std::move(predicate)}};
}

}  // namespace favsync::contract
