#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/finding.h"
#include "contract_tests/judge/listing.h"
#include "contract_tests/lab/account.h"

namespace favsync::contract {

// What was seen in passing: each list that is read is judged for its shape and compared whole, so
// that a fault which shows only later in the run is not lost. Checks ask for it when they run and
// once more at the end.
class Observations {
 public:
  // Takes note of a judged list.
  void add(const Listing& listing);
  // The last answer that was a list, without its body; before the first one, an empty exchange.
  void keep_list(const Exchange& exchange);
  const Exchange& last_list() const { return last_list_; }
  // Takes note of items that changed though no write named them.
  void add_untouched_change(const Mismatch& mismatch, int exchange, std::size_t list_length);
  // Takes note of such a change that another client of the user may have made.
  void add_foreign_change(const Mismatch& mismatch, int exchange, std::size_t list_length);
  // Forgets untouched changes since exchange `number`: a failed check explains them.
  void drop_untouched_changes_since(int number);
  // Takes note of reads that differ though nothing was written between them.
  void note_unstable(Finding finding);
  const std::optional<Finding>& unstable() const { return unstable_; }
  // Takes note of an exchange's framing, headers and time.
  void add(const Exchange& exchange);

  // The first problem with that rule: a breach before a mere warning. Nothing if it was always
  // kept.
  const ListProblem* first(ListRule rule) const;
  int exchange_of(ListRule rule) const;

  struct UntouchedChange {
    Mismatch mismatch;
    int exchange = 0;
    std::size_t list_length = 0;
  };
  const std::vector<UntouchedChange>& untouched_changes() const { return untouched_; }

  const std::vector<UntouchedChange>& foreign_changes() const { return foreign_; }
  int foreign_count() const { return foreign_count_; }

  // A check found the list cut: what is missing from it says nothing of writes any more.
  void note_cut_list() { cut_list_ = true; }
  bool cut_list() const { return cut_list_; }

  struct Framing {
    std::string anomaly;
    int exchange = 0;
  };
  const std::vector<Framing>& anomalies() const { return anomalies_; }
  std::size_t lists() const { return lists_; }
  std::size_t longest_list() const { return longest_; }

 private:
  struct Seen {
    ListProblem problem;
    int exchange = 0;
  };
  const Seen* find(ListRule rule) const;
  std::vector<Seen> problems_;
  std::vector<UntouchedChange> untouched_, foreign_;
  int foreign_count_ = 0;
  std::vector<Framing> anomalies_;
  std::size_t lists_ = 0, longest_ = 0;
  bool cut_list_ = false;
  std::optional<Finding> unstable_;
  Exchange last_list_;
};

}  // namespace favsync::contract
