#include "contract_tests/requirement_sets.h"

#include <algorithm>
#include <vector>

#include <fmt/format.h>

#include "contract_tests/certificate/sha256.h"
#include "wire/nearest_name.h"
#include "wire/quote.h"

namespace favsync::contract {
namespace {

// Alphabetical. Once released, neither added to nor shortened: make a new set instead.
constexpr std::string_view k2026_1[] = {
    "auth.challenge",
    "auth.get.expired-token",
    "auth.get.malformed",
    "auth.get.no-token",
    "auth.get.similar-token",
    "auth.get.unknown-token",
    "auth.post.expired-token",
    "auth.post.no-token",
    "auth.post.unknown-token",
    "auth.scheme-case",
    "bad.action",
    "bad.among-good",
    "bad.date",
    "bad.hostile",
    "bad.item",
    "bad.missing-member",
    "bad.not-array",
    "bad.not-json",
    "concurrency.different-items",
    "concurrency.readers-apart",
    "concurrency.same-item",
    "date.calendar",
    "date.far-ahead",
    "date.fraction-digits",
    "date.hour-ahead",
    "date.hours",
    "date.milliseconds",
    "devices.agree",
    "devices.newest-wins",
    "durable.new-connection",
    "durable.restart",
    "engine.converges",
    "engine.read-only",
    "http.date",
    "http.etag",
    "http.framing",
    "http.gzip",
    "http.not-cacheable",
    "http.token-not-echoed",
    "http.unknown-query",
    "id.blanks",
    "id.leading-zeros",
    "id.length",
    "id.letter-case",
    "id.likeness",
    "id.punctuation",
    "id.unicode",
    "id.very-long",
    "list.action",
    "list.array",
    "list.complete",
    "list.complete-long",
    "list.content-type",
    "list.date",
    "list.digits",
    "list.elements",
    "list.empty",
    "list.gmt",
    "list.item",
    "list.json",
    "list.stable",
    "list.unique",
    "merge.across-boundaries",
    "merge.arrival-order",
    "merge.duplicates",
    "merge.late-arrival",
    "merge.newer-add",
    "merge.newer-delete",
    "merge.newer-same",
    "merge.one-millisecond",
    "merge.other-digits",
    "merge.refreshed-date",
    "merge.small-gaps",
    "merge.stale-accepted",
    "merge.stale-add",
    "merge.stale-delete",
    "merge.stale-in-array",
    "merge.stale-same",
    "merge.tie",
    "merge.walk",
    "read-only.changes-nothing",
    "read-only.post-refused",
    "read.answers",
    "users.apart",
    "users.body",
    "users.one-connection",
    "users.same-item",
    "write.accepts",
    "write.array",
    "write.charset",
    "write.chunked",
    "write.delete",
    "write.delete-unknown",
    "write.echo",
    "write.empty-array",
    "write.escapes",
    "write.every-item",
    "write.hundred",
    "write.keeps-date",
    "write.keeps-id",
    "write.keeps-milliseconds",
    "write.layout",
    "write.others-untouched",
    "write.over-hundred",
    "write.repeat",
    "write.takes-effect",
    "write.unknown-members",
};

constexpr RequirementSet kSets[] = {{"2026-1", k2026_1}};

}  // namespace

bool RequirementSet::contains(std::string_view check) const {
  return std::find(checks.begin(), checks.end(), check) != checks.end();
}

std::span<const RequirementSet> requirement_sets() {
  return kSets;
}

const RequirementSet& newest_requirement_set() {
  return requirement_sets().back();
}

Result<const RequirementSet*> find_requirement_set(std::string_view id) {
  std::vector<std::string_view> ids;
  for (const auto& set : requirement_sets()) {
    if (set.id == id) return &set;
    ids.push_back(set.id);
  }
  return fail(ErrorCode::kInvalidArgument,
              fmt::format("{}: no such requirement set; expected {}{}", quoted(id),
                          fmt::join(ids, ", "), did_you_mean(id, ids)));
}

// Checks that wait for the next set. Empty while the newest set has them all.
std::span<const std::string_view> preview_checks() {
  return {};
}

std::string digest(const RequirementSet& set) {
  std::vector<std::string_view> ids(set.checks.begin(), set.checks.end());
  std::sort(ids.begin(), ids.end());
  return sha256_hex(fmt::format("{}\n", fmt::join(ids, "\n")));
}

}  // namespace favsync::contract
