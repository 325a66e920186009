#include "contract_tests/lab/restore.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "contract_tests/http/text.h"
#include "contract_tests/lab/foreign_writer.h"
#include "contract_tests/lab/preflight.h"

namespace favsync::contract {
namespace {

// Everything that may have been written: by good bodies, by bad ones that were taken all the same,
// and what only the run can have made up, for whomever the partner took it.
std::set<std::string> touched_items(const Lab& lab, const User& user) {
  std::set<std::string> items = user.suspects;
  for (const auto& [item, history] : user.history) items.insert(item);
  for (const auto& [item, value] : user.expected) {
    if (lab.is_made_up(item)) items.insert(item);
  }
  return items;
}

// Whether another client has written the item since the run did, and meant something else.
bool taken_over(const Lab& lab, const User& user, const std::string& item, const Value& current) {
  if (!may_be_foreign(lab, user, {item, std::nullopt, current})) return false;
  const auto original = user.snapshot.find(item);
  if (original != user.snapshot.end() && agrees(original->second, current)) return false;
  const auto history = user.history.find(item);
  return history == user.history.end() || history->second.back().value.act != current.act;
}

// A write whose answer was lost may take effect even now.
bool answer_was_lost(const User& user, const std::string& item) {
  const auto history = user.history.find(item);
  return history != user.history.end() &&
         std::any_of(history->second.begin(), history->second.end(),
                     [](const SentWrite& write) { return write.lost; });
}

std::vector<Write> writes_to_restore(Lab& lab, const User& user, RestoreReport& report) {
  std::vector<Write> writes;
  for (const auto& item : touched_items(lab, user)) {
    const auto original = user.snapshot.find(item);
    const auto current = user.expected.find(item);
    const Act wanted = original == user.snapshot.end() ? Act::kDelete : original->second.act;
    const std::string shown = fmt::format("{} of the {}", clip(item, 80), user.name);
    if (current == user.expected.end()) {
      if (original == user.snapshot.end() && answer_was_lost(user, item)) {
        writes.push_back({item, {wanted, lab.dates(item, 1).front()}});
      }
      continue;
    }
    if (current->second.at > lab.start() && lab.options().poison_item == item) {
      report.in_future.push_back(shown);
    } else if (current->second.act == wanted) {
      continue;
    } else if (taken_over(lab, user, item, current->second)) {
      report.left_alone.push_back(shown);
    } else {
      writes.push_back({item, {wanted, lab.dates(item, 1).front()}});
    }
  }
  for (const auto& [item, value] : user.snapshot) {
    if (!user.expected.contains(item)) writes.push_back({item, value});
  }
  return writes;
}

// Posts them and looks; what did not take effect remains.
std::vector<Write> try_to_restore(Lab& lab, Account& account, std::vector<Write> writes) {
  for (std::size_t at = 0; at < writes.size(); at += 100) {
    const std::size_t count = std::min<std::size_t>(100, writes.size() - at);
    if (!lab.post(account, std::span(writes).subspan(at, count))) break;
  }
  const bool seen = lab.settle(account).has_value();
  std::erase_if(writes, [&](const Write& write) {
    const auto now = account.user->expected.find(write.item);
    return seen && now != account.user->expected.end() && now->second.act == write.value.act;
  });
  return writes;
}

void restore_user(Lab& lab, Account& account, RestoreReport& report) {
  User& user = *account.user;
  // An interruption may have come between a write and the reading that tells what came of it.
  if (!user.unsettled.empty()) (void)lab.settle(account);
  const auto touched = touched_items(lab, user);
  const auto writes = writes_to_restore(lab, user, report);
  auto left = writes;
  for (int tries = 0; tries < 2 && !left.empty(); ++tries) {
    for (Write& write : left) {
      if (tries > 0) write.value.at = lab.dates(write.item, 1).front();
    }
    left = try_to_restore(lab, account, std::move(left));
  }
  std::set<std::string> unfinished;
  for (const Write& write : left) {
    unfinished.insert(write.item);
    report.unfinished.push_back(fmt::format("{} of the {}", clip(write.item, 80), user.name));
  }
  for (const Write& write : writes) {
    if (!unfinished.contains(write.item) && user.snapshot.contains(write.item)) ++report.put_back;
  }
  report.touched += static_cast<int>(touched.size());
  for (const auto& item : touched) {
    const auto now = user.expected.find(item);
    const bool removed = now != user.expected.end() && now->second.act == Act::kDelete;
    if (removed && !user.snapshot.contains(item)) ++report.left_removed;
  }
}

}  // namespace

RestoreReport restore(Lab& lab) {
  RestoreReport report;
  std::set<User*> done;
  for (Account* account : lab.accounts()) {
    User& user = *account->user;
    const bool wrote = !user.history.empty() || !user.suspects.empty() || lab.wrote();
    if (!wrote || !user.snapshot_taken || !done.insert(&user).second) continue;
    restore_user(lab, *account, report);
  }
  if (report.unfinished.empty()) (void)lab.journal().note_restored();
  return report;
}

JournalRestore restore_journal(const Options& options, const JournalFile& journal) {
  JournalRestore result;
  std::vector<UserToken> secrets;
  for (const auto* token : {&options.token, &options.other_token, &options.empty_token}) {
    if (*token) secrets.push_back(**token);
  }
  ExchangeLog log(std::move(secrets));
  Session session(options, log);
  session.start_restoring();
  Instant now;
  result.no_connection = preflight(session, now);
  if (result.no_connection) return result;
  session.set_check("restore");
  Lab lab(options, session, now);
  for (const auto& prefix : journal.prefixes) lab.adopt_made_up(prefix);
  RestoreReport& report = result.report;
  for (const auto& [name, items] : journal.users) {
    Account* account = nullptr;
    for (Account* candidate : lab.accounts()) {
      if (!account && candidate->user->name == name) account = candidate;
    }
    const auto give_up = [&](std::string_view why) {
      report.unfinished.push_back(fmt::format("{} items of the {}: {}", items.size(), name, why));
    };
    if (!account) {
      give_up("no token of that user was given");
      continue;
    }
    const auto listing = lab.read(*account);
    if (!listing) {
      give_up(listing.error().message);
      continue;
    }
    User& user = *account->user;
    user.snapshot.clear();
    for (const auto& [item, journaled] : items) {
      if (journaled.original) user.snapshot.emplace(item, *journaled.original);
      auto& history = user.history[item];
      for (const Value& value : journaled.writes) history.push_back({value, 0, true, now, false});
    }
    restore_user(lab, *account, report);
  }
  if (report.unfinished.empty()) (void)lab.journal().note_restored();
  result.requests = session.requests();
  return result;
}

}  // namespace favsync::contract
