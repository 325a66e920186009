#pragma once

#include "contract_tests/lab/lab.h"
#include "contract_tests/walk/runner.h"

namespace favsync::contract {

// The partner under certification, through the lab: it journals each write and puts it back in the
// end. Walks on items that no user ever had, with dates of the last ten days; where only named
// items may be written, or old dates are refused, with dates that follow those that are stored.
class LabPartner : public WalkPartner {
 public:
  explicit LabPartner(Lab& lab) : lab_(lab) {}

  OrFinding<WalkCast> cast(const Walk& walk) override;
  State stored(std::size_t user) override;
  OrFinding<Answer> post(std::size_t user, std::span<const Write> array) override;
  OrFinding<Listed> read(std::size_t user) override;

  // The last list, compared by the lab; null before the first read.
  const Reading* last_reading() const { return reading_ ? &*reading_ : nullptr; }
  Account& account(std::size_t user) { return user == 0 ? lab_.first() : *lab_.other(); }

 private:
  Lab& lab_;
  std::optional<Reading> reading_;
};

}  // namespace favsync::contract
