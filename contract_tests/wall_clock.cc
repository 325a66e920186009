#include "contract_tests/wall_clock.h"

#include <chrono>

namespace favsync::contract {

Instant wall_clock(const Options& options) {
  if (options.now) return options.now();
  using std::chrono::milliseconds;
  return Instant::from_millis(
      std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
}

}  // namespace favsync::contract
