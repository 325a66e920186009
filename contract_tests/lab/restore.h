#pragma once

#include <string>
#include <vector>

#include "contract_tests/lab/journal_file.h"
#include "contract_tests/lab/lab.h"

namespace favsync::contract {

// What putting the test data back came to. Dates cannot be put back: they only grow, and an item
// that was never stored stays listed as removed.
struct RestoreReport {
  int touched = 0;       // items that the run wrote, over all users
  int put_back = 0;      // items that have their former action again, with a new date
  int left_removed = 0;  // items of the run that stay in the lists as DELETE
  std::vector<std::string> unfinished;  // items that could not be put back, with the user's name
  std::vector<std::string> left_alone;  // items that another client has written since
  std::vector<std::string> in_future;   // items that keep a date in the future (--allow-poison)
};

// Gives every item that the run wrote its former action with a fresh date, removes what was not
// there before, and posts again what a faulty partner lost; then looks whether it took effect, and
// tries once more where it did not. What another client has changed since is left alone.
RestoreReport restore(Lab& lab);

// The same from the journal of a run that could not do it any more. Only items are touched that
// still show what that run wrote, or that only it can have made up; so it may be called again, and
// does nothing then. `no_connection` is set, and nothing sent, when the partner cannot be reached.
struct JournalRestore {
  RestoreReport report;
  std::optional<std::string> no_connection;
  int requests = 0;
};
JournalRestore restore_journal(const Options& options, const JournalFile& journal);

}  // namespace favsync::contract
