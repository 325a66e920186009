#include "contract_tests/waivers.h"

#include <algorithm>
#include <chrono>
#include <string>

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include "contract_tests/check.h"
#include "contract_tests/located_json.h"
#include "contract_tests/report.h"
#include "wire/nearest_name.h"
#include "wire/quote.h"

namespace favsync::contract {
namespace {

using nlohmann::json;

constexpr std::string_view kMembers[] = {"check", "reason", "owner", "expires", "why"};

bool is_a_day(const std::string& text) {
  constexpr std::string_view kForm = "dddd-dd-dd";
  if (text.size() != kForm.size()) return false;
  for (std::size_t i = 0; i < kForm.size(); ++i) {
    const bool digit = text[i] >= '0' && text[i] <= '9';
    if (kForm[i] == 'd' ? !digit : text[i] != kForm[i]) return false;
  }
  const auto number = [&](std::size_t from, std::size_t count) {
    return static_cast<unsigned>(std::stoul(text.substr(from, count)));
  };
  return std::chrono::year_month_day(std::chrono::year(static_cast<int>(number(0, 4))),
                                     std::chrono::month(number(5, 2)),
                                     std::chrono::day(number(8, 2)))
      .ok();
}

Result<Waiver> read_waiver(const LocatedJson& file, const json& value, const std::string& place) {
  if (auto status = file.expect_members(value, place, kMembers, kMembers); !status) {
    return tl::unexpected(status.error());
  }
  Waiver waiver;
  const std::pair<std::string_view, std::string*> texts[] = {{"check", &waiver.check},
                                                             {"reason", &waiver.reason},
                                                             {"owner", &waiver.owner},
                                                             {"expires", &waiver.expires},
                                                             {"why", &waiver.why}};
  for (const auto& [member, target] : texts) {
    auto text = file.text_member(value, place, member);
    if (!text) return tl::unexpected(text.error());
    *target = std::move(*text);
  }
  if (!find_check(waiver.check)) {
    std::vector<std::string_view> ids;
    for (const auto& check : all_checks()) ids.push_back(check.id);
    return file.error(place_of_member(place, "check"),
                      fmt::format("no check is called {}{}; see favsync list checks",
                                  favsync::quoted(waiver.check), did_you_mean(waiver.check, ids)),
                      ErrorCode::kInvalidArgument);
  }
  if (!is_a_day(waiver.expires)) {
    return file.unexpected(place_of_member(place, "expires"),
                           "the last day on which it holds, such as \"2027-03-31\"",
                           json(waiver.expires));
  }
  return waiver;
}

bool covers(const Waiver& waiver, const CheckReport& check) {
  const std::string& reason = check.finding.reason;
  return waiver.check == check.check->id &&
         (reason == waiver.reason || reason == waiver.reason + ".flaky");
}

void mark_waived(CheckReport& check, std::string_view because) {
  check.waived_from = check.finding.status;
  check.finding.status = CheckStatus::kWaived;
  check.finding.message += fmt::format(" (waived: {})", because);
}

WaiverState state_of(const Waiver& waiver, const Report& report, std::string_view today) {
  if (is_expired(waiver, today)) return WaiverState::kExpired;
  for (const auto& check : report.checks) {
    if (check.check->id != waiver.check) continue;
    if (check.finding.status == CheckStatus::kWaived && covers(waiver, check)) {
      return WaiverState::kUsed;
    }
    return check.finding.passed() ? WaiverState::kStale : WaiverState::kUnused;
  }
  return WaiverState::kUnused;
}

}  // namespace

std::string_view to_string(WaiverState state) {
  switch (state) {
    case WaiverState::kUsed:
      return "used";
    case WaiverState::kStale:
      return "stale";
    case WaiverState::kUnused:
      return "unused";
    case WaiverState::kExpired:
      return "expired";
  }
  return "unused";
}

Result<std::vector<Waiver>> read_waivers(std::string_view text, std::string_view name) {
  const auto file = LocatedJson::parse(text, name, JsonComments::kRefused);
  if (!file) return tl::unexpected(file.error());
  if (!file->root().is_array()) {
    return file->unexpected("", "an array of waivers, each with check, reason, owner, expires, why",
                            file->root());
  }
  std::vector<Waiver> waivers;
  for (std::size_t i = 0; i < file->root().size(); ++i) {
    auto waiver = read_waiver(*file, file->root()[i], place_of_element("", i));
    if (!waiver) return tl::unexpected(waiver.error());
    for (std::size_t j = 0; j < waivers.size(); ++j) {
      if (waivers[j].check != waiver->check || waivers[j].reason != waiver->reason) continue;
      return file->error(place_of_element("", i),
                         fmt::format("the same check and reason as [{}]; keep one of them", j),
                         ErrorCode::kInvalidArgument);
    }
    waivers.push_back(std::move(*waiver));
  }
  return waivers;
}

bool is_expired(const Waiver& waiver, std::string_view today) {
  return waiver.expires < today;
}

void waive(CheckReport& check, std::span<const Waiver> waivers, std::string_view today) {
  const CheckStatus status = check.finding.status;
  if (status != CheckStatus::kFail && status != CheckStatus::kWarn &&
      status != CheckStatus::kBlocked) {
    return;
  }
  for (const auto& waiver : waivers) {
    if (is_expired(waiver, today) || !covers(waiver, check)) continue;
    mark_waived(check, fmt::format("{}; {}, until {}", waiver.why, waiver.owner, waiver.expires));
    return;
  }
}

void settle_waivers(Report& report, std::span<const Waiver> waivers, std::string_view today) {
  for (auto& check : report.checks) waive(check, waivers, today);
  const auto is_waived = [&](std::string_view id) {
    return std::any_of(report.checks.begin(), report.checks.end(), [&](const CheckReport& other) {
      return other.check->id == id && other.finding.status == CheckStatus::kWaived;
    });
  };
  for (bool changed = true; changed;) {
    changed = false;
    for (auto& check : report.checks) {
      if (check.finding.status != CheckStatus::kBlocked || !is_waived(check.finding.reason)) {
        continue;
      }
      mark_waived(check, fmt::format("so is {}", check.finding.reason));
      changed = true;
    }
  }
  for (const auto& waiver : waivers) {
    report.waivers.push_back({waiver, state_of(waiver, report, today)});
  }
}

}  // namespace favsync::contract
