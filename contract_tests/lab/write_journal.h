#pragma once

#include <optional>
#include <span>
#include <string>

#include "contract_tests/lab/account.h"
#include "wire/result.h"

namespace favsync::contract {

// A file that holds, before each write is sent, what the item stood at before the run: one JSON
// object a line, on the disk before the request leaves. After a crash it tells what to put back. No
// tokens in it.
class WriteJournal {
 public:
  // An empty path: nothing is kept.
  explicit WriteJournal(std::string path);
  ~WriteJournal();
  WriteJournal(const WriteJournal&) = delete;
  WriteJournal& operator=(const WriteJournal&) = delete;

  // Errors: kStorage; then nothing may be sent.
  [[nodiscard]] Status note(const User& user, std::span<const Write> writes);

 private:
  std::string path_;
  int file_ = -1;
};

}  // namespace favsync::contract
