#include "simulation/partner_switch.h"

#include <algorithm>

namespace favsync::simulation {

std::span<const PartnerSwitch> partner_switches() {
  static const std::vector<PartnerSwitch> all = [] {
    std::vector<PartnerSwitch> joined;
    for (const auto theme :
         {date_switches(), list_switches(), write_switches(), answer_switches()}) {
      joined.insert(joined.end(), theme.begin(), theme.end());
    }
    return joined;
  }();
  return all;
}

const PartnerSwitch* find_partner_switch(std::string_view id) {
  const auto all = partner_switches();
  const auto found = std::ranges::find(all, id, &PartnerSwitch::id);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace favsync::simulation
