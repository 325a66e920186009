#include "contract_tests/checks/catalogue.h"

#include <algorithm>

namespace favsync::contract {

const std::vector<Check>& all_checks() {
  static const std::vector<Check> kChecks = [] {
    std::vector<Check> all;
    for (auto* group :
         {list_checks,       auth_checks,       http_checks,        write_checks,
          auth_write_checks, http_write_checks, bulk_checks,        write_form_checks,
          date_checks,       merge_checks,      merge_edge_checks,  id_checks,
          user_checks,       walk_checks,       concurrency_checks, bad_input_checks,
          durability_checks, engine_checks,     future_checks,      read_only_checks}) {
      auto checks = group();
      std::move(checks.begin(), checks.end(), std::back_inserter(all));
    }
    return all;
  }();
  return kChecks;
}

const Check* find_check(std::string_view id) {
  const auto& checks = all_checks();
  const auto found = std::find_if(checks.begin(), checks.end(),
                                  [&](const Check& check) { return check.id == id; });
  return found == checks.end() ? nullptr : &*found;
}

}  // namespace favsync::contract
