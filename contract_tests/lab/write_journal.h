#pragma once

#include <optional>
#include <span>
#include <string>

#include "contract_tests/lab/account.h"
#include "wire/result.h"

namespace favsync::contract {

// A file that holds, before each write is sent, what the item stood at before the run: one JSON
// object a line, on the disk (fdatasync) before the request leaves. After a crash it tells what to
// put back; journal_file.h reads it. No tokens in it. A file that is there already is added to.
class WriteJournal {
 public:
  // `path` empty: nothing is kept. `url`: the partner, noted so that nothing is put back elsewhere.
  // The file comes into being with the first write.
  WriteJournal(std::string path, std::string url);
  ~WriteJournal();
  WriteJournal(const WriteJournal&) = delete;
  WriteJournal& operator=(const WriteJournal&) = delete;

  // `made_up`: ids that begin so can be nobody's but the run's.
  void set_made_up(std::string prefix) { made_up_ = std::move(prefix); }
  // Errors: kStorage; then nothing may be sent.
  [[nodiscard]] Status note(const User& user, std::span<const Write> writes);
  // Notes that all of it was put back: what stands before this line needs no restoring.
  [[nodiscard]] Status note_restored();
  // Whether anything was noted.
  bool is_open() const { return file_ >= 0; }

 private:
  Status append(const std::string& lines);

  std::string path_, url_, made_up_;
  int file_ = -1;
};

}  // namespace favsync::contract
