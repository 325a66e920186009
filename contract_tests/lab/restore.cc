#include "contract_tests/lab/restore.h"

#include <algorithm>
#include <set>

#include <fmt/format.h>

#include "contract_tests/http/text.h"

namespace favsync::contract {
namespace {

std::vector<Write> writes_to_restore(Lab& lab, const User& user) {
  std::vector<Write> writes;
  for (const auto& [item, history] : user.history) {
    const auto original = user.snapshot.find(item);
    const auto current = user.expected.find(item);
    if (current == user.expected.end()) continue;
    const Act wanted = original == user.snapshot.end() ? Act::kDelete : original->second.act;
    if (current->second.act == wanted) continue;
    writes.push_back({item, {wanted, lab.dates(item, 1).front()}});
  }
  for (const auto& [item, value] : user.snapshot) {
    if (!user.expected.contains(item)) writes.push_back({item, value});
  }
  return writes;
}

}  // namespace

RestoreReport restore(Lab& lab) {
  RestoreReport report;
  std::set<User*> done;
  for (Account* account : lab.accounts()) {
    User& user = *account->user;
    if (!done.insert(&user).second || user.history.empty() || !user.snapshot_taken) continue;
    const auto writes = writes_to_restore(lab, user);
    for (std::size_t at = 0; at < writes.size(); at += 100) {
      const std::size_t count = std::min<std::size_t>(100, writes.size() - at);
      if (!lab.post(*account, std::span(writes).subspan(at, count))) break;
    }
    if (!writes.empty()) (void)lab.settle(*account);
    for (const Write& write : writes) {
      const auto now = user.expected.find(write.item);
      const bool restored = now != user.expected.end() && now->second.act == write.value.act;
      if (!restored) {
        report.unfinished.push_back(fmt::format("{} of the {}", clip(write.item, 80), user.name));
      } else if (user.snapshot.contains(write.item)) {
        ++report.put_back;
      }
    }
    for (const auto& [item, history] : user.history) {
      if (!user.snapshot.contains(item) && user.expected.contains(item)) ++report.left_removed;
    }
  }
  return report;
}

}  // namespace favsync::contract
