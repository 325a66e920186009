// A seeded random walk, compared with a model; on failure shrunk, told as a story and given as a
// script. Longer, and several, by depth. §4.4 to §4.6.

#include <algorithm>

#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/walk/generator.h"
#include "contract_tests/walk/lab_partner.h"
#include "contract_tests/walk/shrinker.h"
#include "contract_tests/walk/story_text.h"

namespace favsync::contract {
namespace {

struct Plan {
  WalkSize size;
  std::uint64_t walks = 1;
  std::size_t shrink_requests = 0;
};

Plan plan_for(Lab& lab) {
  Plan plan;
  switch (lab.options().depth) {
    case Depth::kQuick:
      plan = {{.posts = 2, .reads = 1, .items = 10, .two_users = false}, 1, 60};
      break;
    case Depth::kStandard:
      plan = {{.posts = 8, .reads = 4, .items = 12}, 1, 200};
      break;
    case Depth::kDeep:
      plan = {{.posts = 25, .reads = 9, .longest_array = 40}, 8, 600};
      break;
  }
  plan.shrink_requests = lab.options().shrink_requests.value_or(plan.shrink_requests);
  plan.size.two_users = plan.size.two_users && lab.other() != nullptr;
  if (!lab.generates_items()) {
    plan.size.items = std::min(plan.size.items, lab.options().items.size());
  }
  return plan;
}

std::vector<int> telling_exchanges(const WalkOutcome& outcome) {
  constexpr std::size_t kMostShown = 12;
  std::vector<int> numbers = outcome.exchanges;
  std::erase(numbers, 0);
  if (numbers.size() > kMostShown) {
    numbers.erase(numbers.begin(), numbers.end() - static_cast<std::ptrdiff_t>(kMostShown));
  }
  return numbers;
}

// What went wrong, without the story.
Finding raw_finding(Lab& lab, LabPartner& partner, const Walk& walk, const WalkOutcome& outcome) {
  if (!outcome.surprise) {
    return Finding::fail(fmt::format("status-{}", outcome.status),
                         fmt::format("a POST was answered {}", outcome.status))
        .wanted("a 2xx")
        .got(fmt::format("status {}", outcome.status));
  }
  const auto& legal = outcome.surprise->legal;
  Account& account = partner.account(walk.steps[outcome.step].user);
  Finding finding =
      lab.failure(account, {outcome.surprise->item, legal.front(), outcome.surprise->shown},
                  outcome.exchanges.back());
  finding.expected = to_text(legal);
  return finding;
}

std::string counted(std::size_t count, std::string_view what) {
  return fmt::format("{} {}{}", count, what, count == 1 ? "" : "s");
}

Finding shrunk_finding(Lab& lab, LabPartner& partner, const Walk& walk, const WalkOutcome& failure,
                       std::uint64_t seed, std::size_t most_requests) {
  const ShrunkWalk shrunk = shrink_walk(
      walk, failure, [&](const Walk& shorter) { return take_walk(partner, shorter); },
      most_requests);
  Finding finding = raw_finding(lab, partner, shrunk.walk, shrunk.outcome);
  const bool flaky = shrunk.wrong < shrunk.tries;
  finding.message = fmt::format(
      "a random walk (--seed {}) of {} with {}, shrunk to {} with {} by {}{}, went wrong in {} of "
      "{} tries{}: {}; {}",
      seed, counted(walk.posts(), "POST"), counted(walk.writes(), "write"),
      counted(shrunk.walk.posts(), "POST"), counted(shrunk.walk.writes(), "write"),
      counted(shrunk.requests, "request"), shrunk.gave_up ? " (no more were left)" : "",
      shrunk.wrong, shrunk.tries, flaky ? " (it does not happen each time)" : "",
      tell_walk(shrunk.walk, shrunk.outcome), finding.message);
  const Target& target = lab.options().target;
  finding.actual +=
      "\n" + script_of(shrunk.walk, shrunk.outcome, target.origin() + target.base_path,
                       lab.options().auth, lab.generates_items());
  finding.actual.pop_back();  // the script's last line break
  finding.exchanges = telling_exchanges(shrunk.outcome);
  return finding;
}

Finding random_walk(Lab& lab) {
  const Plan plan = plan_for(lab);
  FAVSYNC_OR_RETURN(first_known, lab.known(lab.first()));
  if (plan.size.two_users) {
    FAVSYNC_OR_RETURN(other_known, lab.known(*lab.other()));
  }
  LabPartner partner(lab);
  std::size_t posts = 0, writes = 0;
  for (std::uint64_t i = 0; i < plan.walks; ++i) {
    const std::uint64_t seed = lab.options().seed + i;
    const Walk walk = make_walk(seed, plan.size);
    const WalkOutcome outcome = take_walk(partner, walk);
    if (outcome.finding) return *outcome.finding;
    posts += walk.posts();
    writes += walk.writes();
    if (!outcome.failed()) continue;
    Finding finding = raw_finding(lab, partner, walk, outcome);
    finding.exchanges = telling_exchanges(outcome);
    if (outcome.surprise && partner.last_reading()) {
      Account& account = partner.account(walk.steps[outcome.step].user);
      if (auto unstable = lab.unstable_since(account, *partner.last_reading(), finding)) {
        return *unstable;
      }
    }
    // The runner takes a failed check again, to count: then the walk alone will do.
    if (lab.was_kept("merge.walk")) return finding;
    lab.keep("merge.walk", Finding::pass());
    return shrunk_finding(lab, partner, walk, outcome, seed, plan.shrink_requests);
  }
  return Finding::pass(fmt::format("{}, {}", counted(posts, "POST"), counted(writes, "write")));
}

}  // namespace

// After the checks of users: a walk has two of them, and says less of what mixes them up.
std::vector<Check> walk_checks() {
  return {
      {.id = "merge.walk",
       .clause = "4.4",
       .title = "The newest wins on a random walk",
       .applies = Applies::kTwoWay,
       .needs = {"merge.one-millisecond", "merge.arrival-order", "merge.stale-in-array",
                 "list.empty", "users.apart", "users.same-item"},
       .steps = "POSTs of one to twenty writes over some items of two users, from --seed: newer, "
                "older and equal dates 1 ms to a day apart, items twice in an array, the same POST "
                "again, GETs between; each list is compared with a model. A failure is shrunk on "
                "fresh items to a short sequence, which is told and given as a script.",
       .control = "Single writes and pairs come out right; each shorter sequence is judged anew.",
       .hint = "Follow the short sequence: what has its last step that the ones before have not?",
       .run = random_walk},
  };
}

}  // namespace favsync::contract
