#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <vector>

#include "contract_tests/check.h"
#include "contract_tests/finding.h"
#include "contract_tests/lab/clock_skew.h"
#include "contract_tests/lab/exchange_log.h"
#include "contract_tests/lab/restore.h"
#include "contract_tests/options.h"

namespace favsync::contract {

enum class Verdict { kConformant, kNotConformant, kInconclusive };
// "conformant", "not conformant", "inconclusive".
std::string_view to_string(Verdict verdict);

// One check and what it found.
struct CheckReport {
  const Check* check = nullptr;
  Finding finding;
  int requests = 0;
  int writes = 0;  // favourites that were posted
  std::chrono::milliseconds duration{0};
};

// How late acknowledged writes showed: one measurement for each reading after writes.
struct Convergence {
  int measured = 0;
  std::chrono::milliseconds median{0}, longest{0};
};

// Everything that a certification found out. Holds no token. Renderings of it are in reports/.
struct Report {
  std::string url;
  Profile profile = Profile::kAuto;  // as judged: never kAuto when checks ran
  bool profile_was_found = false;    // found out by asking, not declared
  Depth depth = Depth::kStandard;
  std::uint64_t seed = 0;
  Instant started;
  std::chrono::milliseconds duration{0};
  int requests = 0;
  int writes = 0;                       // favourites that were posted, putting back included
  std::chrono::milliseconds waited{0};  // as 429 and 503 asked
  std::vector<CheckReport> checks;      // in the order of the catalogue
  std::vector<LoggedExchange> exchanges;
  RestoreReport restore;
  std::string journal_file;  // as in Options; whether it is still there is the caller's to decide
  std::optional<SkewInterval> clock_skew;  // the partner's clock against this machine's
  Convergence convergence;
  int foreign_changes = 0;  // changes that were put down to another client of the users
  bool interrupted = false;
  // Set when nothing could be judged: no connection, or nothing selected. One sentence.
  std::optional<std::string> no_connection, nothing_selected;

  Verdict verdict() const;
  // Conformant, though a MUST was not exercised for want of a precondition.
  bool provisional() const;
  std::vector<const CheckReport*> not_exercised_musts() const;
  // The first broken MUST, or null.
  const CheckReport* first_failure() const;
  int count(CheckStatus status) const;
  // As the command line publishes it; `strict`: warnings and MUSTs that were not exercised count.
  int exit_status(bool strict) const;
};

}  // namespace favsync::contract
