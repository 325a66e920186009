#include <nlohmann/json.hpp>

#include "contract_tests/reports/reports.h"

namespace favsync::contract {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::size_t kMostOfBody = 2048;

Json to_json(const Headers& headers) {
  Json list = Json::array();
  for (const auto& [name, value] : headers) list.push_back({{"name", name}, {"value", value}});
  return list;
}

Json to_json(const LoggedExchange& exchange) {
  return {{"number", exchange.number},
          {"started", to_text(exchange.started)},
          {"duration_ms", exchange.duration.count()},
          {"request",
           {{"method", exchange.method},
            {"url", exchange.url},
            {"headers", to_json(exchange.request_headers)},
            {"body", exchange.request_body.substr(0, kMostOfBody)}}},
          {"outcome", exchange.outcome},
          {"problem", exchange.problem},
          {"response",
           {{"status", exchange.status},
            {"headers", to_json(exchange.headers)},
            {"body", exchange.body.substr(0, kMostOfBody)},
            {"body_bytes", exchange.body_bytes}}}};
}

Json to_json(const CheckReport& check, const Report& report) {
  Json exchanges = Json::array();
  for (const int number : check.finding.exchanges) {
    if (number >= 1 && static_cast<std::size_t>(number) <= report.exchanges.size()) {
      exchanges.push_back(to_json(report.exchanges[static_cast<std::size_t>(number) - 1]));
    }
  }
  Json entry{{"id", check.check->id},
             {"title", check.check->title},
             {"clause", check.check->clause},
             {"level", to_string(check.check->level)},
             {"status", to_string(check.finding.status)},
             {"reason", check.finding.reason},
             {"message", check.finding.message},
             {"expected", check.finding.expected},
             {"actual", check.finding.actual},
             {"hint", check.check->hint},
             {"duration_ms", check.duration.count()},
             {"requests", check.requests},
             {"exchanges", std::move(exchanges)}};
  if (check.waived_from) entry["waived_from"] = to_string(*check.waived_from);
  if (check.unscored) entry["unscored"] = true;
  return entry;
}

Json summary(const Report& report) {
  Json counts;
  for (const auto status :
       {CheckStatus::kPass, CheckStatus::kWarn, CheckStatus::kFail, CheckStatus::kSkipped,
        CheckStatus::kNotExercised, CheckStatus::kBlocked, CheckStatus::kInconclusive,
        CheckStatus::kError, CheckStatus::kWaived}) {
    counts[std::string(to_string(status))] = report.count(status);
  }
  counts["unscored"] = report.count_unscored();
  counts["requests"] = report.requests;
  counts["duration_ms"] = report.duration.count();
  counts["waited_ms"] = report.waited.count();
  return counts;
}

Json waivers(const Report& report) {
  Json list = Json::array();
  for (const auto& [waiver, state] : report.waivers) {
    list.push_back({{"check", waiver.check},
                    {"reason", waiver.reason},
                    {"owner", waiver.owner},
                    {"expires", waiver.expires},
                    {"why", waiver.why},
                    {"state", to_string(state)}});
  }
  return list;
}

}  // namespace

std::string to_json(const Report& report) {
  Json checks = Json::array();
  for (const auto& check : report.checks) checks.push_back(to_json(check, report));
  Json not_exercised = Json::array();
  for (const CheckReport* check : report.not_exercised_musts()) {
    not_exercised.push_back(check->check->id);
  }
  const CheckReport* first = report.first_failure();
  Json document{{"verdict", to_string(report.verdict())},
                {"provisional", report.provisional()},
                {"first_failure", first ? Json(first->check->id) : Json(nullptr)},
                {"not_exercised_musts", std::move(not_exercised)},
                {"profile", to_string(report.profile)},
                {"profile_was_found", report.profile_was_found},
                {"depth", to_string(report.depth)},
                {"seed", report.seed},
                {"set", report.requirement_set},
                {"waivers", waivers(report)},
                {"url", report.url},
                {"started", to_text(report.started)},
                {"suite", {{"name", "favsync"}, {"version", FAVSYNC_VERSION}}},
                {"summary", summary(report)},
                {"restore",
                 {{"put_back", report.restore.put_back},
                  {"left_removed", report.restore.left_removed},
                  {"unfinished", report.restore.unfinished}}}};
  if (report.no_connection) document["no_connection"] = *report.no_connection;
  if (report.nothing_selected) document["nothing_selected"] = *report.nothing_selected;
  if (report.interrupted) document["interrupted"] = true;
  document["checks"] = std::move(checks);
  // Bodies are quoted as they came: what is not UTF-8 is replaced.
  return document.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace favsync::contract
