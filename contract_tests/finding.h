#pragma once

#include <chrono>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <tl/expected.hpp>

namespace favsync::contract {

// What the contract demands. A broken MUST forbids the certificate, a broken SHOULD is a warning,
// INFO is recorded and never judged. Source: the contract's levels.
enum class Level { kMust, kShould, kInfo };

// How a check ended. "The target is wrong" (kFail, kWarn) and "I could not tell" (the rest but
// kPass) are different outcomes, and only kPass counts as a pass.
enum class CheckStatus {
  kPass,
  kWarn,          // a SHOULD is broken, or the contract says "passes with a warning"
  kFail,          // a MUST is broken
  kSkipped,       // not in this profile, or not selected
  kNotExercised,  // a precondition is missing: no second token, no item that may be written
  kBlocked,       // a check that this one rests on did not pass; the reason holds its id
  kInconclusive,  // the network, rate limits or another writer were in the way
  kError,         // a fault of favsync itself
  kWaived,        // a waiver covers it: see CheckReport::waived_from for what it was
};

// Stable lower-case names, as in the JSON report.
std::string_view to_string(Level level);
std::string_view to_string(CheckStatus status);

// What a check found out. `reason` is a stable word for the cause; the message is one sentence for
// people; expected and actual are what a partner's developer compares.
struct Finding {
  CheckStatus status = CheckStatus::kPass;
  std::string reason;
  std::string message;
  std::string expected;
  std::string actual;
  std::shared_ptr<const Finding> otherwise = nullptr;  // of blame
  std::vector<int> exchanges;  // numbers of the exchanges that show it, the telling one last

  static Finding pass(std::string message = {});
  static Finding fail(std::string reason, std::string message);
  static Finding warn(std::string reason, std::string message);
  static Finding not_applicable(std::string reason, std::string message);  // kSkipped
  static Finding not_exercised(std::string reason, std::string message);
  static Finding blocked(std::string by, std::string message);
  static Finding inconclusive(std::string reason, std::string message);
  // Blocked by a check that will name the cause better; should that one pass after all, `own`
  // stands.
  static Finding blame(std::string check, Finding own);

  Finding&& wanted(std::string text) &&;            // sets `expected`
  Finding&& got(std::string text) &&;               // sets `actual`
  Finding&& shown_by(std::vector<int> numbers) &&;  // sets `exchanges`

  bool passed() const { return status == CheckStatus::kPass || status == CheckStatus::kWarn; }
};

// A value, or the finding that ends the check early.
template <typename T>
using OrFinding = tl::expected<T, Finding>;

// A finding on its way out of a function that returns a Finding or an OrFinding.
class EndedBy {
 public:
  explicit EndedBy(Finding&& finding) : finding_(std::move(finding)) {}
  operator Finding() && { return std::move(finding_); }
  template <typename T>
  operator OrFinding<T>() && {
    return tl::unexpected(std::move(finding_));
  }

 private:
  Finding finding_;
};

// For OrFinding: declares `variable` from `expression`, or returns the finding.
#define FAVSYNC_OR_RETURN(variable, expression)                                         \
  auto variable##_or_finding = (expression);                                            \
  if (!variable##_or_finding) return EndedBy(std::move(variable##_or_finding.error())); \
  [[maybe_unused]] auto& variable = *variable##_or_finding

}  // namespace favsync::contract
