#include "mock_server/faults/spec_values.h"

#include <array>
#include <charconv>
#include <cmath>
#include <optional>

#include <fmt/format.h>

#include "wire/duration.h"
#include "wire/nearest_name.h"
#include "wire/quote.h"

namespace favsync::mock {
namespace {

using namespace std::chrono_literals;

constexpr std::size_t kMaxBytes = 64u << 20;
constexpr auto kMaxLatency = std::chrono::milliseconds(24h);
constexpr std::string_view kLatencyForm =
    "200ms, uniform(50ms..2s) or lognormal(200ms,0.5,max=10s), up to 24h";

std::optional<std::uint64_t> whole(std::string_view text) {
  std::uint64_t number = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (text.empty() || error != std::errc() || stop != text.data() + text.size()) {
    return std::nullopt;
  }
  return number;
}

std::optional<double> decimal(std::string_view text) {
  double number = 0;
  const auto [stop, error] =
      std::from_chars(text.data(), text.data() + text.size(), number, std::chars_format::fixed);
  if (text.empty() || error != std::errc() || stop != text.data() + text.size() ||
      !std::isfinite(number)) {
    return std::nullopt;
  }
  return number;
}

// What stands between `name(` and the last `)`.
std::optional<std::string_view> arguments(std::string_view text, std::string_view name) {
  if (!text.starts_with(name) || !text.ends_with(')')) return std::nullopt;
  text.remove_prefix(name.size());
  if (!text.starts_with('(')) return std::nullopt;
  return text.substr(1, text.size() - 2);
}

std::optional<Latency> uniform(std::string_view text) {
  const std::size_t dots = text.find("..");
  if (dots == std::string_view::npos) return std::nullopt;
  const auto least = read_duration(text.substr(0, dots), kMaxLatency);
  const auto most = read_duration(text.substr(dots + 2), kMaxLatency);
  if (!least || !most || *most < *least) return std::nullopt;
  return Latency{Latency::Shape::kUniform, *least, *most, 0};
}

std::optional<Latency> log_normal(std::string_view text) {
  const std::size_t comma = text.find(',');
  if (comma == std::string_view::npos) return std::nullopt;
  const auto median = read_duration(text.substr(0, comma), kMaxLatency);
  text.remove_prefix(comma + 1);
  Latency latency{Latency::Shape::kLogNormal, 0ms, kMaxLatency, 0};
  constexpr std::string_view kMax = ",max=";
  if (const std::size_t limit = text.find(kMax); limit != std::string_view::npos) {
    const auto most = read_duration(text.substr(limit + kMax.size()), kMaxLatency);
    if (!most) return std::nullopt;
    latency.second = *most;
    text = text.substr(0, limit);
  }
  const auto sigma = decimal(text);
  if (!median || !sigma || *sigma < 0 || *sigma > 5) return std::nullopt;
  latency.first = *median;
  latency.sigma = *sigma;
  return latency;
}

}  // namespace

tl::unexpected<Error> unexpected_text(std::string_view expected, std::string_view got,
                                      std::string_view hint) {
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("expected {}, got {}{}", expected, favsync::quoted(got), hint));
}

Result<std::uint64_t> read_count(std::string_view text, std::uint64_t least, std::uint64_t most) {
  const auto number = whole(text);
  if (number && *number >= least && *number <= most) return *number;
  return unexpected_text(fmt::format("a whole number from {} to {}", least, most), text);
}

Result<double> read_probability(std::string_view text) {
  const auto number = decimal(text);
  if (number && *number > 0 && *number <= 1) return *number;
  return unexpected_text("a number above 0, to 1", text);
}

Result<std::chrono::milliseconds> read_duration(std::string_view text,
                                                std::chrono::milliseconds most) {
  const auto duration = parse_duration(text);
  if (duration && *duration <= most) return *duration;
  return unexpected_text(
      fmt::format("a duration such as 200ms, 2s, 5m, at most {}", print_duration(most)), text);
}

Result<std::size_t> read_bytes(std::string_view text) {
  struct Unit {
    std::string_view name;
    std::size_t bytes;
  };
  static constexpr Unit kUnits[] = {{"KiB", 1u << 10}, {"MiB", 1u << 20}, {"B", 1}};
  for (const Unit& unit : kUnits) {
    if (!text.ends_with(unit.name)) continue;
    const auto number = whole(text.substr(0, text.size() - unit.name.size()));
    if (!number || *number > kMaxBytes / unit.bytes) break;
    return static_cast<std::size_t>(*number) * unit.bytes;
  }
  return unexpected_text("a size such as 100B, 64KiB, 1MiB, at most 64MiB", text);
}

Result<std::uint32_t> read_rate(std::string_view text) {
  constexpr std::string_view kPerSecond = "/s";
  if (text.ends_with(kPerSecond)) {
    const auto bytes = read_bytes(text.substr(0, text.size() - kPerSecond.size()));
    if (bytes && *bytes > 0) return static_cast<std::uint32_t>(*bytes);
  }
  return unexpected_text("a rate such as 100B/s, 64KiB/s, from 1B/s", text);
}

Result<Latency> read_latency(std::string_view text) {
  std::optional<Latency> latency;
  if (const auto inside = arguments(text, "uniform")) {
    latency = uniform(*inside);
  } else if (const auto within = arguments(text, "lognormal")) {
    latency = log_normal(*within);
  } else if (const auto fixed = read_duration(text, kMaxLatency)) {
    latency = Latency{Latency::Shape::kFixed, *fixed, 0ms, 0};
  }
  if (latency) return *latency;
  return unexpected_text(kLatencyForm, text);
}

Result<Position> read_position(std::string_view text) {
  if (text == "before_apply") return Position{Position::Kind::kBeforeApply, 0};
  if (text == "after_apply") return Position{Position::Kind::kAfterApply, 0};
  if (const auto inside = arguments(text, "partial_apply")) {
    const auto count = whole(*inside);
    if (count && *count <= 1'000'000) {
      return Position{Position::Kind::kPartialApply, static_cast<std::size_t>(*count)};
    }
  }
  static constexpr std::array<std::string_view, 3> kNames = {"before_apply", "after_apply",
                                                             "partial_apply(1)"};
  return unexpected_text("before_apply, after_apply or partial_apply(K)", text,
                         did_you_mean(text, kNames));
}

Result<On> read_on(std::string_view text) {
  for (const On on : {On::kAny, On::kGet, On::kPost}) {
    if (to_string(on) == text) return on;
  }
  static constexpr std::array<std::string_view, 3> kNames = {"ANY", "GET", "POST"};
  return unexpected_text("ANY, GET or POST", text, did_you_mean(text, kNames));
}

std::string print_bytes(std::size_t bytes) {
  if (bytes != 0 && bytes % (1u << 20) == 0) return fmt::format("{}MiB", bytes >> 20);
  if (bytes != 0 && bytes % (1u << 10) == 0) return fmt::format("{}KiB", bytes >> 10);
  return fmt::format("{}B", bytes);
}

std::string print_decimal(double value) {
  char text[64];
  const auto end = std::to_chars(text, text + sizeof text, value, std::chars_format::fixed).ptr;
  return std::string(text, end);
}

std::string print_latency(const Latency& latency) {
  switch (latency.shape) {
    case Latency::Shape::kFixed:
      return print_duration(latency.first);
    case Latency::Shape::kUniform:
      return fmt::format("uniform({}..{})", print_duration(latency.first),
                         print_duration(latency.second));
    case Latency::Shape::kLogNormal:
      break;
  }
  const std::string limit =
      latency.second == kMaxLatency ? "" : ",max=" + print_duration(latency.second);
  return fmt::format("lognormal({},{}{})", print_duration(latency.first),
                     print_decimal(latency.sigma), limit);
}

std::string to_string(const Position& position) {
  switch (position.kind) {
    case Position::Kind::kBeforeApply:
      return "before_apply";
    case Position::Kind::kAfterApply:
      return "after_apply";
    case Position::Kind::kPartialApply:
      break;
  }
  return fmt::format("partial_apply({})", position.favorites);
}

}  // namespace favsync::mock
