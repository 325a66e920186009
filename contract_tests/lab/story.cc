#include "contract_tests/lab/story.h"

#include <algorithm>
#include <span>

#include <fmt/format.h>

#include "contract_tests/lab/foreign_writer.h"

namespace favsync::contract {
namespace {

constexpr int kRetellings = 2;

// A story with its item and dates dealt out.
struct Cast {
  std::size_t index = 0;
  std::string item;
  std::vector<Instant> dates;

  Write write(const StoryWrite& line) const {
    return {item, {line.act, dates[static_cast<std::size_t>(line.rank)]}, line.digits};
  }
};

std::size_t ranks_of(const Story& story) {
  int highest = 0;
  for (const auto& write : story.writes) highest = std::max(highest, write.rank);
  return static_cast<std::size_t>(highest) + 1;
}

int stages_of(const Story& story) {
  int last = 0;
  for (const auto& write : story.writes) last = std::max(last, write.stage);
  return last + 1;
}

std::vector<Instant> deal_dates(Lab& lab, const Story& story, const std::string& item) {
  if (!story.dates.empty()) return story.dates;
  std::vector<Instant> dates = lab.dates(item, ranks_of(story));
  if (story.nanos) {  // the next whole second, so that it stays newer than what is stored
    dates.front().seconds += 1;
    dates.front().nanos = *story.nanos;
  }
  for (std::size_t rank = 0; rank < story.offsets.size(); ++rank) {
    if (rank >= dates.size()) dates.push_back({});
    if (rank > 0) dates[rank] = dates.front().plus(story.offsets[rank]);
  }
  return dates;
}

// Deals an item and dates to the story, or nothing when there is no free item for it.
std::optional<Cast> cast(Lab& lab, Account& account, const Story& story, std::size_t index,
                         const std::vector<Cast>& others) {
  if (!lab.generates_items() && !story.dates.empty()) return std::nullopt;
  auto items = lab.items(account, 1);
  if (items.empty()) return std::nullopt;
  const bool taken = std::any_of(others.begin(), others.end(),
                                 [&](const Cast& other) { return other.item == items.front(); });
  if (taken) return std::nullopt;
  Cast role{index, items.front(), deal_dates(lab, story, items.front())};
  const Instant newest = *std::max_element(role.dates.begin(), role.dates.end());
  if (newest > lab.start()) return std::nullopt;  // no date in the future is ever sent
  return role;
}

// Posts one array. An array with a stale item may be answered with an error (§4.4 only says that it
// should not), as long as its other items take effect; any other array must be taken.
OrFinding<Posted> post_stage(Lab& lab, Account& account, const std::vector<Write>& array) {
  State& expected = account.user->expected;
  const bool has_stale = std::any_of(array.begin(), array.end(), [&](const Write& write) {
    const auto known = expected.find(write.item);
    return known != expected.end() && known->second.at >= write.value.at;
  });
  if (!has_stale) return lab.post_all(account, array);
  constexpr std::size_t kMost = 100;
  OrFinding<Posted> posted = Posted{};
  for (std::size_t at = 0; at < array.size() && posted; at += kMost) {
    const auto part = std::span(array).subspan(at, std::min(kMost, array.size() - at));
    posted = lab.post(account, part);
    if (posted && !posted->acknowledged && posted->status / 100 == 4) {
      for (const Write& write : part) apply_newest(expected, write);
    }
  }
  return posted;
}

// Posts the roles' writes stage by stage and reads once.
OrFinding<Reading> perform(Lab& lab, Account& account, const std::vector<Story>& stories,
                           const std::vector<Cast>& roles) {
  int stages = 0;
  for (const auto& role : roles) stages = std::max(stages, stages_of(stories[role.index]));
  for (int stage = 0; stage < stages; ++stage) {
    std::vector<Write> array;
    for (const auto& role : roles) {
      for (const auto& line : stories[role.index].writes) {
        if (line.stage == stage) array.push_back(role.write(line));
      }
    }
    if (array.empty()) continue;
    if (auto posted = post_stage(lab, account, array); !posted) {
      return tl::unexpected(std::move(posted.error()));
    }
  }
  return lab.settle(account);
}

Finding judge_role(Lab& lab, Account& account, const Story& story, const Cast& role,
                   const Reading& reading) {
  for (const auto& mismatch : reading.wrong) {
    if (mismatch.item != role.item) continue;
    Finding finding = lab.failure(account, mismatch, reading.listing.exchange);
    finding.message = fmt::format("{}: {}", story.label, finding.message);
    return finding;
  }
  return Finding::pass();
}

// Tells the story again by itself, and says how often it went wrong.
Finding retell(Lab& lab, Account& account, const Story& story, Finding first, bool among_others) {
  int wrong = 1, told = 1, wrong_alone = 0;
  Finding latest = first;
  for (int i = 0; i < kRetellings; ++i) {
    const auto role = cast(lab, account, story, 0, {});
    if (!role) break;
    const auto reading = perform(lab, account, {story}, {*role});
    Finding again = reading ? judge_role(lab, account, story, *role, *reading) : reading.error();
    if (again.status == CheckStatus::kInconclusive) break;
    ++told;
    if (again.passed()) continue;
    ++wrong;
    ++wrong_alone;
    latest = std::move(again);
  }
  latest.message += fmt::format(" ({} of {} tries)", wrong, told);
  if (first.may_be_foreign) return weigh_foreign(lab, std::move(latest), wrong, told);
  if (told > 1 && wrong_alone == 0) {
    latest.message += among_others
                          ? "; alone in its array it came out right, among other items it did not"
                          : "; it does not happen each time";
    latest.reason += among_others ? ".only-among-others" : ".flaky";
  } else if (wrong < told) {
    latest.message += "; it does not happen each time";
    latest.reason += ".flaky";
  }
  return latest;
}

}  // namespace

std::vector<StoryResult> run_stories(Lab& lab, Account& account,
                                     const std::vector<Story>& stories) {
  std::vector<StoryResult> results;
  for (const auto& story : stories) results.push_back({&story, false, false, Finding::pass()});
  const std::size_t at_once = lab.generates_items() ? stories.size() : lab.options().items.size();
  for (std::size_t next = 0; next < stories.size();) {
    std::vector<Cast> roles;
    for (; next < stories.size() && roles.size() < at_once; ++next) {
      if (auto role = cast(lab, account, stories[next], next, roles))
        roles.push_back(std::move(*role));
    }
    if (roles.empty()) continue;
    const auto reading = perform(lab, account, stories, roles);
    int retold = 0;
    for (const auto& role : roles) {
      StoryResult& result = results[role.index];
      result.ran = true;
      const Story& story = stories[role.index];
      constexpr int kMostRetold = 3;  // one fault often fails many stories: a few confirm it
      if (!reading) {
        result.not_taken = true;
        result.finding = reading.error();
      } else {
        result.finding = judge_role(lab, account, story, role, *reading);
        if (result.finding.status == CheckStatus::kFail && ++retold <= kMostRetold) {
          result.finding = retell(lab, account, story, std::move(result.finding), roles.size() > 1);
        }
      }
    }
  }
  return results;
}

Finding sum_up(const std::vector<StoryResult>& results) {
  const StoryResult* worst = nullptr;
  std::size_t ran = 0, failed = 0;
  for (const auto& result : results) {
    ran += result.ran ? 1 : 0;
    if (result.finding.passed()) continue;
    ++failed;
    if (!worst || (worst->finding.status != CheckStatus::kFail &&
                   result.finding.status == CheckStatus::kFail)) {
      worst = &result;
    }
  }
  if (worst) {
    Finding finding = worst->finding;
    if (failed > 1) finding.message += fmt::format(" [{} of {} cases went wrong]", failed, ran);
    return finding;
  }
  if (ran == 0) {
    return Finding::not_exercised("no-item",
                                  "no item to write that has no history; without --items "
                                  "new ids are made up");
  }
  return Finding::pass(fmt::format("{} case{}", ran, ran == 1 ? "" : "s"));
}

}  // namespace favsync::contract
