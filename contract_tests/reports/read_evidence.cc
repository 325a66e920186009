#include <algorithm>
#include <charconv>
#include <deque>
#include <limits>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/judge/json_text.h"
#include "contract_tests/reports/evidence.h"
#include "contract_tests/reports/json_fields.h"
#include "wire/nearest_name.h"
#include "wire/text_encoding.h"

namespace favsync::contract {
namespace {

using nlohmann::json;
using std::chrono::milliseconds;

constexpr std::size_t kMostBytes = 256u << 20;
constexpr int kMostCount = std::numeric_limits<int>::max();
constexpr std::int64_t kMostMillis = 1'000'000'000'000;
constexpr std::int64_t kMostBytesOfBody = std::int64_t{1} << 40;

// What a report of another run points to: its checks, whether this favsync knows them or not.
struct Owned {
  std::deque<std::string> texts;
  std::deque<Check> checks;

  std::string_view keep(std::string text) { return texts.emplace_back(std::move(text)); }
};

template <typename T>
T one_of(JsonFields& fields, const char* name, std::initializer_list<T> values) {
  const std::string text = fields.text(name);
  std::vector<std::string_view> names;
  for (const T value : values) {
    if (to_string(value) == text) return value;
    names.push_back(to_string(value));
  }
  fields.fault(name, fmt::format("expected {}, got \"{}\"{}", fmt::join(names, ", "), text,
                                 did_you_mean(text, names)));
  return *values.begin();
}

milliseconds read_millis(JsonFields& fields, const char* name) {
  return milliseconds(fields.number(name, 0, kMostMillis));
}

Instant read_instant(JsonFields& fields, const char* name) {
  const std::string text = fields.text(name);
  const JudgedDate date = judge_date(text);
  if (date.instant && to_text(*date.instant) == text) return *date.instant;
  fields.fault(name,
               fmt::format("expected a date such as 2017-05-02T10:45:12.798Z, got \"{}\"", text));
  return {};
}

Headers read_headers(JsonFields& fields) {
  Headers headers;
  fields.array("headers", [&](const json& pair, const std::string& place) {
    if (pair.is_array() && pair.size() == 2 && pair[0].is_string() && pair[1].is_string()) {
      headers.emplace_back(pair[0].get<std::string>(), pair[1].get<std::string>());
    } else {
      fields.fault("headers", place + ": expected [name, value]");
    }
  });
  return headers;
}

void read_body(JsonFields& fields, std::string& body, std::size_t& bytes, bool& cut) {
  if (fields.has("body_base64")) {
    const auto decoded = base64_decode(fields.text("body_base64"));
    if (!decoded) fields.fault("body_base64", "expected Base64");
    body = decoded.value_or("");
  } else {
    body = fields.text("body");
  }
  bytes = static_cast<std::size_t>(fields.number("body_bytes", 0, kMostBytesOfBody));
  cut = fields.flag("body_cut");
}

LoggedExchange read_exchange(const json& value, const std::string& place, JsonFault& fault) {
  JsonFields fields(value, place, fault);
  LoggedExchange exchange;
  exchange.number = static_cast<int>(fields.number("number", 1, kMostCount));
  exchange.check = fields.text("check");
  exchange.started = read_instant(fields, "started");
  exchange.duration = read_millis(fields, "duration_ms");
  exchange.outcome = fields.text("outcome");
  exchange.problem = fields.text("problem");
  exchange.anomalies = fields.texts("anomalies");
  exchange.reused_connection = fields.flag("reused_connection");
  JsonFields request = fields.object("request");
  exchange.method = request.text("method");
  exchange.url = request.text("url");
  exchange.request_headers = read_headers(request);
  read_body(request, exchange.request_body, exchange.request_body_bytes, exchange.request_body_cut);
  request.end();
  JsonFields response = fields.object("response");
  exchange.status = static_cast<int>(response.number("status", 0, 999));
  exchange.version = response.text("version");
  exchange.headers = read_headers(response);
  read_body(response, exchange.body, exchange.body_bytes, exchange.body_cut);
  response.end();
  fields.end();
  return exchange;
}

CheckReport read_check(const json& value, const std::string& place, JsonFault& fault,
                       Owned& owned) {
  JsonFields fields(value, place, fault);
  CheckReport report;
  Check& check = owned.checks.emplace_back();
  report.check = &check;
  check.id = owned.keep(fields.text("id"));
  check.title = owned.keep(fields.text("title"));
  check.clause = owned.keep(fields.text("clause"));
  check.level = one_of(fields, "level", {Level::kMust, Level::kShould, Level::kInfo});
  check.steps = owned.keep(fields.text("steps"));
  check.control = owned.keep(fields.text("control"));
  check.hint = owned.keep(fields.text("hint"));
  for (auto& need : fields.texts("needs")) check.needs.push_back(owned.keep(std::move(need)));
  Finding& finding = report.finding;
  finding.status = one_of(fields, "status",
                          {CheckStatus::kPass, CheckStatus::kWarn, CheckStatus::kFail,
                           CheckStatus::kSkipped, CheckStatus::kNotExercised, CheckStatus::kBlocked,
                           CheckStatus::kInconclusive, CheckStatus::kError, CheckStatus::kWaived});
  if (!fields.any("waived_from").is_null()) {
    report.waived_from = one_of(fields, "waived_from",
                                {CheckStatus::kFail, CheckStatus::kWarn, CheckStatus::kBlocked});
  }
  if (report.waived_from.has_value() != (finding.status == CheckStatus::kWaived)) {
    fields.fault("waived_from", "expected a status exactly where the status is \"waived\"");
  }
  report.unscored = fields.flag("unscored");
  finding.reason = fields.text("reason");
  finding.message = fields.text("message");
  finding.expected = fields.text("expected");
  finding.actual = fields.text("actual");
  finding.exchanges = fields.numbers("exchanges");
  report.requests = static_cast<int>(fields.number("requests", 0, kMostCount));
  report.duration = read_millis(fields, "duration_ms");
  fields.end();
  return report;
}

WaiverUse read_waiver_use(const json& value, const std::string& place, JsonFault& fault) {
  JsonFields fields(value, place, fault);
  WaiverUse use;
  use.waiver.check = fields.text("check");
  use.waiver.reason = fields.text("reason");
  use.waiver.owner = fields.text("owner");
  use.waiver.expires = fields.text("expires");
  use.waiver.why = fields.text("why");
  use.state = one_of(
      fields, "state",
      {WaiverState::kUsed, WaiverState::kStale, WaiverState::kUnused, WaiverState::kExpired});
  fields.end();
  return use;
}

RunOptions read_options(JsonFields fields) {
  RunOptions options;
  options.auth = fields.text("auth");
  options.settle = read_millis(fields, "settle_ms");
  options.timeout = read_millis(fields, "timeout_ms");
  options.max_rps = fields.text("max_rps");
  options.items = fields.texts("items");
  options.item_prefix = fields.text("item_prefix");
  options.only = fields.texts("only");
  options.skip = fields.texts("skip");
  options.tokens = fields.texts("tokens");
  options.insecure = fields.flag("insecure");
  options.can_restart = fields.flag("can_restart");
  options.max_head_bytes =
      static_cast<std::size_t>(fields.number("max_head_bytes", 0, kMostBytesOfBody));
  options.max_body_bytes =
      static_cast<std::size_t>(fields.number("max_body_bytes", 0, kMostBytesOfBody));
  fields.end();
  return options;
}

std::uint64_t read_seed(JsonFields& fields) {
  const std::string text = fields.text("seed");
  std::uint64_t seed = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), seed);
  if (error != std::errc() || end != text.data() + text.size()) {
    fields.fault("seed", fmt::format("expected a whole number as text, got \"{}\"", text));
  }
  return seed;
}

std::optional<std::string> read_optional(JsonFields& fields, const char* name) {
  if (fields.any(name).is_null()) return std::nullopt;
  return fields.text(name);
}

void read_named(const json& document, const std::string& place, JsonFault& fault, Report& report) {
  JsonFields fields(document, place, fault);
  report.suite_version = [&] {
    JsonFields suite = fields.object("suite");
    if (suite.text("name") != "favsync") suite.fault("name", "expected \"favsync\"");
    std::string version = suite.text("version");
    suite.end();
    return version;
  }();
  JsonFields contract = fields.object("contract");
  report.contract_revision = contract.text("revision");
  contract.end();
  report.url = fields.text("url");
  report.profile =
      one_of(fields, "profile", {Profile::kAuto, Profile::kReadOnly, Profile::kTwoWay});
  report.profile_was_found = fields.flag("profile_was_found");
  report.depth = one_of(fields, "depth", {Depth::kQuick, Depth::kStandard, Depth::kDeep});
  report.seed = read_seed(fields);
  report.started = read_instant(fields, "started");
  report.duration = read_millis(fields, "duration_ms");
  report.waited = read_millis(fields, "waited_ms");
  report.interrupted = fields.flag("interrupted");
  report.no_connection = read_optional(fields, "no_connection");
  report.nothing_selected = read_optional(fields, "nothing_selected");
  report.options = read_options(fields.object("options"));
  report.requirement_set = fields.text("requirement_set");
  fields.array("waivers", [&](const json& value, const std::string& at) {
    report.waivers.push_back(read_waiver_use(value, at, fault));
  });
  JsonFields requests = fields.object("requests");
  report.requests = static_cast<int>(requests.number("total", 0, kMostCount));
  const json& phases = requests.any("phases");
  JsonFields by_phase(phases, "requests.phases", fault);
  for (const auto& [name, count] : phases.items()) {
    report.requests_by_phase[name] = static_cast<int>(by_phase.number(name.c_str(), 0, kMostCount));
  }
  requests.end();
  const json& observed = fields.any("observations");
  JsonFields observations(observed, "observations", fault);
  for (const auto& [name, text] : observed.items()) {
    report.observations[name] = observations.text(name.c_str());
  }
  JsonFields restore = fields.object("restore");
  report.restore.put_back = static_cast<int>(restore.number("put_back", 0, kMostCount));
  report.restore.left_removed = static_cast<int>(restore.number("left_removed", 0, kMostCount));
  report.restore.unfinished = restore.texts("unfinished");
  restore.end();
  auto owned = std::make_shared<Owned>();
  fields.array("checks", [&](const json& value, const std::string& at) {
    report.checks.push_back(read_check(value, at, fault, *owned));
  });
  report.owner = std::move(owned);
  fields.array("exchanges", [&](const json& value, const std::string& at) {
    report.exchanges.push_back(read_exchange(value, at, fault));
  });
  fields.any("format");
  fields.any("verdict");  // follows from the checks: compared below
  fields.end();
}

// Where two texts part: for a message.
std::string parting(std::string_view text, std::string_view canonical) {
  const auto [ours, theirs] =
      std::mismatch(text.begin(), text.end(), canonical.begin(), canonical.end());
  const auto at = static_cast<std::size_t>(ours - text.begin());
  const std::size_t from = at < 20 ? 0 : at - 20;
  return fmt::format(
      "byte {}: expected {}, got {}", at,
      json(canonical.substr(from, 60)).dump(-1, ' ', false, json::error_handler_t::replace),
      json(text.substr(from, 60)).dump(-1, ' ', false, json::error_handler_t::replace));
}

}  // namespace

Result<Report> read_evidence(std::string_view text) {
  if (text.size() > kMostBytes) {
    return fail(ErrorCode::kLimitExceeded,
                fmt::format("{} bytes; evidence has at most {}", text.size(), kMostBytes));
  }
  if (text.empty()) {
    return fail(ErrorCode::kMalformed, "expected evidence of favsync, got an empty file");
  }
  std::vector<std::string> twice;
  const auto document = read_json(text, twice, 16);
  if (!document) return tl::unexpected(document.error());
  const auto malformed = [](std::string message) {
    return fail(ErrorCode::kMalformed, std::move(message));
  };
  if (!twice.empty()) return malformed(twice.front() + ": stands twice");
  if (!document->is_object() || !document->contains("format")) {
    return malformed(
        fmt::format("no evidence of favsync: expected an object whose member \"format\" "
                    "is \"{}\"; was the file written with --evidence?",
                    kEvidenceFormat));
  }
  if ((*document)["format"] != kEvidenceFormat) {
    return malformed(fmt::format("format: expected \"{}\", got {}; use the favsync that wrote it",
                                 kEvidenceFormat, (*document)["format"].dump()));
  }
  JsonFault fault;
  Report report;
  read_named(*document, "", fault, report);
  if (fault.any()) return malformed(fault.text());
  const std::string canonical = to_evidence(report);
  if (canonical == text) return report;
  const json again = json::parse(canonical);
  if (again["verdict"] != (*document)["verdict"]) {
    return malformed(fmt::format("verdict: expected what follows from the checks, {}, got {}",
                                 again["verdict"].dump(), (*document)["verdict"].dump()));
  }
  return malformed("not in canonical form, so its bytes were changed after it was written; " +
                   parting(text, canonical));
}

}  // namespace favsync::contract
