#pragma once

#include <chrono>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/check.h"
#include "contract_tests/finding.h"
#include "contract_tests/lab/exchange_log.h"
#include "contract_tests/lab/restore.h"
#include "contract_tests/options.h"
#include "contract_tests/waivers.h"

namespace favsync::contract {

// Of docs/contract.md, which says it too.
inline constexpr std::string_view kContractRevision = "1";

enum class Verdict { kConformant, kNotConformant, kInconclusive };
// "conformant", "not conformant", "inconclusive".
std::string_view to_string(Verdict verdict);

// One check and what it found.
struct CheckReport {
  const Check* check = nullptr;
  Finding finding;
  int requests = 0;
  std::chrono::milliseconds duration{0};
  bool unscored = false;  // outside the requirement set: shown, and never part of the verdict
  std::optional<CheckStatus> waived_from;  // what it was; set exactly when the status is kWaived
};

// What the run was told, as far as it explains the result. No secrets.
struct RunOptions {
  std::string auth;  // "bearer", "header:NAME", …
  std::chrono::milliseconds settle{0}, timeout{0};
  std::string max_rps;  // "" for no limit; a text, since evidence holds whole numbers only
  std::vector<std::string> items;  // the only ones that might be written; empty: ids were made up
  std::string item_prefix;         // of the ids that were made up
  std::vector<std::string> only, skip;
  std::vector<std::string> tokens;  // that were given, by name: "first", "other", …
  bool insecure = false;            // the certificate was not verified
  bool can_restart = false;         // a command to restart the partner was given
  std::size_t max_head_bytes = 0, max_body_bytes = 0;  // of an answer

  friend bool operator==(const RunOptions&, const RunOptions&) = default;
};
RunOptions run_options(const Options& options);

// The tokens of the run by the names that stand for them in reports: first, other, same-user,
// expired, empty.
std::vector<NamedToken> named_tokens(const Options& options);

// How many requests each part of the run sent: preflight, profile, read, write, other, restore.
std::map<std::string, int> count_phases(const std::vector<LoggedExchange>& exchanges);

// Everything that a certification found out. Holds no token. Renderings of it are in reports/.
struct Report {
  std::string suite_version;      // of favsync
  std::string contract_revision;  // kContractRevision of that favsync
  std::string url;
  Profile profile = Profile::kAuto;  // as judged: never kAuto when checks ran
  bool profile_was_found = false;    // found out by asking, not declared
  Depth depth = Depth::kStandard;
  std::uint64_t seed = 0;
  std::string requirement_set;     // id of the frozen set that counts; empty: every check counts
  std::vector<WaiverUse> waivers;  // every waiver that was given, and what came of it
  Instant started;
  std::chrono::milliseconds duration{0};
  int requests = 0;
  std::chrono::milliseconds waited{0};  // as 429 and 503 asked
  std::vector<CheckReport> checks;      // in the order of the catalogue
  std::vector<LoggedExchange> exchanges;
  RunOptions options;
  std::map<std::string, int> requests_by_phase;
  // Worth keeping, though no check judges it: "partner.server" → "nginx". Names are words with
  // dots.
  std::map<std::string, std::string> observations;
  std::shared_ptr<const void> owner;  // of what `checks` point to, when read from evidence
  RestoreReport restore;
  bool interrupted = false;
  // Set when nothing could be judged: no connection, or nothing selected. One sentence.
  std::optional<std::string> no_connection, nothing_selected;

  Verdict verdict() const;
  // Conformant, though a MUST was not exercised for want of a precondition.
  bool provisional() const;
  std::vector<const CheckReport*> not_exercised_musts() const;
  // The first broken MUST, or null.
  const CheckReport* first_failure() const;
  // Scored checks that ended so.
  int count(CheckStatus status) const;
  // Checks outside the requirement set, however they ended.
  int count_unscored() const;
  // Waivers whose check passed: they should go.
  int count_stale_waivers() const;
  // As the command line publishes it; `strict`: warnings, stale waivers and MUSTs that were not
  // exercised count. A waived check counts for nothing; a fault of favsync counts in any check.
  int exit_status(bool strict) const;
};

}  // namespace favsync::contract
