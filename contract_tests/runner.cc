#include "contract_tests/runner.h"

#include <fnmatch.h>

#include <algorithm>
#include <map>
#include <set>

#include <fmt/format.h>

#include "contract_tests/checks/tokens.h"
#include "contract_tests/http/text.h"
#include "contract_tests/lab/restore.h"
#include "contract_tests/reports/evidence.h"
#include "contract_tests/requirement_sets.h"

namespace favsync::contract {
namespace {

using std::chrono::milliseconds;

Instant wall_now() {
  return Instant::from_millis(
      std::chrono::duration_cast<milliseconds>(std::chrono::system_clock::now().time_since_epoch())
          .count());
}

bool matches(const std::vector<std::string>& globs, std::string_view id) {
  return std::any_of(globs.begin(), globs.end(), [&](const std::string& glob) {
    return fnmatch(glob.c_str(), std::string(id).c_str(), 0) == 0;
  });
}

// Whether the check counts: all do when there is no set.
bool is_scored(const Options& options, std::string_view check) {
  if (options.requirement_set.empty()) return true;
  const auto set = find_requirement_set(options.requirement_set);
  return !set || (*set)->contains(check);
}

// One run: the state that goes from check to check.
class Run {
 public:
  Run(Lab& lab, const std::vector<const Check*>& selected, Profile profile)
      : lab_(lab), selected_(selected), profile_(profile) {}

  CheckReport run(const Check& check);
  void conclude(std::vector<CheckReport>& reports);

 private:
  std::optional<Finding> reason_not_to_run(const Check& check) const;
  Finding judge(const Check& check);
  Finding judge_by_stories(const Check& check);
  Finding confirm(const Check& check, Finding first);
  void look_for_ruins(const Check& check, const Finding& finding);

  Lab& lab_;
  const std::vector<const Check*>& selected_;
  const Profile profile_;
  std::map<std::string_view, CheckStatus> results_;
  std::map<std::string_view, Finding> told_;  // by stories that shared a wave
  std::string_view broken_by_;                // after this check the partner gave no list any more
};

std::optional<Finding> Run::reason_not_to_run(const Check& check) const {
  Finding skipped;
  skipped.status = CheckStatus::kSkipped;
  const bool read_only = profile_ == Profile::kReadOnly;
  if (check.applies == (read_only ? Applies::kTwoWay : Applies::kReadOnly)) {
    skipped.reason = "profile";
    skipped.message = fmt::format("not for {} partners", to_string(profile_));
    return skipped;
  }
  if (check.depth > lab_.options().depth) {
    skipped.reason = "depth";
    skipped.message = fmt::format("from --depth {} on", to_string(check.depth));
    return skipped;
  }
  if (lab_.session().cancelled()) {
    return Finding::inconclusive("interrupted", "the run was interrupted");
  }
  if (!broken_by_.empty()) {
    return Finding::blocked(std::string(broken_by_),
                            fmt::format("after {} the partner gave no list any more", broken_by_));
  }
  for (const auto need : check.needs) {
    const auto result = results_.find(need);
    if (result == results_.end()) continue;  // runs in the same wave, or is not for this profile
    // What does not count yet takes nothing away from what does.
    if (!is_scored(lab_.options(), need) && is_scored(lab_.options(), check.id)) continue;
    const CheckStatus status = result->second;
    if (status == CheckStatus::kFail || status == CheckStatus::kBlocked ||
        status == CheckStatus::kInconclusive || status == CheckStatus::kError) {
      return Finding::blocked(std::string(need),
                              fmt::format("rests on {}, which did not pass", need));
    }
  }
  return std::nullopt;
}

Finding Run::judge_by_stories(const Check& check) {
  if (const auto told = told_.find(check.id); told != told_.end()) return told->second;
  std::vector<Story> stories;
  std::vector<std::pair<const Check*, std::size_t>> owners;  // and how many stories each has
  for (const Check* other : selected_) {
    if (!other->stories || other->wave != check.wave) continue;
    if (other != &check && reason_not_to_run(*other)) continue;
    auto own = other->stories(lab_);
    owners.emplace_back(other, own.size());
    std::move(own.begin(), own.end(), std::back_inserter(stories));
  }
  const auto results = run_stories(lab_, lab_.first(), stories);
  const bool refused = std::any_of(results.begin(), results.end(), [](const StoryResult& result) {
    return result.ran && result.not_taken;
  });
  auto at = results.begin();
  for (const auto& [owner, count] : owners) {
    const auto end = at + static_cast<std::ptrdiff_t>(count);
    // An array that was not taken says nothing of those that had no part in it: each tries by
    // itself.
    told_[owner->id] = refused && owners.size() > 1
                           ? sum_up(run_stories(lab_, lab_.first(), owner->stories(lab_)))
                           : sum_up({at, end});
    at = end;
  }
  return told_[check.id];
}

Finding Run::judge(const Check& check) {
  return check.stories ? judge_by_stories(check) : check.run(lab_);
}

// A failure is tried again twice, on fresh items: what does not repeat is named so.
Finding Run::confirm(const Check& check, Finding first) {
  if (first.status != CheckStatus::kFail || check.stories) return first;
  int wrong = 1, tries = 1;
  for (int i = 0; i < 2; ++i) {
    Finding again = check.run(lab_);
    if (again.status == CheckStatus::kInconclusive || again.status == CheckStatus::kNotExercised) {
      break;
    }
    ++tries;
    if (again.status == CheckStatus::kFail) ++wrong;
  }
  first.message += fmt::format(" ({} of {} tries)", wrong, tries);
  if (wrong < tries) {
    first.message += "; it does not happen each time";
    first.reason += ".flaky";
  }
  return first;
}

// A failed check may have left a partner that answers nothing any more: what follows would only say
// so again.
void Run::look_for_ruins(const Check& check, const Finding& finding) {
  if (finding.status != CheckStatus::kFail || check.id == "read.answers") return;
  if (lab_.read(lab_.first())) return;
  lab_.session().pause(milliseconds(500));
  if (!lab_.read(lab_.first())) broken_by_ = check.id;
}

CheckReport Run::run(const Check& check) {
  CheckReport report;
  report.check = &check;
  report.unscored = !is_scored(lab_.options(), check.id);
  lab_.session().set_check(check.id);
  const int before = lab_.session().requests();
  const auto start = std::chrono::steady_clock::now();
  if (auto reason = reason_not_to_run(check)) {
    report.finding = std::move(*reason);
  } else {
    try {
      report.finding = confirm(check, judge(check));
    } catch (const std::exception& fault) {
      report.finding.status = CheckStatus::kError;
      report.finding.reason = "exception";
      report.finding.message = fmt::format("fault of favsync itself: {}", fault.what());
    }
    // What only SHOULD hold, or is only recorded, never fails unless the contract says it is
    // unsafe.
    if (report.finding.status == CheckStatus::kFail && check.level == Level::kInfo) {
      report.finding.status = CheckStatus::kWarn;
    }
    look_for_ruins(check, report.finding);
    if (report.finding.status == CheckStatus::kFail) {
      lab_.observations().drop_untouched_changes_since(before);
      lab_.resync();
    }
  }
  report.requests = lab_.session().requests() - before;
  report.duration =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
  results_[check.id] = report.finding.status;
  return report;
}

void Run::conclude(std::vector<CheckReport>& reports) {
  const auto failed = [&](std::string_view id) {
    return std::any_of(reports.begin(), reports.end(), [&](const CheckReport& other) {
      return other.check->id == id && other.finding.status == CheckStatus::kFail;
    });
  };
  for (auto& report : reports) {
    if (!report.check->conclude || !report.finding.passed()) continue;
    Finding late = report.check->conclude(lab_);
    if (late.status == CheckStatus::kFail || report.finding.status == CheckStatus::kPass) {
      report.finding = std::move(late);
    }
  }
  for (auto& report : reports) {
    // The check that was blamed did not fail after all: the failure stands by itself.
    if (report.finding.otherwise && !failed(report.finding.reason)) {
      report.finding = Finding(*report.finding.otherwise);
    }
  }
}

// GET once: is there anybody, and what time is it there? A sentence when there is no connection.
std::optional<std::string> preflight(Session& session, const Options& options, Instant& now) {
  HttpClient client = session.new_client();
  Request request;
  request.path = "/getUserFavorites";
  session.set_check("preflight");
  const Exchange exchange = session.send(client, request);
  if (exchange.outcome == Outcome::kNoConnection || exchange.outcome == Outcome::kTlsFailed) {
    return fmt::format("{}: {}", options.target.origin(), exchange.problem);
  }
  now = wall_now();
  if (const auto theirs = read_http_date(exchange.header("Date")); theirs && *theirs < now) {
    if (now - *theirs > std::chrono::seconds(2)) now = *theirs;
  }
  return std::nullopt;
}

// A partner that refuses any POST with 404, 405 or 501 is read-only. Source: rulings.
Profile find_profile(Lab& lab) {
  lab.session().set_check("profile");
  const auto refuses = [&](std::span<const Write> writes) {
    const auto posted = lab.post(lab.first(), writes);
    return posted && (posted->status == 404 || posted->status == 405 || posted->status == 501);
  };
  if (!refuses({})) return Profile::kTwoWay;
  const auto items = lab.items(lab.first(), 1);
  if (items.empty()) return Profile::kReadOnly;
  const Write write{items.front(), {Act::kAdd, lab.dates(items.front(), 1).front()}};
  return refuses({&write, 1}) ? Profile::kReadOnly : Profile::kTwoWay;
}

// Findings quote answers that are clean already; this is for what a check quotes by itself. All
// texts become UTF-8, as every report needs them.
void finish_texts(Report& report, const ExchangeLog& log) {
  for (auto& check : report.checks) {
    Finding& finding = check.finding;
    for (auto* text : {&finding.message, &finding.expected, &finding.actual}) {
      *text = as_utf8(log.clean(*text));
    }
  }
  report.url = log.clean(report.url);
  for (auto& [name, text] : report.observations) text = as_utf8(log.clean(text));
  for (auto& item : report.restore.unfinished) item = as_utf8(log.clean(item));
  if (report.no_connection) report.no_connection = log.clean(*report.no_connection);
}

}  // namespace

std::vector<const Check*> select(const Options& options) {
  std::set<std::string_view> wanted;
  const auto& checks = all_checks();
  for (auto check = checks.rbegin(); check != checks.rend(); ++check) {
    const bool named = (options.only.empty() || matches(options.only, check->id)) &&
                       !matches(options.skip, check->id);
    if (!named && !wanted.contains(check->id)) continue;
    wanted.insert(check->id);
    if (!matches(options.skip, check->id)) {
      wanted.insert(check->needs.begin(), check->needs.end());
    }
  }
  std::vector<const Check*> selected;
  for (const auto& check : checks) {
    if (wanted.contains(check.id) && !matches(options.skip, check.id)) selected.push_back(&check);
  }
  return selected;
}

bool matches_a_check(const std::string& glob) {
  const auto& checks = all_checks();
  return std::any_of(checks.begin(), checks.end(),
                     [&](const Check& check) { return matches({glob}, check.id); });
}

Report certify(const Options& given, const Progress& progress) {
  Options options = given;
  Report report;
  const auto start = std::chrono::steady_clock::now();
  report.suite_version = FAVSYNC_VERSION;
  report.contract_revision = kContractRevision;
  report.options = run_options(options);
  report.url = options.target.origin() + options.target.base_path;
  report.profile = options.profile;
  report.depth = options.depth;
  report.seed = options.seed;
  report.requirement_set = options.requirement_set;
  report.started = wall_now();
  const auto selected = select(options);
  if (selected.empty()) {
    report.nothing_selected = "no check matches --only and --skip; see favsync list checks";
    return report;
  }
  const std::string today = to_text(report.started).substr(0, 10);
  ExchangeLog log(named_tokens(options), forged_tokens(options));
  Session session(options, log);
  Instant now;
  report.no_connection = preflight(session, options, now);
  if (!report.no_connection) {
    Lab lab(options, session, now);
    const bool readable = lab.read(lab.first()).has_value();
    if (options.profile == Profile::kAuto) {
      report.profile_was_found = true;
      report.profile = readable ? find_profile(lab) : Profile::kTwoWay;
    }
    report.options.item_prefix = lab.item_prefix();
    Run run(lab, selected, report.profile);
    for (const Check* check : selected) {
      if (progress.started) {
        progress.started(*check, static_cast<int>(report.checks.size()) + 1,
                         static_cast<int>(selected.size()));
      }
      report.checks.push_back(run.run(*check));
      if (progress.finished) {
        CheckReport shown = report.checks.back();
        waive(shown, options.waivers, today);
        progress.finished(shown, session.requests());
      }
    }
    run.conclude(report.checks);
    settle_waivers(report, options.waivers, today);
    report.interrupted = session.cancelled();
    options.cancel = nullptr;  // what was written is put back even so
    lab.reconnect();
    session.set_check("restore");
    report.restore = restore(lab);
    report.observations = lab.observations().summary();
  }
  report.requests = session.requests();
  report.waited = session.waited();
  report.exchanges = log.all();
  report.requests_by_phase = count_phases(report.exchanges);
  bound_exchanges(report);
  finish_texts(report, log);
  report.duration =
      std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now() - start);
  return report;
}

}  // namespace favsync::contract
