#include "contract_tests/history/max_register.h"

#include <algorithm>
#include <limits>
#include <span>
#include <vector>

namespace favsync::contract {
namespace {

constexpr Moment kBefore{std::numeric_limits<std::int64_t>::min()};
constexpr Moment kNever{std::numeric_limits<std::int64_t>::max()};

// Not listed comes before every value: whatever is written is newer.
bool is_older(const std::optional<Value>& a, const std::optional<Value>& b) {
  if (!a || !b) return !a && b;
  return a->at != b->at ? a->at < b->at : a->act < b->act;
}

struct Entry {
  std::optional<Value> value;
  Operation operation;
  Moment start, end;
  bool is_read() const { return operation.kind == Operation::Kind::kRead; }
};

std::vector<Entry> entries_of(const ItemHistory& history, Moment staleness) {
  using Kind = Operation::Kind;
  std::vector<Entry> entries;
  entries.reserve(history.writes.size() + history.reads.size() + 1);
  entries.push_back({history.initial, {Kind::kInitial, 0}, kBefore, kBefore});
  for (std::size_t i = 0; i < history.writes.size(); ++i) {
    const RecordedWrite& write = history.writes[i];
    entries.push_back(
        {write.value, {Kind::kWrite, i}, write.start, write.completed ? write.end : kNever});
  }
  for (std::size_t i = 0; i < history.reads.size(); ++i) {
    const RecordedRead& read = history.reads[i];
    entries.push_back({read.value, {Kind::kRead, i}, read.start - staleness, read.end});
  }
  // By value; the writes of a value before its reads.
  std::sort(entries.begin(), entries.end(), [](const Entry& a, const Entry& b) {
    if (is_older(a.value, b.value)) return true;
    if (is_older(b.value, a.value)) return false;
    return !a.is_read() && b.is_read();
  });
  return entries;
}

bool has_open_tie(const std::vector<Entry>& entries) {
  const Entry* last_write = nullptr;
  for (const Entry& entry : entries) {
    if (entry.is_read() || !entry.value) continue;
    if (last_write && last_write->value && last_write->value->at == entry.value->at &&
        last_write->value->act != entry.value->act) {
      return true;
    }
    last_write = &entry;
  }
  return false;
}

// The moment that the sweep has reached, and who demands it.
struct Reached {
  Moment now = kBefore;
  Operation by;                        // the operation that starts at `now`
  std::optional<Operation> seen_with;  // where that is a write: the read that showed it
};

std::string client_of(const ItemHistory& history, const Operation& operation) {
  switch (operation.kind) {
    case Operation::Kind::kWrite:
      return history.writes[operation.index].client;
    case Operation::Kind::kRead:
      return history.reads[operation.index].client;
    case Operation::Kind::kInitial:
      break;
  }
  return {};
}

// `early` ended before `reached` demands it to have acted.
Offence offence_of(const ItemHistory& history, const Operation& early, const Reached& reached) {
  Offence offence{"", early, reached.by, std::nullopt};
  if (reached.seen_with) {
    offence.second = *reached.seen_with;
    offence.between = reached.by;
  }
  const bool second_is_read = offence.second.kind == Operation::Kind::kRead;
  if (second_is_read && history.reads[offence.second.index].settled) {
    offence.reason = "lost-under-concurrency";
  } else if (early.kind == Operation::Kind::kRead) {
    offence.reason = second_is_read ? "non-monotonic-reads" : "read-before-write";
  } else if (offence.between) {
    offence.reason = "older-write-won";
  } else {
    const bool own = client_of(history, early) == client_of(history, offence.second);
    offence.reason = own ? "own-write-not-read" : "stale-read";
  }
  return offence;
}

// A read of a value that nobody wrote: the date of one write with the action of another, or worse.
Offence unexplained(const ItemHistory& history, const Entry& read) {
  const auto same_date = std::find_if(
      history.writes.begin(), history.writes.end(),
      [&](const RecordedWrite& write) { return read.value && write.value.at == read.value->at; });
  if (same_date == history.writes.end()) {
    return {read.value ? "invented-value" : "stale-read", {}, read.operation, std::nullopt};
  }
  const auto index = static_cast<std::size_t>(same_date - history.writes.begin());
  return {"torn-record", {Operation::Kind::kWrite, index}, read.operation, std::nullopt};
}

// Takes the writes and reads of one value; the offence that ends the sweep, or nothing.
std::optional<Offence> sweep_value(const ItemHistory& history, std::span<const Entry> writes,
                                   std::span<const Entry> reads, Reached& reached) {
  for (const Entry& write : writes) {
    if (write.end < reached.now) return offence_of(history, write.operation, reached);
  }
  if (reads.empty()) return std::nullopt;
  if (writes.empty()) {
    if (reads.front().value) return unexplained(history, reads.front());
    // Nothing is listed at the very beginning, when the item is known to be there: below, its
    // completed write lies before this read.
  } else {
    const auto first =
        std::min_element(writes.begin(), writes.end(), [&](const Entry& a, const Entry& b) {
          return std::max(reached.now, a.start) < std::max(reached.now, b.start);
        });
    if (first->start > reached.now) reached = {first->start, first->operation, std::nullopt};
  }
  for (const Entry& read : reads) {
    if (read.end < reached.now) return offence_of(history, read.operation, reached);
  }
  if (reached.by.kind == Operation::Kind::kWrite && !reached.seen_with) {
    reached.seen_with = reads.front().operation;
  }
  for (const Entry& read : reads) {
    if (read.start > reached.now) reached = {read.start, read.operation, std::nullopt};
  }
  return std::nullopt;
}

}  // namespace

JudgedHistory check_max_register(const ItemHistory& history, Moment staleness) {
  const std::vector<Entry> entries = entries_of(history, staleness);
  if (has_open_tie(entries)) return {HistoryVerdict::kUnknown, std::nullopt};
  Reached reached;
  for (auto at = entries.begin(); at != entries.end();) {
    const auto reads = std::find_if(at, entries.end(), [&](const Entry& entry) {
      return entry.is_read() || is_older(at->value, entry.value);
    });
    const auto next = std::find_if(
        reads, entries.end(), [&](const Entry& entry) { return is_older(at->value, entry.value); });
    if (auto offence = sweep_value(history, {at, reads}, {reads, next}, reached)) {
      return {HistoryVerdict::kIllegal, std::move(offence)};
    }
    at = next;
  }
  return {HistoryVerdict::kLegal, std::nullopt};
}

}  // namespace favsync::contract
