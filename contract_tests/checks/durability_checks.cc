// What was acknowledged stays: §4.2, §4.10.
#include <fmt/format.h>

#include "contract_tests/checks/catalogue.h"
#include "contract_tests/checks/single_write.h"

namespace favsync::contract {
namespace {

Finding new_connection(Lab& lab) {
  Account& account = lab.first();
  account.client.disconnect();
  FAVSYNC_OR_RETURN(add, new_write(lab, account, Act::kAdd));
  FAVSYNC_OR_RETURN(removal, new_write(lab, account, Act::kDelete));
  std::vector<Write> writes{add};
  if (removal.item != add.item) writes.push_back(removal);
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, writes));
  account.client.disconnect();
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (!finding.passed()) {
    finding.message = "written on one connection, read on the next: " + finding.message;
  }
  return finding;
}

Finding restart(Lab& lab) {
  if (!lab.options().restart) {
    return Finding::not_applicable("no-restart-command", "give --restart-cmd");
  }
  Account& account = lab.first();
  FAVSYNC_OR_RETURN(add, new_write(lab, account, Act::kAdd));
  FAVSYNC_OR_RETURN(removal, new_write(lab, account, Act::kDelete));
  std::vector<Write> writes{add};
  if (removal.item != add.item) writes.push_back(removal);
  FAVSYNC_OR_RETURN(posted, lab.must_post(account, writes));
  const int status = lab.options().restart();
  if (status != 0) {
    return Finding::inconclusive("restart-failed",
                                 fmt::format("--restart-cmd ended with status {}", status));
  }
  account.client.disconnect();
  // It may take a while to listen again: as long as one exchange may take.
  const SteadyTime until = std::chrono::steady_clock::now() + lab.options().timeout;
  while (std::chrono::steady_clock::now() < until && !lab.session().cancelled()) {
    const Exchange exchange = lab.session().send_once(account.client, lab.get_request(account));
    if (exchange.answered() && exchange.status < 500) break;
    lab.session().pause(std::chrono::milliseconds(100));
  }
  FAVSYNC_OR_RETURN(reading, lab.settle(account));
  Finding finding = lab.judge(account, reading);
  if (finding.passed()) finding = untouched(lab, account, reading, "the restart", posted.exchange);
  if (!finding.passed()) finding.message = "after the restart: " + finding.message;
  return finding;
}

}  // namespace

std::vector<Check> durability_checks() {
  return {
      {.id = "durable.new-connection",
       .clause = "4.2",
       .title = "What was written shows on another connection",
       .applies = Applies::kTwoWay,
       .needs = {"write.array", "write.delete", "list.complete"},
       .steps = "POST, close the connection, GET on a new one.",
       .control = "On the same connection it shows.",
       .hint = "A transaction that is not committed, or state of the connection.",
       .depth = Depth::kStandard,
       .run = new_connection},
      {.id = "durable.restart",
       .clause = "4.10",
       .level = Level::kShould,  // a MUST, and so a failure, where a restart command is given
       .title = "What was acknowledged survives a restart",
       .applies = Applies::kTwoWay,
       .needs = {"durable.new-connection"},
       .steps = "POST, --restart-cmd, GET: the whole list as before.",
       .control = "Before the restart it shows.",
       .hint = "Kept in memory, or written late.",
       .depth = Depth::kStandard,
       .run = restart},
  };
}

}  // namespace favsync::contract
