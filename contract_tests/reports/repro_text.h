#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <string_view>

#include "contract_tests/report.h"

namespace favsync::contract {

// Turns recorded text into words of a shell script in which dates of the run, ids that were made up
// and tokens are variables.
class ReproText {
 public:
  explicit ReproText(const Report& report) : report_(report) {}

  enum class Place { kPlain, kUrl, kCookie, kBasic };
  // `text` between double quotes. Nothing of it acts on the shell. Zero bytes can't be in it.
  std::string quoted(std::string_view text, Place place = Place::kPlain);

  // Which tokens, by name, and which seconds of dates the quoted texts had.
  const std::set<std::string>& tokens() const { return tokens_; }
  const std::set<std::int64_t>& seconds() const { return seconds_; }

  // "first.other-case" → "t_first_other_case".
  static std::string variable_of(std::string_view token);

 private:
  // What a recorded part becomes, and how long it is; nothing where the text goes on as it is.
  struct Part {
    std::string becomes;
    std::size_t length = 0;
  };
  Part part_at(std::string_view text, Place place);

  const Report& report_;
  std::set<std::string> tokens_;
  std::set<std::int64_t> seconds_;
};

}  // namespace favsync::contract
