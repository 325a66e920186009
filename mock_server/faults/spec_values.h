#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "mock_server/faults/fault.h"
#include "wire/result.h"

namespace favsync::mock {

// The values of fault and step settings, one reader for command line, scenario and admin API.
// Errors: kInvalidArgument, `expected …, got …`, without the place.

// A whole number in the range.
[[nodiscard]] Result<std::uint64_t> read_count(std::string_view text, std::uint64_t least,
                                               std::uint64_t most);
// A decimal number above 0, to 1.
[[nodiscard]] Result<double> read_probability(std::string_view text);
// As parse_duration, at most `most`.
[[nodiscard]] Result<std::chrono::milliseconds> read_duration(std::string_view text,
                                                              std::chrono::milliseconds most);
// "100B", "64KiB", "1MiB": the unit is needed. At most 64 MiB.
[[nodiscard]] Result<std::size_t> read_bytes(std::string_view text);
// "100B/s", "64KiB/s", from 1 B/s.
[[nodiscard]] Result<std::uint32_t> read_rate(std::string_view text);
// "200ms", "uniform(50ms..2s)", "lognormal(200ms,0.5)", "lognormal(200ms,0.5,max=10s)".
[[nodiscard]] Result<Latency> read_latency(std::string_view text);
// "before_apply", "after_apply", "partial_apply(2)".
[[nodiscard]] Result<Position> read_position(std::string_view text);
// "ANY", "GET", "POST".
[[nodiscard]] Result<On> read_on(std::string_view text);

// The same texts again.
std::string print_bytes(std::size_t bytes);
std::string print_latency(const Latency& latency);
std::string print_decimal(double value);

// `expected EXPECTED, got "GOT"`, with a hint behind it.
tl::unexpected<Error> unexpected_text(std::string_view expected, std::string_view got,
                                      std::string_view hint = {});

}  // namespace favsync::mock
