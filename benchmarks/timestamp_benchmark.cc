#include <benchmark/benchmark.h>

#include <array>
#include <random>
#include <string>
#include <vector>

#include "wire/timestamp.h"

namespace favsync {
namespace {

constexpr std::size_t kCount = 1024;

// Moments spread over the years 2000 to 2063, on a grid of `grain` nanoseconds.
std::vector<Timestamp> make_moments(std::uint32_t grain) {
  std::mt19937_64 random(20170502);
  std::vector<Timestamp> moments(kCount);
  for (Timestamp& moment : moments) {
    const auto seconds = static_cast<std::int64_t>(946'684'800 + random() % 2'000'000'000);
    const auto nanos = static_cast<std::uint32_t>(random() % 1'000'000'000);
    moment = Timestamp::from_unix(seconds, nanos - nanos % grain);
  }
  return moments;
}

void print(benchmark::State& state) {
  const auto moments = make_moments(static_cast<std::uint32_t>(state.range(0)));
  std::array<char, kMaxTimestampChars> buffer;
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(print_timestamp(moments[i++ % kCount], buffer.data()));
    benchmark::ClobberMemory();
  }
}
BENCHMARK(print)->Arg(1'000'000)->Arg(1);

void parse(benchmark::State& state) {
  std::vector<std::string> texts;
  for (const Timestamp& moment : make_moments(static_cast<std::uint32_t>(state.range(0)))) {
    texts.push_back(to_string(moment));
  }
  std::size_t i = 0;
  for (auto _ : state) benchmark::DoNotOptimize(parse_strict_timestamp(texts[i++ % kCount]));
}
BENCHMARK(parse)->Arg(1'000'000)->Arg(1);

void parse_refused(benchmark::State& state) {
  for (auto _ : state) benchmark::DoNotOptimize(parse_timestamp("2017-13-02T10:45:12.798Z"));
}
BENCHMARK(parse_refused);

}  // namespace
}  // namespace favsync
