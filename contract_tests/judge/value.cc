#include "contract_tests/judge/value.h"

#include <fmt/format.h>

namespace favsync::contract {

std::string to_text(const Value& value) {
  const int digits = value.at.nanos % 1'000'000 == 0 ? 3 : value.at.nanos % 1'000 == 0 ? 6 : 9;
  return fmt::format("{} of {}", to_string(value.act), to_text(value.at, digits));
}

bool same_to_the_millisecond(const Instant& sent, const Instant& shown) {
  if (sent == shown) return true;
  const bool finer = sent.nanos % 1'000'000 != 0 || shown.nanos % 1'000'000 != 0;
  return finer && std::chrono::abs(shown - sent) < std::chrono::milliseconds(1);
}

bool agrees(const Value& sent, const Value& shown) {
  return sent.act == shown.act && same_to_the_millisecond(sent.at, shown.at);
}

}  // namespace favsync::contract
