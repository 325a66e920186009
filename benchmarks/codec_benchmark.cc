#include <benchmark/benchmark.h>

#include <random>
#include <string>
#include <vector>

#include "wire/favorites_codec.h"

namespace favsync {
namespace {

// Favourites like the article's: short ids, dates to the millisecond, one in four removed.
std::vector<Favorite> make_favorites(std::size_t count) {
  std::mt19937_64 random(20170502);
  std::vector<Favorite> favorites(count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto millis = static_cast<std::int64_t>(1'493'721'912'798 + random() % 31'536'000'000);
    favorites[i] = {"session_" + std::to_string(100'000 + i),
                    random() % 4 == 0 ? Action::kDelete : Action::kAdd,
                    Timestamp::from_unix_millis(millis)};
  }
  return favorites;
}

constexpr CodecLimits kLimits{.max_body_bytes = 256u << 20};

void count_bytes(benchmark::State& state, std::size_t bytes_a_round) {
  state.SetBytesProcessed(static_cast<std::int64_t>(bytes_a_round) *
                          static_cast<std::int64_t>(state.iterations()));
  state.SetItemsProcessed(state.range(0) * static_cast<std::int64_t>(state.iterations()));
}

void parse_strictly(benchmark::State& state) {
  const std::string body =
      print_favorites(make_favorites(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(parse_favorites(body, kLimits));
  count_bytes(state, body.size());
}
BENCHMARK(parse_strictly)->RangeMultiplier(10)->Range(1, 1'000'000);

void parse_leniently(benchmark::State& state) {
  const std::string body =
      print_favorites(make_favorites(static_cast<std::size_t>(state.range(0))));
  for (auto _ : state) benchmark::DoNotOptimize(parse_favorites_leniently(body, kLimits));
  count_bytes(state, body.size());
}
BENCHMARK(parse_leniently)->Arg(1'000)->Arg(100'000);

void print_into_fresh_string(benchmark::State& state) {
  const auto favorites = make_favorites(static_cast<std::size_t>(state.range(0)));
  const std::size_t bytes = print_favorites(favorites).size();
  for (auto _ : state) benchmark::DoNotOptimize(print_favorites(favorites));
  count_bytes(state, bytes);
}
BENCHMARK(print_into_fresh_string)->RangeMultiplier(10)->Range(1, 1'000'000);

void print_into_kept_string(benchmark::State& state) {
  const auto favorites = make_favorites(static_cast<std::size_t>(state.range(0)));
  std::string out;
  for (auto _ : state) {
    out.clear();
    append_favorites(out, favorites);
    benchmark::DoNotOptimize(out.data());
  }
  count_bytes(state, out.size());
}
BENCHMARK(print_into_kept_string)->RangeMultiplier(10)->Range(1, 1'000'000);

}  // namespace
}  // namespace favsync
