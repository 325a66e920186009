#include "contract_tests/lab/account.h"

#include <chrono>

#include <fmt/format.h>

#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

using std::chrono::hours;
using std::chrono::milliseconds;
using std::chrono::minutes;
using std::chrono::nanoseconds;
using std::chrono::seconds;

std::string duration_text(nanoseconds delta) {
  const double s = std::chrono::duration<double>(delta).count();
  if (std::abs(s) >= 86400) return fmt::format("{:+.1f} days", s / 86400);
  if (std::abs(s) >= 3600) return fmt::format("{:+.2f} h", s / 3600);
  return fmt::format("{:+.3f} s", s);
}

const SentWrite* find_write(const std::vector<SentWrite>& history, const Value& value) {
  for (auto write = history.rbegin(); write != history.rend(); ++write) {
    if (agrees(write->value, value)) return &*write;
  }
  return nullptr;
}

// How a shown date may have come from the one that was sent.
Explanation explain_date(const Instant& sent, const Instant& shown,
                         const std::vector<SentWrite>& history) {
  const nanoseconds delta = shown - sent;
  const auto changed = [&](std::string_view how) {
    return fmt::format("sent {}, shown {} ({}): {}", to_text(sent), to_text(shown),
                       duration_text(delta), how);
  };
  if (shown.nanos == 0 && shown.seconds == sent.seconds) {
    return {"truncated-to-second", changed("the fraction of the second is lost")};
  }
  if (shown.nanos == 0 && shown.seconds == sent.seconds + 1) {
    return {"rounded-to-second", changed("rounded to whole seconds")};
  }
  if (std::chrono::abs(delta) < seconds(1)) {
    return {"milliseconds-altered", changed("the milliseconds do not survive")};
  }
  if (shown.nanos == 0 && std::chrono::abs(delta) < minutes(1)) {
    return {"truncated-to-minute", changed("the seconds are lost")};
  }
  const nanoseconds quarter = minutes(15);
  const nanoseconds beside = (delta % quarter + quarter) % quarter;
  if ((beside < seconds(1) || beside > quarter - seconds(1)) &&
      std::chrono::abs(delta) <= hours(15)) {
    return {"shifted-by-hours",
            changed("shifted as if a local time were labelled as GMT, or the other way round")};
  }
  for (const auto& write : history) {
    const nanoseconds age = shown - write.sent;
    if (age > -minutes(5) && age < minutes(5) &&
        std::chrono::abs(age) < std::chrono::abs(write.sent - sent)) {
      return {"restamped", changed("that is about the time at which the partner received it; does "
                                   "the partner's clock replace the date?")};
    }
  }
  return {"date-altered", changed("the date is another one")};
}

}  // namespace

std::string to_text(const std::optional<Value>& value) {
  return value ? to_text(*value) : "not in the list";
}

std::vector<Mismatch> compare(const State& expected, const State& shown) {
  std::vector<Mismatch> mismatches;
  auto a = expected.begin();
  auto b = shown.begin();
  while (a != expected.end() || b != shown.end()) {
    if (b == shown.end() || (a != expected.end() && a->first < b->first)) {
      mismatches.push_back({a->first, a->second, std::nullopt});
      ++a;
    } else if (a == expected.end() || b->first < a->first) {
      mismatches.push_back({b->first, std::nullopt, b->second});
      ++b;
    } else {
      if (!agrees(a->second, b->second)) mismatches.push_back({a->first, a->second, b->second});
      ++a;
      ++b;
    }
  }
  return mismatches;
}

Explanation explain(const Mismatch& mismatch, const std::vector<SentWrite>& history) {
  const std::string item = fmt::format("item \"{}\"", clip(mismatch.item, 80));
  if (!mismatch.shown) {
    const bool removal = mismatch.expected && mismatch.expected->act == Act::kDelete;
    return {removal ? "removal-not-listed" : "not-listed",
            fmt::format("{}: should be listed as {}, and is not in the list", item,
                        to_text(mismatch.expected))};
  }
  if (const SentWrite* write = find_write(history, *mismatch.shown)) {
    if (mismatch.expected && mismatch.shown->at < mismatch.expected->at) {
      return {"older-value-won",
              fmt::format("{}: shows the older {} (exchange #{}) instead of the newest {}", item,
                          to_text(mismatch.shown), write->exchange, to_text(mismatch.expected))};
    }
    return {write->acknowledged ? "unexpected-value" : "refused-but-applied",
            fmt::format("{}: shows {}, sent in exchange #{}{}; expected {}", item,
                        to_text(mismatch.shown), write->exchange,
                        write->acknowledged ? "" : ", which was not acknowledged",
                        to_text(mismatch.expected))};
  }
  if (!mismatch.expected) {
    return {"invented", fmt::format("{}: shown as {}, though nobody wrote that", item,
                                    to_text(mismatch.shown))};
  }
  if (mismatch.shown->act == mismatch.expected->act) {
    Explanation date = explain_date(mismatch.expected->at, mismatch.shown->at, history);
    return {std::move(date.reason), fmt::format("{}: {}", item, date.message)};
  }
  if (same_to_the_millisecond(mismatch.expected->at, mismatch.shown->at)) {
    return {"action-altered",
            fmt::format("{}: expected {}, shown {}: the date is right and the action is not", item,
                        to_text(mismatch.expected), to_text(mismatch.shown))};
  }
  return {"value-altered", fmt::format("{}: expected {}, shown {}, which nobody wrote", item,
                                       to_text(mismatch.expected), to_text(mismatch.shown))};
}

bool apply_newest(State& state, const Write& write) {
  const auto [known, fresh] = state.emplace(write.item, write.value);
  if (fresh) return true;
  if (write.value.at <= known->second.at) return false;
  known->second = write.value;
  return true;
}

}  // namespace favsync::contract
