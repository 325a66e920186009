#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/judge/value.h"
#include "wire/result.h"

namespace favsync::contract {

// What a run wrote to one item, and what it stood at before.
struct JournaledItem {
  std::optional<Value> original;  // none: it was not in the list
  std::vector<Value> writes;
};

// A journal as it was read: what of it is still to be put back.
struct JournalFile {
  std::string url;                    // the partner that was written to; empty for an empty file
  std::vector<std::string> prefixes;  // of made-up ids
  std::map<std::string, std::map<std::string, JournaledItem>> users;  // by the user's name
  bool torn = false;  // the last line is cut off: it was never on the disk, so its write never left
  std::size_t writes = 0;
};

// Reads what WriteJournal wrote. Writes of which it says that they were put back are left out. A
// last line without its end is passed over, since what it announces was never sent.
// Errors: kMalformed for any other line, with file, line number, what was expected and what came;
// and for writes to two partners in one file.
[[nodiscard]] Result<JournalFile> parse_journal(std::string_view text, std::string_view name);
// As parse_journal, from a file. Errors also: kNotFound.
[[nodiscard]] Result<JournalFile> read_journal(const std::string& path);

}  // namespace favsync::contract
