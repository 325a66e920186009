#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "wire/result.h"

namespace favsync::contract {

struct CheckReport;
struct Report;

// Somebody's word that a known failure of one check, for one reason, is accepted until a day.
// Narrow on purpose: another reason, or the day after, and the failure counts again.
struct Waiver {
  std::string check;    // id; exists in the catalogue
  std::string reason;   // Finding::reason that it covers, also with ".flaky" at its end
  std::string owner;    // who answers for it
  std::string expires;  // the last day on which it holds, in UTC: "2027-03-31"
  std::string why;      // a sentence
  friend bool operator==(const Waiver&, const Waiver&) = default;
};

enum class WaiverState {
  kUsed,     // the check ended for that reason and is reported as waived
  kStale,    // the check passed: the waiver should go
  kUnused,   // the check ended otherwise, was not selected, or could not be judged
  kExpired,  // its last day is over: it was ignored
};
// "used", "stale", "unused", "expired".
std::string_view to_string(WaiverState state);

// A waiver and what came of it in a run.
struct WaiverUse {
  Waiver waiver;
  WaiverState state = WaiverState::kUnused;
  friend bool operator==(const WaiverUse&, const WaiverUse&) = default;
};

// Reads a waiver file: a JSON array of objects with exactly the members check, reason, owner,
// expires and why. Errors: kMalformed with `name`, line, place and what was expected;
// kInvalidArgument for a check that does not exist, with the nearest one, and for a check and
// reason that stand twice.
[[nodiscard]] Result<std::vector<Waiver>> read_waivers(std::string_view text,
                                                       std::string_view name);

// Whether its last day lies before `today` ("2026-11-24", in UTC).
bool is_expired(const Waiver& waiver, std::string_view today);

// Reports the check as waived where a waiver that holds on `today` names its reason: a broken MUST
// or SHOULD, or a block by the check that it names.
void waive(CheckReport& check, std::span<const Waiver> waivers, std::string_view today);

// When all checks ran: waives each that a waiver covers, then what is blocked by a waived check
// alone (else one known failure would leave half a run unjudged), and records in the report what
// came of each waiver.
void settle_waivers(Report& report, std::span<const Waiver> waivers, std::string_view today);

}  // namespace favsync::contract
