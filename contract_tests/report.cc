#include "contract_tests/report.h"

#include <algorithm>

#include <fmt/format.h>

namespace favsync::contract {
namespace {

bool is_must(const CheckReport& report) {
  return report.check->level == Level::kMust;
}

bool has_must(const std::vector<CheckReport>& checks, std::initializer_list<CheckStatus> statuses) {
  return std::any_of(checks.begin(), checks.end(), [&](const CheckReport& report) {
    return is_must(report) && !report.unscored &&
           std::find(statuses.begin(), statuses.end(), report.finding.status) != statuses.end();
  });
}

}  // namespace

RunOptions run_options(const Options& options) {
  RunOptions told;
  told.auth = to_string(options.auth);
  told.settle = options.settle;
  told.timeout = options.timeout;
  if (options.max_rps) told.max_rps = fmt::format("{}", *options.max_rps);
  told.items = options.items;
  told.only = options.only;
  told.skip = options.skip;
  for (const auto& token : named_tokens(options)) told.tokens.push_back(token.name);
  told.insecure = options.target.insecure;
  told.can_restart = static_cast<bool>(options.restart);
  told.max_head_bytes = options.limits.max_head_bytes;
  told.max_body_bytes = options.limits.max_body_bytes;
  return told;
}

std::vector<NamedToken> named_tokens(const Options& options) {
  const std::pair<const char*, const std::optional<UserToken>*> given[] = {
      {"first", &options.token},
      {"other", &options.other_token},
      {"same-user", &options.same_user_token},
      {"expired", &options.expired_token},
      {"empty", &options.empty_token}};
  std::vector<NamedToken> named;
  for (const auto& [name, token] : given) {
    if (*token) named.push_back({name, **token});
  }
  return named;
}

std::map<std::string, int> count_phases(const std::vector<LoggedExchange>& exchanges) {
  std::map<std::string, int> counts;
  for (const auto& exchange : exchanges) {
    const bool own =
        exchange.check == "preflight" || exchange.check == "profile" || exchange.check == "restore";
    ++counts[own                         ? exchange.check
             : exchange.method == "GET"  ? "read"
             : exchange.method == "POST" ? "write"
                                         : "other"];
  }
  return counts;
}

std::string_view to_string(Verdict verdict) {
  switch (verdict) {
    case Verdict::kConformant:
      return "conformant";
    case Verdict::kNotConformant:
      return "not conformant";
    case Verdict::kInconclusive:
      return "inconclusive";
  }
  return "inconclusive";
}

std::string_view to_string(Profile profile) {
  switch (profile) {
    case Profile::kAuto:
      return "auto";
    case Profile::kReadOnly:
      return "read-only";
    case Profile::kTwoWay:
      return "two-way";
  }
  return "auto";
}

std::string_view to_string(Depth depth) {
  switch (depth) {
    case Depth::kQuick:
      return "quick";
    case Depth::kStandard:
      return "standard";
    case Depth::kDeep:
      return "deep";
  }
  return "standard";
}

const CheckReport* Report::first_failure() const {
  const auto found = std::find_if(checks.begin(), checks.end(), [](const CheckReport& report) {
    return !report.unscored && report.finding.status == CheckStatus::kFail;
  });
  return found == checks.end() ? nullptr : &*found;
}

Verdict Report::verdict() const {
  if (first_failure()) return Verdict::kNotConformant;
  const bool judged_any = std::any_of(checks.begin(), checks.end(), [](const CheckReport& report) {
    return !report.unscored && report.finding.passed() && is_must(report);
  });
  const bool open =
      has_must(checks, {CheckStatus::kBlocked, CheckStatus::kInconclusive, CheckStatus::kError});
  if (!judged_any || open || interrupted) return Verdict::kInconclusive;
  return Verdict::kConformant;
}

bool Report::provisional() const {
  return verdict() == Verdict::kConformant && has_must(checks, {CheckStatus::kNotExercised});
}

std::vector<const CheckReport*> Report::not_exercised_musts() const {
  std::vector<const CheckReport*> musts;
  for (const auto& report : checks) {
    if (is_must(report) && !report.unscored &&
        report.finding.status == CheckStatus::kNotExercised) {
      musts.push_back(&report);
    }
  }
  return musts;
}

int Report::count(CheckStatus status) const {
  return static_cast<int>(
      std::count_if(checks.begin(), checks.end(), [&](const CheckReport& report) {
        return !report.unscored && report.finding.status == status;
      }));
}

int Report::count_unscored() const {
  return static_cast<int>(std::count_if(checks.begin(), checks.end(),
                                        [](const CheckReport& report) { return report.unscored; }));
}

int Report::count_stale_waivers() const {
  return static_cast<int>(std::count_if(waivers.begin(), waivers.end(), [](const WaiverUse& use) {
    return use.state == WaiverState::kStale;
  }));
}

int Report::exit_status(bool strict) const {
  if (nothing_selected) return 2;
  if (no_connection) return 3;
  if (interrupted) return 130;
  const bool own_fault = std::any_of(checks.begin(), checks.end(), [](const CheckReport& report) {
    return report.finding.status == CheckStatus::kError;
  });
  if (own_fault) return 5;
  if (verdict() == Verdict::kNotConformant) return 1;
  if (!restore.unfinished.empty()) return 6;
  if (verdict() == Verdict::kInconclusive) return 4;
  if (strict && count(CheckStatus::kWarn) + count_stale_waivers() > 0) return 1;
  return strict && provisional() ? 4 : 0;
}

}  // namespace favsync::contract
