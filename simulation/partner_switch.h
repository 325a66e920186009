#pragma once

#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "simulation/property.h"
#include "simulation/random.h"
#include "sync_engine/partner_reply.h"
#include "wire/favorite.h"

namespace favsync::simulation {

// One user's favourites at the simulated partner.
struct PartnerAccount {
  std::map<std::string, Favorite> rows;
  std::vector<Favorite> history;  // every value that stood, in its order
};

// What one switch remembers of one user between visits.
struct SwitchNotes {
  int count = 0, posts = 0;
  Timestamp moment;
  std::map<std::string, Favorite> rows;
  std::vector<std::pair<Timestamp, std::map<std::string, Favorite>>> past;
  std::vector<Favorite> list;
};

// A request, or an edit on the partner's own site, as a switch sees it.
struct Visit {
  PartnerAccount& account;
  std::span<PartnerAccount> everybody;
  SwitchNotes& notes;
  Timestamp now;                  // by the partner's clock
  bool is_token_expired = false;  // of the request
  bool expire_token = false;      // set by a switch: the token is dead from the next request on
};

// One element of the list as JSON texts, so that a switch can print what no Favorite can hold.
struct PrintedElement {
  std::string item, action, date, more;  // `more`: further members, each with a leading comma
};

// A way in which real partners are wrong, or odd. Hooks are optional; each returns whether it
// changed anything, which is what counts as fired. Data: see partner_switches().
struct PartnerSwitch {
  std::string_view id;
  std::string_view rows;    // of docs/failure_catalogue.md, such as "1" or "24 25"
  std::string_view story;   // one sentence: what the partner does
  PropertySet excuses{};    // what no engine could keep up with such a partner
  bool is_passing = false;  // trouble that ends with the faults, so that the end is judged in full

  bool (*keep_date)(Visit&, Timestamp& date) = nullptr;  // of a posted value, when stored
  bool (*edit)(Visit&, Favorite& edit) = nullptr;        // on the partner's site
  bool (*take)(const Favorite& stands, const Favorite& incoming, bool& takes) = nullptr;
  bool (*show)(Visit&, std::vector<Favorite>& list) = nullptr;
  bool (*element)(Visit&, const Favorite&, PrintedElement&) = nullptr;
  bool (*get_reply)(Visit&, PartnerReply&) = nullptr;  // when printed
  // True: the reply is ready and nothing is applied.
  bool (*instead_of_post)(Visit&, std::vector<Favorite>& sent, PartnerReply&) = nullptr;
  bool (*filter_post)(Visit&, std::vector<Favorite>& sent) = nullptr;
  bool (*post_reply)(Visit&, PartnerReply&) = nullptr;  // when applied
  bool ignores_expiry = false;
};

// All switches, by theme. Ids are stable.
std::span<const PartnerSwitch> partner_switches();
const PartnerSwitch* find_partner_switch(std::string_view id);

// The themes, for partner_switches() alone.
std::span<const PartnerSwitch> date_switches();
std::span<const PartnerSwitch> list_switches();
std::span<const PartnerSwitch> write_switches();
std::span<const PartnerSwitch> answer_switches();

}  // namespace favsync::simulation
