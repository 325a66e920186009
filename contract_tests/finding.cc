#include "contract_tests/finding.h"

#include <utility>

namespace favsync::contract {
namespace {

Finding make(CheckStatus status, std::string reason, std::string message) {
  Finding finding;
  finding.status = status;
  finding.reason = std::move(reason);
  finding.message = std::move(message);
  return finding;
}

}  // namespace

std::string_view to_string(Level level) {
  switch (level) {
    case Level::kMust:
      return "must";
    case Level::kShould:
      return "should";
    case Level::kInfo:
      return "info";
  }
  return "must";
}

std::string_view to_string(CheckStatus status) {
  switch (status) {
    case CheckStatus::kPass:
      return "pass";
    case CheckStatus::kWarn:
      return "warn";
    case CheckStatus::kFail:
      return "fail";
    case CheckStatus::kSkipped:
      return "skipped";
    case CheckStatus::kNotExercised:
      return "not_exercised";
    case CheckStatus::kBlocked:
      return "blocked";
    case CheckStatus::kInconclusive:
      return "inconclusive";
    case CheckStatus::kError:
      return "error";
    case CheckStatus::kWaived:
      return "waived";
  }
  return "error";
}

Finding Finding::pass(std::string message) {
  return make(CheckStatus::kPass, {}, std::move(message));
}
Finding Finding::fail(std::string reason, std::string message) {
  return make(CheckStatus::kFail, std::move(reason), std::move(message));
}
Finding Finding::warn(std::string reason, std::string message) {
  return make(CheckStatus::kWarn, std::move(reason), std::move(message));
}
Finding Finding::not_applicable(std::string reason, std::string message) {
  return make(CheckStatus::kSkipped, std::move(reason), std::move(message));
}
Finding Finding::not_exercised(std::string reason, std::string message) {
  return make(CheckStatus::kNotExercised, std::move(reason), std::move(message));
}
Finding Finding::blocked(std::string by, std::string message) {
  return make(CheckStatus::kBlocked, std::move(by), std::move(message));
}
Finding Finding::inconclusive(std::string reason, std::string message) {
  return make(CheckStatus::kInconclusive, std::move(reason), std::move(message));
}

Finding Finding::blame(std::string check, Finding own) {
  Finding finding = blocked(std::move(check), own.message);
  finding.otherwise = std::make_shared<const Finding>(std::move(own));
  return finding;
}

Finding&& Finding::wanted(std::string text) && {
  expected = std::move(text);
  return std::move(*this);
}
Finding&& Finding::got(std::string text) && {
  actual = std::move(text);
  return std::move(*this);
}
Finding&& Finding::shown_by(std::vector<int> numbers) && {
  exchanges = std::move(numbers);
  return std::move(*this);
}

}  // namespace favsync::contract
