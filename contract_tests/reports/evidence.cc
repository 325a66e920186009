#include "contract_tests/reports/evidence.h"

#include <algorithm>
#include <set>

#include <nlohmann/json.hpp>

#include "contract_tests/http/text.h"
#include "wire/text_encoding.h"
#include "wire/utf8.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

constexpr CheckStatus kStatuses[] = {
    CheckStatus::kPass,         CheckStatus::kWarn,    CheckStatus::kFail,
    CheckStatus::kSkipped,      CheckStatus::kBlocked, CheckStatus::kNotExercised,
    CheckStatus::kInconclusive, CheckStatus::kError,   CheckStatus::kWaived};

json utf8(const std::string& text) {
  return is_utf8(text) ? text : as_utf8(text);
}

json utf8(const std::vector<std::string>& texts) {
  json list = json::array();
  for (const auto& text : texts) list.push_back(utf8(text));
  return list;
}

json to_json(const Headers& headers) {
  json list = json::array();
  for (const auto& [name, value] : headers) list.push_back({utf8(name), utf8(value)});
  return list;
}

// As text where it reads as one, else in Base64: nothing is lost, and no control byte takes six.
void put_body(json& message, const std::string& body, std::size_t bytes, bool cut) {
  const bool readable =
      is_utf8(body) && std::all_of(body.begin(), body.end(), [](char c) {
        const auto byte = static_cast<unsigned char>(c);
        return (byte >= 0x20 && byte != 0x7f) || c == '\n' || c == '\r' || c == '\t';
      });
  message[readable ? "body" : "body_base64"] = readable ? body : base64_encode(body);
  message["body_bytes"] = bytes;
  message["body_cut"] = cut;
}

json to_json(const LoggedExchange& exchange) {
  json request{{"method", utf8(exchange.method)},
               {"url", utf8(exchange.url)},
               {"headers", to_json(exchange.request_headers)}};
  put_body(request, exchange.request_body, exchange.request_body_bytes, exchange.request_body_cut);
  json response{{"status", exchange.status},
                {"version", utf8(exchange.version)},
                {"headers", to_json(exchange.headers)}};
  put_body(response, exchange.body, exchange.body_bytes, exchange.body_cut);
  return {{"number", exchange.number},
          {"check", utf8(exchange.check)},
          {"started", to_text(exchange.started)},
          {"duration_ms", exchange.duration.count()},
          {"outcome", utf8(exchange.outcome)},
          {"problem", utf8(exchange.problem)},
          {"anomalies", utf8(exchange.anomalies)},
          {"reused_connection", exchange.reused_connection},
          {"request", std::move(request)},
          {"response", std::move(response)}};
}

json to_json(const CheckReport& report) {
  const Check& check = *report.check;
  const Finding& finding = report.finding;
  return {{"id", check.id},
          {"title", check.title},
          {"clause", check.clause},
          {"level", to_string(check.level)},
          {"steps", check.steps},
          {"control", check.control},
          {"hint", check.hint},
          {"needs", check.needs},
          {"status", to_string(finding.status)},
          {"waived_from", report.waived_from ? json(to_string(*report.waived_from)) : json()},
          {"unscored", report.unscored},
          {"reason", utf8(finding.reason)},
          {"message", utf8(finding.message)},
          {"expected", utf8(finding.expected)},
          {"actual", utf8(finding.actual)},
          {"exchanges", finding.exchanges},
          {"requests", report.requests},
          {"duration_ms", report.duration.count()}};
}

json to_json(const RunOptions& options) {
  return {{"auth", options.auth},
          {"settle_ms", options.settle.count()},
          {"timeout_ms", options.timeout.count()},
          {"max_rps", options.max_rps},
          {"items", utf8(options.items)},
          {"item_prefix", options.item_prefix},
          {"only", utf8(options.only)},
          {"skip", utf8(options.skip)},
          {"tokens", options.tokens},
          {"insecure", options.insecure},
          {"can_restart", options.can_restart},
          {"max_head_bytes", options.max_head_bytes},
          {"max_body_bytes", options.max_body_bytes}};
}

json to_json(const std::vector<WaiverUse>& waivers) {
  json list = json::array();
  for (const auto& [waiver, state] : waivers) {
    list.push_back({{"check", utf8(waiver.check)},
                    {"reason", utf8(waiver.reason)},
                    {"owner", utf8(waiver.owner)},
                    {"expires", utf8(waiver.expires)},
                    {"why", utf8(waiver.why)},
                    {"state", to_string(state)}});
  }
  return list;
}

json verdict_of(const Report& report) {
  json counts;
  for (const CheckStatus status : kStatuses) {
    counts[std::string(to_string(status))] = report.count(status);
  }
  json open = json::array();
  for (const CheckReport* check : report.not_exercised_musts()) open.push_back(check->check->id);
  const CheckReport* first = report.first_failure();
  return {{"verdict", to_string(report.verdict())},
          {"provisional", report.provisional()},
          {"first_failure", first ? json(first->check->id) : json()},
          {"not_exercised_musts", std::move(open)},
          {"counts", std::move(counts)},
          {"unscored", report.count_unscored()}};
}

json optional(const std::optional<std::string>& text) {
  return text ? utf8(*text) : json();
}

}  // namespace

void bound_exchanges(Report& report, std::size_t budget) {
  constexpr std::size_t kLeft = 512;  // enough to see what it was
  std::set<int> shown;
  for (const auto& check : report.checks) {
    shown.insert(check.finding.exchanges.begin(), check.finding.exchanges.end());
  }
  std::size_t used = 0;
  for (const bool first : {true, false}) {
    for (auto& exchange : report.exchanges) {
      if (shown.contains(exchange.number) != first) continue;
      if (used + exchange.body.size() + exchange.request_body.size() > budget) {
        cut_bodies(exchange, kLeft);
      }
      used += exchange.body.size() + exchange.request_body.size();
    }
  }
}

std::string to_evidence(const Report& report) {
  json checks = json::array();
  for (const auto& check : report.checks) checks.push_back(to_json(check));
  json exchanges = json::array();
  for (const auto& exchange : report.exchanges) exchanges.push_back(to_json(exchange));
  json observations = json::object();
  for (const auto& [name, text] : report.observations) observations[name] = utf8(text);
  const json document{
      {"format", kEvidenceFormat},
      {"suite", {{"name", "favsync"}, {"version", report.suite_version}}},
      {"contract", {{"revision", report.contract_revision}}},
      {"url", utf8(report.url)},
      {"profile", to_string(report.profile)},
      {"profile_was_found", report.profile_was_found},
      {"depth", to_string(report.depth)},
      {"seed", std::to_string(report.seed)},
      {"started", to_text(report.started)},
      {"duration_ms", report.duration.count()},
      {"waited_ms", report.waited.count()},
      {"interrupted", report.interrupted},
      {"no_connection", optional(report.no_connection)},
      {"nothing_selected", optional(report.nothing_selected)},
      {"options", to_json(report.options)},
      {"requirement_set", report.requirement_set},
      {"waivers", to_json(report.waivers)},
      {"requests", {{"total", report.requests}, {"phases", report.requests_by_phase}}},
      {"verdict", verdict_of(report)},
      {"checks", std::move(checks)},
      {"exchanges", std::move(exchanges)},
      {"observations", std::move(observations)},
      {"restore",
       {{"put_back", report.restore.put_back},
        {"left_removed", report.restore.left_removed},
        {"unfinished", utf8(report.restore.unfinished)}}}};
  return document.dump() + "\n";
}

}  // namespace favsync::contract
