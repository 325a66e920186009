#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "contract_tests/report.h"

namespace favsync::contract::html {

// Text for an element or a quoted attribute: markup characters as entities, control characters and
// what is no UTF-8 made visible, so that nothing of it acts.
std::string escaped(std::string_view text);

// The exchanges of a report as parts of the page, while there is room for bodies.
class Exchanges {
 public:
  explicit Exchanges(const Report& report);
  // Those that show what was found, then others that the check sent, which are folded up.
  std::string of(const CheckReport& check);

 private:
  std::string part(const LoggedExchange& exchange, std::size_t most_of_body);
  std::string body(std::string_view body, std::size_t bytes, bool cut, std::size_t most);

  const Report& report_;
  std::map<std::string_view, std::vector<const LoggedExchange*>> by_check_;
  std::size_t room_;
};

// One check as an element that opens.
std::string check_part(const CheckReport& check, Exchanges& exchanges);

}  // namespace favsync::contract::html
