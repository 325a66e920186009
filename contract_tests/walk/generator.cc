#include "contract_tests/walk/generator.h"

#include <algorithm>
#include <map>
#include <random>
#include <utility>

namespace favsync::contract {
namespace {

constexpr std::int64_t kSecond = 1000, kMinute = 60 * kSecond, kHour = 60 * kMinute,
                       kDay = 24 * kHour;

class Generator {
 public:
  Generator(std::uint64_t seed, const WalkSize& size) : random_(seed), size_(size) {}

  Walk make() {
    Walk walk;
    const std::size_t users = size_.two_users ? 2 : 1;
    const std::size_t closing = users;  // the reads at the end
    const std::size_t middle = size_.reads > closing ? size_.reads - closing : 0;
    for (std::size_t post = 0; post < size_.posts; ++post) {
      walk.steps.push_back(next_post(post));
      // Reads between, evenly spread, of the user who has just written or of the other one.
      if ((post + 1) * (middle + 1) / size_.posts > post * (middle + 1) / size_.posts &&
          post + 1 < size_.posts) {
        const std::size_t user = below(4) == 0 ? users - 1 : walk.steps.back().user;
        walk.steps.push_back({WalkStep::Kind::kRead, user});
      }
    }
    for (std::size_t user = 0; user < users; ++user) {
      walk.steps.push_back({WalkStep::Kind::kRead, user});
    }
    return walk;
  }

 private:
  // Modulo, as the library's distributions differ from one to the next.
  std::size_t below(std::size_t bound) { return static_cast<std::size_t>(random_() % bound); }
  bool one_in(std::size_t n) { return below(n) == 0; }

  WalkStep next_post(std::size_t number) {
    WalkStep step;
    step.user = size_.two_users && one_in(4) ? 1 : 0;
    if (number > 0 && one_in(8) && !last_users_.empty()) {
      step.user = last_users_.back();
      step.kind = WalkStep::Kind::kResend;
      return step;
    }
    const std::size_t longest =
        one_in(3) ? std::min<std::size_t>(4, size_.longest_array) : size_.longest_array;
    const std::size_t count = 1 + below(longest);
    while (step.writes.size() < count) {
      const std::size_t item = below(size_.items);
      step.writes.push_back(next_write(step.user, item));
      if (one_in(6) && step.writes.size() < count) {  // the same item once more, not always beside
        const auto twin = next_write(step.user, item);
        step.writes.insert(
            step.writes.begin() + static_cast<std::ptrdiff_t>(below(step.writes.size() + 1)), twin);
      }
    }
    last_users_.push_back(step.user);
    return step;
  }

  std::int64_t first_date() {
    const std::int64_t day = static_cast<std::int64_t>(below(2)) * kDay;
    const auto jitter = static_cast<std::int64_t>(below(900));
    switch (below(4)) {
      case 0:
        return day + kDay - 1 - jitter % 3;  // the last moment of a day
      case 1:
        return day + static_cast<std::int64_t>(below(24)) * kHour + kHour - 1 - jitter % 3;
      default:
        return day + static_cast<std::int64_t>(below(86'400)) * kSecond + jitter;
    }
  }

  std::int64_t gap() {
    static constexpr std::int64_t kGaps[] = {1, 1, kSecond, kMinute, kHour, kDay};
    return kGaps[below(std::size(kGaps))];
  }

  WalkWrite next_write(std::size_t user, std::size_t item) {
    auto& used = used_[{user, item}];
    const Act act = one_in(2) ? Act::kAdd : Act::kDelete;
    WalkWrite write{item, act, 0};
    if (used.empty()) {
      write.at_ms = first_date();
    } else {
      const WalkWrite& newest = *std::max_element(
          used.begin(), used.end(),
          [](const WalkWrite& a, const WalkWrite& b) { return a.at_ms < b.at_ms; });
      const WalkWrite& any = used[below(used.size())];
      switch (below(10)) {
        case 0:
          write = any;  // the very same again
          break;
        case 1:
          write = {item, other_than(newest.act), newest.at_ms};  // a tie
          break;
        case 2:
        case 3:
          write.at_ms = any.at_ms - gap();  // older, or between others
          break;
        default:
          write.at_ms = newest.at_ms + gap();
      }
    }
    if (write.at_ms < 0 || write.at_ms >= kWalkSpanMs) write.at_ms = used.back().at_ms + 1;
    used.push_back(write);
    return write;
  }

  std::mt19937_64 random_;
  const WalkSize size_;
  std::map<std::pair<std::size_t, std::size_t>, std::vector<WalkWrite>> used_;
  std::vector<std::size_t> last_users_;
};

}  // namespace

Walk make_walk(std::uint64_t seed, const WalkSize& size) {
  return Generator(seed, size).make();
}

}  // namespace favsync::contract
